package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Refusal;
import java.util.Locale;
import java.util.regex.Pattern;

/// Names of people and of programs' tokens. They hold no space, so that no person can be called as
/// a program is in the audit table.
final class Names {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@+-]{0,63}");

  private Names() {}

  /// As it is kept.
  static String of(String typed) {
    return typed.strip().toLowerCase(Locale.ROOT);
  }

  /// @throws Refusal 400
  static String require(String typed) throws Refusal {
    String name = of(typed);
    if (!NAME.matcher(name).matches()) {
      throw Refusal.of(
          400,
          "bad_name",
          "A name has 1 to 64 letters (a-z), digits and . _ @ + -, and begins with a letter or "
              + "digit.");
    }
    return name;
  }
}
