package io.graftwatch.linux.audit;

import java.util.Arrays;

/// Remembers the last so many events that were decided, so that a late or repeated record is known
/// for what it is. Open addressing over two flat arrays; the oldest entry makes room.
final class DoneSet {
  static final int UNKNOWN = 0;
  static final int REPORTED = 1;
  static final int FILTERED = 2;
  static final int PARTIAL = 3;

  private static final int VERDICT = 3;

  private final long[] table;
  private final long[] order;
  private int oldest;
  private int size;

  /// @param capacity how many events are remembered, a power of two
  DoneSet(int capacity) {
    table = new long[capacity * 2];
    order = new long[capacity];
  }

  /// An event's key: its serial and the low bits of its time. The lowest two bits are free.
  static long key(long time, long serial) {
    return (time / 1000) << 34 | serial << 2;
  }

  /// What was decided about the event, or [#UNKNOWN].
  int verdict(long key) {
    for (int i = slot(key); table[i] != 0; i = i + 1 & table.length - 1) {
      if ((table[i] & ~VERDICT) == key) {
        return (int) (table[i] & VERDICT);
      }
    }
    return UNKNOWN;
  }

  void add(long key, int verdict) {
    if (size == order.length) {
      remove(order[oldest]);
    } else {
      size++;
    }
    order[oldest] = key;
    oldest = oldest + 1 & order.length - 1;
    int i = slot(key);
    while (table[i] != 0) {
      i = i + 1 & table.length - 1;
    }
    table[i] = key | verdict;
  }

  private void remove(long key) {
    int mask = table.length - 1;
    int hole = slot(key);
    while (table[hole] != 0 && (table[hole] & ~VERDICT) != key) {
      hole = hole + 1 & mask;
    }
    if (table[hole] == 0) {
      return;
    }
    for (int i = hole + 1 & mask; table[i] != 0; i = i + 1 & mask) {
      int home = slot(table[i] & ~VERDICT);
      if ((i - home & mask) >= (i - hole & mask)) {
        table[hole] = table[i];
        hole = i;
      }
    }
    table[hole] = 0;
  }

  void clear() {
    Arrays.fill(table, 0);
    size = 0;
    oldest = 0;
  }

  private int slot(long key) {
    long mixed = key * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 40) & table.length - 1;
  }
}
