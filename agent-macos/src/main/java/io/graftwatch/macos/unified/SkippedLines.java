package io.graftwatch.macos.unified;

/// The kernel's count of TCP lines that its rate limit has dropped since boot. It stands in every
/// such line, so that the difference between any two lines is an exact loss, in whatever order they
/// come.
final class SkippedLines {
  private static final int NOTHING = -1;

  private long least = NOTHING;
  private long most = NOTHING;
  private long time;
  private long machTime;

  /// @param newlyLost lines whose loss was not told before
  /// @param from since when, microseconds
  record Loss(long newlyLost, long from) {}

  /// Takes a line's counter.
  Loss take(long skipped, long at, long mach) {
    if (most == NOTHING) {
      most = skipped;
      least = skipped;
      time = at;
      machTime = mach;
      return new Loss(0, at);
    }
    long since = time;
    long lost = 0;
    if (at > time && mach < machTime) {
      // Booted anew: all that it counts is of this boot.
      lost = skipped;
      least = 0;
      most = skipped;
    } else if (skipped > most) {
      lost = skipped - most;
      most = skipped;
    } else if (skipped < least) {
      lost = least - skipped;
      least = skipped;
    }
    if (at > time) {
      time = at;
      machTime = mach;
    }
    return new Loss(lost, Math.min(since, at));
  }

  /// For a checkpoint: the newest counter, and when it was told by both clocks.
  long[] state() {
    return new long[] {most, time, machTime};
  }

  void restore(long skipped, long at, long mach) {
    most = skipped;
    least = skipped;
    time = at;
    machTime = mach;
  }
}
