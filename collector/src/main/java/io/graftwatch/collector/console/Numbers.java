package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Refusal;

/// Numbers that people type.
final class Numbers {
  private Numbers() {}

  /// @throws Refusal 400 when it is no whole number from `least` to `most`
  static long require(String typed, long least, long most, String what) throws Refusal {
    try {
      long number = Long.parseLong(typed.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw Refusal.of(
        400, "bad_number", "The number of %s is from %d to %d.".formatted(what, least, most));
  }
}
