package io.graftwatch.macos.unified;

import java.time.DateTimeException;
import java.time.LocalDate;

/// The stamps of `log`: `2025-06-24 14:32:57.470977+0300`, with no to nine digits of a second and
/// the offset from UTC as `±hhmm`.
public final class Stamp {
  /// No such stamp.
  public static final long NONE = Long.MIN_VALUE;

  private static final int SECOND_END = 19;

  private Stamp() {}

  /// @return microseconds since the epoch, or [#NONE]
  public static long micros(String text) {
    int length = text.length();
    if (length < SECOND_END + 5
        || length > SECOND_END + 15
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != ' '
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return NONE;
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, SECOND_END);
    int zone = length - 5;
    int fraction = fraction(text, zone);
    int offset = offset(text, zone);
    if ((year | month | day | fraction) < 0
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59
        || second < 0
        || second > 60
        || offset == Integer.MIN_VALUE) {
      return NONE;
    }
    try {
      long days = LocalDate.of(year, month, day).toEpochDay();
      long seconds = days * 86_400 + hour * 3600L + minute * 60L + second - offset;
      return seconds * 1_000_000 + fraction;
    } catch (DateTimeException _) {
      return NONE;
    }
  }

  /// Microseconds between the second and the offset; -1 when something else stands there.
  private static int fraction(String text, int end) {
    if (end == SECOND_END) {
      return 0;
    }
    if (text.charAt(SECOND_END) != '.') {
      return -1;
    }
    int micros = 0;
    for (int i = 0; i < 6; i++) {
      int at = SECOND_END + 1 + i;
      int digit = at < end ? text.charAt(at) - '0' : 0;
      if (digit < 0 || digit > 9) {
        return -1;
      }
      micros = micros * 10 + digit;
    }
    return SECOND_END + 7 < end && number(text, SECOND_END + 7, end) < 0 ? -1 : micros;
  }

  /// Seconds east of UTC; MIN_VALUE when it is no offset.
  private static int offset(String text, int at) {
    char sign = text.charAt(at);
    int hours = number(text, at + 1, at + 3);
    int minutes = number(text, at + 3, at + 5);
    if ((sign != '+' && sign != '-') || hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3600 + minutes * 60;
    return sign == '-' ? -seconds : seconds;
  }

  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
