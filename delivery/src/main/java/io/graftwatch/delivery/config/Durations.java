package io.graftwatch.delivery.config;

import java.time.Duration;

/// Durations as the configuration writes them: a whole number and `s`, `m`, `h` or `d`.
public final class Durations {
  private static final long MAX = 1_000_000_000;

  private Durations() {}

  /// @throws IllegalArgumentException with a sentence for the person who wrote it
  public static Duration parse(String text) {
    int digits = text.length() - 1;
    if (digits < 1 || digits > 9) {
      throw bad(text);
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit < 0) {
        throw bad(text);
      }
      value = value * 10 + digit;
    }
    Duration duration =
        switch (text.charAt(digits)) {
          case 's' -> Duration.ofSeconds(value);
          case 'm' -> Duration.ofMinutes(value);
          case 'h' -> Duration.ofHours(value);
          case 'd' -> Duration.ofDays(value);
          default -> throw bad(text);
        };
    if (duration.toSeconds() > MAX) {
      throw new IllegalArgumentException("'" + text + "' is longer than 30 years");
    }
    return duration;
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a duration: a whole number and s, m, h or d, such as 30d");
  }
}
