package io.graftwatch.linux.line;

import org.jspecify.annotations.Nullable;

/// A position that moves over text. Each method takes what it names and moves on, or says no and
/// leaves the position where it was.
public final class Scan {
  private final String text;
  private int at;

  public Scan(String text) {
    this(text, 0);
  }

  public Scan(String text, int at) {
    this.text = text;
    this.at = at;
  }

  public int at() {
    return at;
  }

  /// Goes back to an earlier position.
  public void back(int earlier) {
    at = earlier;
  }

  /// What was taken since an earlier position.
  public String since(int earlier) {
    return text.substring(earlier, at);
  }

  public String rest() {
    return text.substring(at);
  }

  public boolean ended() {
    return at >= text.length();
  }

  /// The next character, or NUL at the end.
  public char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  public boolean take(char expected) {
    if (peek() != expected || ended()) {
      return false;
    }
    at++;
    return true;
  }

  public boolean take(String expected) {
    if (!text.startsWith(expected, at)) {
      return false;
    }
    at += expected.length();
    return true;
  }

  public void blanks() {
    while (peek() == ' ') {
      at++;
    }
  }

  /// A decimal number of `least` to `most` digits; -1 when there is none. At most 9 digits.
  public int number(int least, int most) {
    int value = 0;
    int digits = 0;
    while (digits < most && isDigit(at + digits)) {
      value = value * 10 + text.charAt(at + digits) - '0';
      digits++;
    }
    if (digits < least) {
      return -1;
    }
    at += digits;
    return value;
  }

  /// The fraction after a `.` or `,` in microseconds, 0 when there is none; digits after the sixth
  /// are skipped.
  public int micros() {
    if ((peek() != '.' && peek() != ',') || !isDigit(at + 1)) {
      return 0;
    }
    at++;
    int value = 0;
    int digits = 0;
    for (; isDigit(at); at++) {
      if (digits < 6) {
        value = value * 10 + text.charAt(at) - '0';
        digits++;
      }
    }
    for (; digits < 6; digits++) {
      value *= 10;
    }
    return value;
  }

  /// Text up to `delimiter`, which is taken too; null when it does not come within `most`
  /// characters.
  public @Nullable String until(String delimiter, int most) {
    int found = text.indexOf(delimiter, at);
    if (found < 0 || found - at > most) {
      return null;
    }
    String taken = text.substring(at, found);
    at = found + delimiter.length();
    return taken;
  }

  private boolean isDigit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }
}
