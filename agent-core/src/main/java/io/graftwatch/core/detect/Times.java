package io.graftwatch.core.detect;

import java.util.Arrays;

/// Distinct times of one kind of event, the earliest and the latest ones when there are too many.
/// Sorted, bounded, independent of the order of arrival for as long as it is not full.
final class Times {
  private static final int MAX = 16;

  private long[] times = new long[2];
  private int size;

  /// @return false when that time is known already
  boolean add(long time) {
    int at = Arrays.binarySearch(times, 0, size, time);
    if (at >= 0) {
      return false;
    }
    at = -at - 1;
    if (size == MAX) {
      // The middle tells least: drop it.
      System.arraycopy(times, MAX / 2 + 1, times, MAX / 2, MAX - MAX / 2 - 1);
      size--;
      if (at > MAX / 2) {
        at--;
      }
    }
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
    }
    System.arraycopy(times, at, times, at + 1, size - at);
    times[at] = time;
    size++;
    return true;
  }

  int size() {
    return size;
  }

  long get(int i) {
    return times[i];
  }

  /// Whether the intervals between two of the times are alike: their coefficient of variation is
  /// below `limit`.
  boolean regular(int from, int to, double limit) {
    double mean = (double) (times[to] - times[from]) / (to - from);
    double squares = 0;
    for (int i = from + 1; i <= to; i++) {
      double off = times[i] - times[i - 1] - mean;
      squares += off * off;
    }
    return mean > 0 && Math.sqrt(squares / (to - from)) / mean < limit;
  }
}
