package io.graftwatch.esxi.line;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Reads the stamps of log lines in place: RFC 3339, and RFC 3164's without year and zone.
final class Stamp {
  private static final long SECOND = 1_000_000L;
  private static final long DAY = 86_400L;
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private int next;
  private long time;
  private long day = Long.MIN_VALUE;
  private int dayDigits = -1;

  /// Where the text goes on behind the stamp.
  int next() {
    return next;
  }

  /// Microseconds since the epoch.
  long time() {
    return time;
  }

  /// `2026-09-14T01:00:00.000Z`, fraction and zone as RFC 3339 allows.
  boolean rfc3339(byte[] b, int from, int to) {
    if (to - from < 20
        || b[from + 4] != '-'
        || b[from + 7] != '-'
        || (b[from + 10] != 'T' && b[from + 10] != ' ')
        || b[from + 13] != ':'
        || b[from + 16] != ':') {
      return false;
    }
    int year = number(b, from, 4);
    int month = number(b, from + 5, 2);
    int dayOfMonth = number(b, from + 8, 2);
    int hour = number(b, from + 11, 2);
    int minute = number(b, from + 14, 2);
    int second = number(b, from + 17, 2);
    if (year < 1970
        || month < 1
        || month > 12
        || dayOfMonth < 1
        || dayOfMonth > 31
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59
        || second < 0
        || second > 60) {
      return false;
    }
    int i = from + 19;
    long fraction = 0;
    if (b[i] == '.' || b[i] == ',') {
      long unit = SECOND / 10;
      i++;
      while (i < to && b[i] >= '0' && b[i] <= '9') {
        fraction += (b[i] - '0') * unit;
        unit /= 10;
        i++;
      }
    }
    long offset = 0;
    if (i < to && (b[i] == 'Z' || b[i] == 'z')) {
      i++;
    } else if (i + 6 <= to && (b[i] == '+' || b[i] == '-') && b[i + 3] == ':') {
      int hours = number(b, i + 1, 2);
      int minutes = number(b, i + 4, 2);
      if (hours < 0 || minutes < 0) {
        return false;
      }
      offset = (hours * 60L + minutes) * 60 * (b[i] == '-' ? -1 : 1);
      i += 6;
    } else {
      return false;
    }
    if (!date(year, month, dayOfMonth)) {
      return false;
    }
    time = (day * DAY + hour * 3600L + minute * 60L + second - offset) * SECOND + fraction;
    next = i;
    return true;
  }

  /// Lines of one day follow each other: its number is worked out once.
  private boolean date(int year, int month, int dayOfMonth) {
    int digits = (year * 100 + month) * 100 + dayOfMonth;
    if (digits != dayDigits) {
      try {
        day = LocalDate.of(year, month, dayOfMonth).toEpochDay();
        dayDigits = digits;
      } catch (DateTimeException e) {
        return false;
      }
    }
    return true;
  }

  /// `Sep 14 01:00:00`: the latest year that is not more than a day after the reference.
  ///
  /// @param reference microseconds since the epoch
  boolean rfc3164(byte[] b, int from, int to, ZoneId zone, long reference) {
    if (to - from < 15 || b[from + 3] != ' ' || b[from + 9] != ':' || b[from + 12] != ':') {
      return false;
    }
    int month = MONTHS.indexOf(new String(b, from, 3, StandardCharsets.ISO_8859_1)) + 1;
    int dayOfMonth = b[from + 4] == ' ' ? number(b, from + 5, 1) : number(b, from + 4, 2);
    int hour = number(b, from + 7, 2);
    int minute = number(b, from + 10, 2);
    int second = number(b, from + 13, 2);
    if (month < 1 || dayOfMonth < 1 || hour < 0 || minute < 0 || second < 0) {
      return false;
    }
    int year = LocalDateTime.ofEpochSecond(reference / SECOND + DAY, 0, ZoneOffset.UTC).getYear();
    for (int tries = 0; tries < 8; tries++, year--) {
      try {
        long at =
            ChronoUnit.MICROS.between(
                java.time.Instant.EPOCH,
                LocalDateTime.of(year, month, dayOfMonth, hour, minute, Math.min(59, second))
                    .atZone(zone)
                    .toInstant());
        if (at <= reference + DAY * SECOND) {
          time = at;
          next = from + 15;
          return true;
        }
      } catch (DateTimeException e) {
        // the 29th of February of another year
      }
    }
    return false;
  }

  /// @return -1 when it is none
  private static int number(byte[] b, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      if (b[i] < '0' || b[i] > '9') {
        return -1;
      }
      value = value * 10 + b[i] - '0';
    }
    return value;
  }
}
