package io.graftwatch.windows.map;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.windows.event.EventData;
import io.graftwatch.windows.event.WinEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who did it, as events of the Security log and its kin say.
final class Subjects {
  private Subjects() {}

  /// The identity in the fields `<role>UserSid`, `<role>UserName`, `<role>DomainName`,
  /// `<role>LogonId`.
  static Identity identity(EventData data, String role) {
    return new Identity(
        -1,
        account(data.get(role + "DomainName"), data.get(role + "UserName")),
        data.get(role + "UserSid"),
        -1,
        data.get(role + "LogonId"));
  }

  /// `DOMAIN\name`, or the name alone.
  static @Nullable String account(@Nullable String domain, @Nullable String name) {
    return domain == null || name == null ? name : domain + '\\' + name;
  }

  /// The subject of a Security event with the client process that newer versions name.
  static Actor client(EventData data) {
    return new Actor(
        ProcessId.of(data.number("ClientProcessId")),
        data.number("ParentProcessId"),
        null,
        List.of(),
        identity(data, "Subject"),
        null);
  }

  /// The process that an event names as having acted.
  static Actor process(int pid, @Nullable String image, Identity identity) {
    return new Actor(ProcessId.of(pid), -1, image, List.of(), identity, null);
  }

  /// Whoever wrote the event, as its System part says.
  static Actor writer(WinEvent event) {
    return new Actor(
        ProcessId.of(event.pid()),
        -1,
        null,
        List.of(),
        new Identity(-1, null, event.userSid(), -1, null),
        null);
  }
}
