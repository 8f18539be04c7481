package io.graftwatch.linux.line;

/// Decimal numbers in text that nobody vouches for.
public final class Decimal {

  private static final int MAX_SECONDS = 12;

  private Decimal() {}

  /// A number from 0 to 2147483647; -1 when it is none.
  public static int integer(String text) {
    long value = unsigned(text);
    return value > Integer.MAX_VALUE ? -1 : (int) value;
  }

  /// A number of at most ten digits; -1 when it is none.
  public static long unsigned(String text) {
    if (text.isEmpty() || text.length() > 10) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value;
  }

  /// Seconds since the epoch with a fraction (`1795488754.089`) as microseconds, exact to the sixth
  /// digit; [Stamps#NONE] when it is no such number.
  public static long micros(String text) {
    int dot = text.indexOf('.');
    int digits = dot < 0 ? text.length() : dot;
    if (digits < 1 || digits > MAX_SECONDS) {
      return Stamps.NONE;
    }
    long seconds = 0;
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return Stamps.NONE;
      }
      seconds = seconds * 10 + c - '0';
    }
    var fraction = new Scan(text, digits);
    int micros = fraction.micros();
    return fraction.ended() ? seconds * 1_000_000 + micros : Stamps.NONE;
  }
}
