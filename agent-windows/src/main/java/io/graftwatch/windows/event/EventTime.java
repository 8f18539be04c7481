package io.graftwatch.windows.event;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// Times as events write them, UTC: `2021-06-04T09:30:48.170578800Z` in SystemTime with 0 to 9
/// digits, `2021-06-04 09:30:48.170` in Sysmon's UtcTime.
public final class EventTime {
  private EventTime() {}

  /// Microseconds since the epoch; [Long#MIN_VALUE] for what is no time.
  public static long micros(@Nullable String text) {
    if (text == null || text.length() < 19) {
      return Long.MIN_VALUE;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    int second = digits(text, 17, 2);
    boolean valid =
        year >= 1601
            && month >= 1
            && month <= 12
            && day >= 1
            && day <= 31
            && hour >= 0
            && hour <= 23
            && minute >= 0
            && minute <= 59
            && second >= 0
            && second <= 60;
    if (!valid || day > LocalDate.of(year, month, 1).lengthOfMonth()) {
      return Long.MIN_VALUE;
    }
    long micros = 0;
    if (text.length() > 20 && text.charAt(19) == '.') {
      int scale = 100_000;
      for (int i = 20; i < text.length() && scale > 0; i++, scale /= 10) {
        int digit = text.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        micros += (long) digit * scale;
      }
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000L + micros;
  }

  private static int digits(String text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
