package io.graftwatch.collector.console;

import io.graftwatch.collector.text.Spans;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as an analyst reads them. All are milliseconds since the epoch and shown in UTC.
final class Times {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
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

  /// A length of time.
  static String span(long millis) {
    return Spans.of(millis);
  }
}
