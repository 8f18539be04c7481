package io.graftwatch.collector.console;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as an analyst reads them. All are milliseconds since the epoch and shown in UTC.
final class Times {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final DateTimeFormatter DATE = format("d MMM yyyy");
  private static final DateTimeFormatter CLOCK = format("HH:mm:ss");
  private static final DateTimeFormatter MILLIS = format("HH:mm:ss.SSS");
  private static final DateTimeFormatter FULL = format("d MMM yyyy, HH:mm:ss 'UTC'");
  private static final long FIRST = -62_135_596_800_000L;
  private static final long LAST = 253_402_300_799_999L;

  private Times() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }

  private static Instant instant(long millis) {
    return Instant.ofEpochMilli(Math.clamp(millis, FIRST, LAST));
  }

  /// `24 Nov 2026, 05:12:54 UTC`.
  static String full(long millis) {
    return FULL.format(instant(millis));
  }

  /// `24 Nov 2026`.
  static String date(long millis) {
    return DATE.format(instant(millis));
  }

  /// `05:12:54.123`, without the fraction when there is none.
  static String clock(long millis) {
    return (millis % SECOND == 0 ? CLOCK : MILLIS).format(instant(millis));
  }

  /// For the `datetime` attribute.
  static String iso(long millis) {
    return instant(millis).toString();
  }

  /// `4 min ago`.
  static String ago(long millis, long now) {
    long age = now - millis;
    if (age < -MINUTE) {
      return "in " + span(-age);
    }
    return age < 5 * SECOND ? "just now" : span(age) + " ago";
  }

  /// A length of time in its largest unit, or two where the second one matters: `340 ms`, `2.3 s`,
  /// `4 min 12 s`, `3 h 5 min`, `12 d`.
  static String span(long millis) {
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
