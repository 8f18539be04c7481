package io.graftwatch.linux.log;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.ServerLog;
import org.jspecify.annotations.Nullable;

/// What a server's message means, before it is known which record carried it.
///
/// @param kind meaning
/// @param component file or name of the component it is about, else null
/// @param pid process it is about; -1 when none
/// @param exe that process's program, where the message tells
record Reading(ServerLog.Kind kind, @Nullable String component, int pid, @Nullable String exe) {
  private static final int MAX_TEXT = 1024;
  private static final int MAX_COMPONENT = 512;

  Reading {
    component = component == null ? null : cut(component, MAX_COMPONENT);
  }

  static Reading of(ServerLog.Kind kind) {
    return new Reading(kind, null, -1, null);
  }

  static Reading about(ServerLog.Kind kind, @Nullable String component) {
    return new Reading(kind, component, -1, null);
  }

  static Reading crash(int pid) {
    return new Reading(ServerLog.Kind.WORKER_CRASH, null, pid, null);
  }

  ServerLog fact(Provenance provenance, String server, @Nullable String instance, String message) {
    return new ServerLog(
        provenance, server, instance, kind, component, pid, exe, cut(message, MAX_TEXT));
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
