package io.graftwatch.macos.unified;

import org.jspecify.annotations.Nullable;

/// A line of launchd that a job's process was started: `Successfully spawned nginx[5794] because
/// speculative`.
///
/// @param name the program's name
/// @param label the job, null when the line does not say
record Spawn(String name, int pid, @Nullable String label) {
  private static final String PREFIX = "Successfully spawned ";

  /// @param subsystem `user/501/LABEL [pid]`
  static @Nullable Spawn read(String message, @Nullable String subsystem) {
    int because = message.lastIndexOf("] because ");
    int open = because < 0 ? -1 : message.lastIndexOf('[', because);
    if (!message.startsWith(PREFIX) || open <= PREFIX.length()) {
      return null;
    }
    int pid;
    try {
      pid = Integer.parseInt(message, open + 1, because, 10);
    } catch (NumberFormatException _) {
      return null;
    }
    return pid < 0
        ? null
        : new Spawn(message.substring(PREFIX.length(), open), pid, label(subsystem));
  }

  /// The label in `system/LABEL [pid]` or `gui/501/LABEL [pid]`.
  private static @Nullable String label(@Nullable String subsystem) {
    if (subsystem == null) {
      return null;
    }
    int end = subsystem.lastIndexOf(" [");
    int slash = end < 0 ? -1 : subsystem.lastIndexOf('/', end);
    return slash < 0 ? null : subsystem.substring(slash + 1, end);
  }
}
