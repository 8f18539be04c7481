package io.graftwatch.collector.text;

import java.util.Locale;

/// Lengths of time for people.
public final class Spans {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Spans() {}

  /// A length of time in its largest unit, or two where the second one matters: `340 ms`, `2.3 s`,
  /// `4 min 12 s`, `3 h 5 min`, `12 d`.
  public static String of(long millis) {
    if (millis < SECOND) {
      return millis + " ms";
    }
    if (millis < 10 * SECOND) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    if (millis < MINUTE) {
      return millis / SECOND + " s";
    }
    if (millis < HOUR) {
      return pair(millis / MINUTE, "min", millis % MINUTE / SECOND, "s");
    }
    if (millis < DAY) {
      return pair(millis / HOUR, "h", millis % HOUR / MINUTE, "min");
    }
    return millis < 10 * DAY
        ? pair(millis / DAY, "d", millis % DAY / HOUR, "h")
        : millis / DAY + " d";
  }

  private static String pair(long large, String unit, long small, String smallUnit) {
    return small == 0 ? large + " " + unit : large + " " + unit + " " + small + " " + smallUnit;
  }
}
