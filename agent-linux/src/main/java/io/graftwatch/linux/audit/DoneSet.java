package io.graftwatch.linux.audit;

/// Remembers the last events that were decided, so that a late or repeated record is known for what
/// it is. Serials count up, so their low bits alone spread the events over one flat table; four
/// places for each absorb counts that overlap. The newest entry displaces the oldest of its four.
final class DoneSet {
  static final int UNKNOWN = 0;
  static final int REPORTED = 1;
  static final int FILTERED = 2;
  static final int PARTIAL = 3;

  private static final int VERDICT = 3;
  private static final int WAYS = 4;

  private final long[] table;
  private final int mask;

  /// @param capacity how many events are remembered, a power of two
  DoneSet(int capacity) {
    table = new long[capacity];
    mask = capacity / WAYS - 1;
  }

  /// An event's key: its serial and the low bits of its time. The lowest two bits are free.
  static long key(long time, long serial) {
    return (time / 1000) << 34 | serial << 2;
  }

  /// What was decided about the event, or [#UNKNOWN].
  int verdict(long key) {
    int first = first(key);
    for (int i = first; i < first + WAYS; i++) {
      if (table[i] != 0 && (table[i] & ~VERDICT) == key) {
        return (int) (table[i] & VERDICT);
      }
    }
    return UNKNOWN;
  }

  void add(long key, int verdict) {
    int first = first(key);
    for (int i = first + WAYS - 1; i > first; i--) {
      table[i] = table[i - 1];
    }
    table[first] = key | verdict;
  }

  private int first(long key) {
    return ((int) (key >>> 2) & mask) * WAYS;
  }
}
