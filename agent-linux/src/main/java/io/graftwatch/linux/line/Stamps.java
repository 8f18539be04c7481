package io.graftwatch.linux.line;

import io.graftwatch.core.line.Origin;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.concurrent.TimeUnit;

/// Reads the stamps of one log. A method returns microseconds since the epoch and moves the scan
/// behind the stamp, or returns [#NONE] and leaves the scan anywhere: take a new one.
public final class Stamps {
  public static final long NONE = Long.MIN_VALUE;

  private static final long DAY = TimeUnit.DAYS.toMicros(1);
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  /// Offsets change on quarters of an hour, nowhere else.
  private static final long QUARTER = TimeUnit.MINUTES.toSeconds(15);

  private final Origin origin;
  private final ZoneRules rules;
  private long quarter = Long.MIN_VALUE;
  private int offset;

  public Stamps(Origin origin) {
    this.origin = origin;
    this.rules = origin.zone().getRules();
  }

  /// Apache: `Tue Nov 24 03:13:38.363045 2026`.
  public long apache(Scan scan) {
    if (scan.until(" ", 3) == null) {
      return NONE;
    }
    int month = month(scan);
    scan.blanks();
    int day = scan.number(1, 2);
    scan.blanks();
    int second = clock(scan);
    int micros = scan.micros();
    scan.blanks();
    return local(scan.number(4, 4), month, day, second, micros);
  }

  /// nginx: `2026/11/24 03:02:58`.
  public long nginx(Scan scan) {
    return yearFirst(scan, '/');
  }

  /// Tomcat: `24-Nov-2026 03:00:10.172`.
  public long tomcat(Scan scan) {
    return dayFirst(scan, false);
  }

  /// PHP, which may name a zone: `24-Nov-2026 03:00:10 UTC`, `… Europe/Berlin`.
  public long php(Scan scan) {
    return dayFirst(scan, true);
  }

  private long dayFirst(Scan scan, boolean mayNameZone) {
    int day = scan.number(2, 2);
    if (!scan.take('-')) {
      return NONE;
    }
    int month = month(scan);
    if (!scan.take('-')) {
      return NONE;
    }
    int year = scan.number(4, 4);
    scan.blanks();
    int second = clock(scan);
    int micros = scan.micros();
    return mayNameZone
        ? zoned(scan, year, month, day, second, micros)
        : local(year, month, day, second, micros);
  }

  /// RFC 3339, PostgreSQL and MariaDB: `2026-11-24T03:02:58.123456Z`, `2026-11-24 03:02:58.123
  /// CET`, `2026-11-24 3:02:58`.
  public long yearFirst(Scan scan) {
    return yearFirst(scan, '-');
  }

  /// RFC 3164: `Nov 4 03:02:58`; some daemons add the year: `Nov 4 2026 03:02:58`.
  public long syslog(Scan scan) {
    int month = month(scan);
    if (month < 0) {
      return NONE;
    }
    scan.blanks();
    int day = scan.number(1, 2);
    scan.blanks();
    int year = -1;
    int mark = scan.at();
    int leading = scan.number(1, 4);
    if (leading > 99 && scan.take(' ')) {
      year = leading;
    } else {
      scan.back(mark);
    }
    int second = clock(scan);
    int micros = scan.micros();
    return year >= 0
        ? local(year, month, day, second, micros)
        : withoutYear(month, day, second, micros);
  }

  private long yearFirst(Scan scan, char separator) {
    int year = scan.number(4, 4);
    if (!scan.take(separator)) {
      return NONE;
    }
    int month = scan.number(2, 2);
    if (!scan.take(separator)) {
      return NONE;
    }
    int day = scan.number(2, 2);
    if (!scan.take('T') && !scan.take(' ')) {
      return NONE;
    }
    scan.blanks();
    int second = clock(scan);
    int micros = scan.micros();
    return zoned(scan, year, month, day, second, micros);
  }

  /// Hours, minutes and seconds as the second of the day; -1 when it is no time. A leap second is
  /// the second before it.
  private static int clock(Scan scan) {
    int hour = scan.number(1, 2);
    if (!scan.take(':')) {
      return -1;
    }
    int minute = scan.number(2, 2);
    if (!scan.take(':')) {
      return -1;
    }
    int second = scan.number(2, 2);
    return hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60
        ? -1
        : hour * 3600 + minute * 60 + Math.min(second, 59);
  }

  private static int month(Scan scan) {
    for (int month = 0; month < 12; month++) {
      if (scan.take(MONTHS.substring(3 * month, 3 * month + 3))) {
        return month + 1;
      }
    }
    return -1;
  }

  private long zoned(Scan scan, int year, int month, int day, int second, int micros) {
    if (scan.take('Z')) {
      return at(0, year, month, day, second, micros);
    }
    int mark = scan.at();
    scan.blanks();
    char sign = scan.peek();
    if (sign == '+' || sign == '-') {
      scan.take(sign);
      int hours = scan.number(2, 2);
      scan.take(':');
      int minutes = Math.max(scan.number(2, 2), 0);
      if (hours < 0 || hours > 18 || minutes > 59) {
        return NONE;
      }
      int seconds = hours * 3600 + minutes * 60;
      return at(sign == '-' ? -seconds : seconds, year, month, day, second, micros);
    }
    int end = scan.at();
    while (zoneCharacter(scan.peek())) {
      scan.take(scan.peek());
    }
    String name = scan.since(end);
    if (name.equals("UTC") || name.equals("GMT")) {
      return at(0, year, month, day, second, micros);
    }
    if (name.indexOf('/') > 0) {
      return named(name, year, month, day, second, micros);
    }
    if (!abbreviation(name) || scan.peek() == ':') {
      scan.back(mark);
    }
    return local(year, month, day, second, micros);
  }

  private static boolean zoneCharacter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '/' || c == '_' || c == '-';
  }

  /// `CET`: three to five capitals. Which zone is meant the file's own zone knows best.
  private static boolean abbreviation(String name) {
    return name.length() >= 3
        && name.length() <= 5
        && name.chars().allMatch(c -> c >= 'A' && c <= 'Z');
  }

  private long named(String zone, int year, int month, int day, int second, int micros) {
    long utc = at(0, year, month, day, second, micros);
    if (utc == NONE) {
      return NONE;
    }
    try {
      var wall =
          LocalDateTime.ofEpochSecond(TimeUnit.MICROSECONDS.toSeconds(utc), 0, ZoneOffset.UTC);
      int seconds = ZoneId.of(zone).getRules().getOffset(wall).getTotalSeconds();
      return utc - TimeUnit.SECONDS.toMicros(seconds);
    } catch (DateTimeException _) {
      return local(year, month, day, second, micros);
    }
  }

  private long local(int year, int month, int day, int second, int micros) {
    long utc = at(0, year, month, day, second, micros);
    if (utc == NONE) {
      return NONE;
    }
    long wall = TimeUnit.MICROSECONDS.toSeconds(utc);
    if (wall / QUARTER != quarter) {
      quarter = wall / QUARTER;
      offset =
          rules.getOffset(LocalDateTime.ofEpochSecond(wall, 0, ZoneOffset.UTC)).getTotalSeconds();
    }
    return utc - TimeUnit.SECONDS.toMicros(offset);
  }

  private long withoutYear(int month, int day, int second, int micros) {
    long latest = origin.reference().getAsLong() + DAY;
    int newest =
        Instant.ofEpochSecond(TimeUnit.MICROSECONDS.toSeconds(latest))
            .atZone(origin.zone())
            .getYear();
    // The 29th of February may be up to eight years back (1896 and 1904, 2096 and 2104).
    for (int year = newest; year >= newest - 8; year--) {
      long time = local(year, month, day, second, micros);
      if (time != NONE && time <= latest) {
        return time;
      }
    }
    return NONE;
  }

  private static long at(int offsetSeconds, int year, int month, int day, int second, int micros) {
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || second < 0) {
      return NONE;
    }
    if (day > 28 && day > LocalDate.of(year, month, 1).lengthOfMonth()) {
      return NONE;
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return TimeUnit.SECONDS.toMicros(days * 86_400 + second - offsetSeconds) + micros;
  }
}
