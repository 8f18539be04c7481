package io.graftwatch.linux.process;

import org.jspecify.annotations.Nullable;

/// What `/proc/PID/cgroup` says of a process's containment.
final class Cgroup {
  private Cgroup() {}

  /// The innermost systemd service or scope, else the container or cgroup path; null for the root.
  ///
  /// Lines are `hierarchy:controllers:path`; version 2 is `0::path`. `user@1000.service` and the
  /// like are outer units, so the last name wins.
  static @Nullable String unit(String text) {
    String path = null;
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(':', line.indexOf(':') + 1);
      boolean unified = line.startsWith("0::");
      if (colon > 0 && (unified || path == null || line.contains(":name=systemd:"))) {
        String candidate = line.substring(colon + 1);
        path = unified && candidate.equals("/") && path != null ? path : candidate;
      }
    }
    if (path == null || path.equals("/")) {
      return null;
    }
    String unit = null;
    for (int at = 0; at < path.length(); ) {
      int end = path.indexOf('/', at);
      end = end < 0 ? path.length() : end;
      String name = path.substring(at, end);
      if (name.endsWith(".service") || name.endsWith(".scope")) {
        unit = name;
      }
      at = end + 1;
    }
    return unit == null ? path : unit;
  }
}
