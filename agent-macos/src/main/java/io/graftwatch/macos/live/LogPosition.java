package io.graftwatch.macos.live;

/// Where a reader of the unified log stands.
///
/// @param time of the newest row, microseconds since the epoch
/// @param skipped the kernel's counter of dropped lines as last read; -1 before the first
/// @param skippedTime when that was
/// @param skippedMachTime the same by the kernel's clock since boot
record LogPosition(long time, long skipped, long skippedTime, long skippedMachTime) {
  static LogPosition at(long time) {
    return new LogPosition(time, -1, 0, 0);
  }

  /// Reads what [#toString] wrote; anything else means now.
  static LogPosition read(String text, long now) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 4) {
      return at(now);
    }
    try {
      return new LogPosition(
          Long.parseLong(parts[0]),
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]));
    } catch (NumberFormatException _) {
      return at(now);
    }
  }

  @Override
  public String toString() {
    return time + " " + skipped + " " + skippedTime + " " + skippedMachTime;
  }
}
