package io.graftwatch.macos.unified;

import java.time.DateTimeException;
import java.time.LocalDate;

/// The stamps of `log`: `2025-06-24 14:32:57.470977+0300`, with no to nine digits of a second and
/// the offset from UTC as `±hhmm`.
public final class Stamp {
  /// No such stamp.
  public static final long NONE = Long.MIN_VALUE;

  private static final int SECOND_END = 19;

  private int lastDate = -1;
  private long lastDay;

  /// @return microseconds since the epoch, or [#NONE]
  long micros(byte[] text, int from, int to) {
    int length = to - from;
    if (length < SECOND_END + 5
        || length > SECOND_END + 15
        || text[from + 4] != '-'
        || text[from + 7] != '-'
        || text[from + 10] != ' '
        || text[from + 13] != ':'
        || text[from + 16] != ':') {
      return NONE;
    }
    int year = number(text, from, from + 4);
    int month = number(text, from + 5, from + 7);
    int day = number(text, from + 8, from + 10);
    int hour = number(text, from + 11, from + 13);
    int minute = number(text, from + 14, from + 16);
    int second = number(text, from + 17, from + SECOND_END);
    int zone = to - 5;
    int fraction = fraction(text, from + SECOND_END, zone);
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
    int date = (year * 100 + month) * 100 + day;
    if (date != lastDate) {
      try {
        lastDay = LocalDate.of(year, month, day).toEpochDay();
        lastDate = date;
      } catch (DateTimeException _) {
        return NONE;
      }
    }
    long seconds = lastDay * 86_400 + hour * 3600L + minute * 60L + second - offset;
    return seconds * 1_000_000 + fraction;
  }

  /// Microseconds between the second and the offset; -1 when something else stands there.
  private static int fraction(byte[] text, int from, int end) {
    if (end == from) {
      return 0;
    }
    if (text[from] != '.' || number(text, from + 1, end) < 0) {
      return -1;
    }
    int micros = 0;
    for (int at = from + 1; at <= from + 6; at++) {
      micros = micros * 10 + (at < end ? text[at] - '0' : 0);
    }
    return micros;
  }

  /// Seconds east of UTC; MIN_VALUE when it is no offset.
  private static int offset(byte[] text, int at) {
    byte sign = text[at];
    int hours = number(text, at + 1, at + 3);
    int minutes = number(text, at + 3, at + 5);
    if ((sign != '+' && sign != '-') || hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3600 + minutes * 60;
    return sign == '-' ? -seconds : seconds;
  }

  /// At most nine digits; -1 when something else stands there.
  private static int number(byte[] text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
