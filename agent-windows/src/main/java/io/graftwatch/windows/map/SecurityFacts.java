package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.JobCreate;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.WinEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Microsoft-Windows-Security-Auditing.
final class SecurityFacts {
  private SecurityFacts() {}

  static boolean map(WinEvent event, Provenance provenance, FactSink sink) {
    EventData data = event.data();
    return switch (event.id()) {
      case 4657 -> RegistryFacts.set(registryValue(data), provenance, sink);
      case 4688 -> started(data, provenance, sink);
      case 4689 -> {
        sink.accept(new ProcessEnd(provenance, ProcessId.of(data.number("ProcessId")), -1));
        yield true;
      }
      case 4697 -> ServiceFacts.created(data, provenance, sink);
      case 4698 -> task(data, "TaskContent", provenance, sink);
      case 4702 -> task(data, "TaskContentNew", provenance, sink);
      case 4719 -> TamperFacts.policyChanged(data, provenance, sink);
      default -> false;
    };
  }

  /// `ProcessId` is the parent. Version 2 tells a second account where the process got another one
  /// than its creator's, and the parent's program, though not on every host.
  private static boolean started(EventData data, Provenance provenance, FactSink sink) {
    int pid = data.number("NewProcessId");
    String image = data.get("NewProcessName");
    if (pid < 0 || image == null) {
      return false;
    }
    Identity target = Subjects.identity(data, "Target");
    Identity identity = target.user() == null ? Subjects.identity(data, "Subject") : target;
    var fact =
        new ProcessStart(
            provenance,
            ProcessStart.Kind.CREATE,
            new ProcessId(pid, provenance.time()),
            new ProcessStart.Parent(
                ProcessId.of(data.number("ProcessId")), data.get("ParentProcessName"), List.of()),
            Image.of(image),
            CommandLine.split(data.text("CommandLine")),
            null,
            identity,
            null,
            null,
            false);
    sink.accept(fact);
    Registrations.command(fact, data.text("CommandLine"), sink);
    return true;
  }

  private static boolean task(
      EventData data, String content, Provenance provenance, FactSink sink) {
    String name = data.get("TaskName");
    String xml = data.text(content);
    TaskDefinition task = xml == null ? TaskDefinition.EMPTY : TaskDefinition.of(xml);
    sink.accept(
        new JobCreate(
            provenance,
            JobCreate.Kind.TASK,
            name == null ? "?" : name,
            task.command(),
            Subjects.client(data),
            task.runAs()));
    return true;
  }

  private static RegistryFacts.Value registryValue(EventData data) {
    @Nullable String key = data.get("ObjectName");
    @Nullable String value = data.get("ObjectValueName");
    return new RegistryFacts.Value(
        key + "\\" + value,
        data.get("NewValue"),
        Subjects.process(
            data.number("ProcessId"), data.get("ProcessName"), Subjects.identity(data, "Subject")));
  }
}
