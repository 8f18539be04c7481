package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.JobCreate;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.WinEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Services that were installed: Security 4697 and Service Control Manager 7045.
final class ServiceFacts {
  private ServiceFacts() {}

  static boolean created(EventData data, Provenance provenance, FactSink sink) {
    return service(
        data,
        data.text("ServiceFileName"),
        "ServiceAccount",
        Subjects.client(data),
        provenance,
        sink);
  }

  /// The writing process is the service control manager itself; only the account tells who asked.
  static boolean installed(WinEvent event, Provenance provenance, FactSink sink) {
    if (event.id() != 7045) {
      return false;
    }
    var asked =
        new Actor(ProcessId.UNKNOWN, -1, null, List.of(), Subjects.writer(event).identity(), null);
    EventData data = event.data();
    return service(data, data.text("ImagePath"), "AccountName", asked, provenance, sink);
  }

  private static boolean service(
      EventData data,
      @Nullable String command,
      String account,
      Actor actor,
      Provenance provenance,
      FactSink sink) {
    String name = data.get("ServiceName");
    sink.accept(
        new JobCreate(
            provenance,
            JobCreate.Kind.SERVICE,
            name == null ? "?" : name,
            command,
            actor,
            data.get(account)));
    return true;
  }
}
