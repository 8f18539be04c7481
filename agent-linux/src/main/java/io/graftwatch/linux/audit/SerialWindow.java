package io.graftwatch.linux.audit;

import org.jspecify.annotations.Nullable;

/// Finds serials that never arrive. Records of several events interleave, so a serial counts as
/// missing only when the window has moved on by [#SIZE] serials or nothing came for a while.
/// Serials are 32 bits wide and wrap around.
final class SerialWindow {
  private static final int SIZE = 1024;
  private static final long SPAN = 1L << 32;

  /// A jump by more than this is a new count (a reboot), not a loss.
  private static final long MAX_JUMP = 1L << 24;

  private static final int MAX_GAPS = 256;

  /// A range of missing serials.
  ///
  /// @param events how many
  /// @param last the last missing serial
  /// @param from event time before the gap, microseconds since the epoch
  /// @param to event time after it
  record Gap(long events, long last, long from, long to) {}

  private final long[] bits = new long[SIZE / 64];

  /// Serials below have been judged; -1 before the first one.
  private long base = -1;

  private long top;
  private long timeBefore;
  private long arrived;
  private long missing;
  private long lastMissing;
  private final java.util.ArrayDeque<Gap> gaps = new java.util.ArrayDeque<>();

  void seen(long serial, long time) {
    if (base < 0) {
      base = serial;
      top = serial;
      timeBefore = time;
    }
    arrived = time;
    long ahead = distance(serial, base);
    if (ahead < 0) {
      return;
    }
    if (ahead > MAX_JUMP) {
      base = serial;
      top = serial;
      java.util.Arrays.fill(bits, 0);
    }
    while (distance(serial, base) >= SIZE) {
      judge(time);
    }
    int slot = (int) (serial & SIZE - 1);
    bits[slot >> 6] |= 1L << (slot & 63);
    if (distance(serial, top) > 0) {
      top = serial;
    }
  }

  /// Judges everything up to the newest serial: nothing has come for a while.
  void close(long time, long now) {
    if (base < 0 || now - arrived < AuditStream.LIVE_PATIENCE) {
      return;
    }
    while (distance(top, base) > 0) {
      judge(time);
    }
  }

  private void judge(long time) {
    int slot = (int) (base & SIZE - 1);
    boolean came = (bits[slot >> 6] & 1L << (slot & 63)) != 0;
    bits[slot >> 6] &= ~(1L << (slot & 63));
    if (!came) {
      missing++;
      lastMissing = base;
    } else {
      end(time);
      timeBefore = time;
    }
    base = base + 1 & SPAN - 1;
  }

  private void end(long time) {
    if (missing > 0) {
      if (gaps.size() == MAX_GAPS) {
        Gap older = gaps.removeLast();
        gaps.addLast(new Gap(older.events() + missing, lastMissing, older.from(), time));
      } else {
        gaps.addLast(new Gap(missing, lastMissing, timeBefore, time));
      }
      missing = 0;
    }
  }

  /// The oldest range that was not handed out yet.
  @Nullable Gap gap() {
    return gaps.pollFirst();
  }

  /// How far `a` is ahead of `b` on the circle.
  private static long distance(long a, long b) {
    long ahead = a - b & SPAN - 1;
    return ahead < SPAN / 2 ? ahead : ahead - SPAN;
  }
}
