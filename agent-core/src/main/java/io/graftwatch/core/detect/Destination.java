package io.graftwatch.core.detect;

/// A place outside that a server itself connects to: when, and the evidence that tells most.
final class Destination {
  private static final int BEACON = 6;
  private static final double VARIATION = 0.2;

  final Times times;
  Evidence best;
  private long beaconed;

  /// @param times when it was connected to before
  Destination(Evidence best, Times times) {
    this.best = best;
    this.times = times;
    this.beaconed = search();
  }

  /// @return whether there is a pattern that was not there, or was another
  boolean add(Evidence evidence) {
    long before = beaconed;
    double told = best.p();
    if (times.add(evidence.time()) && times.size() >= BEACON) {
      beaconed = search();
    }
    if (Evidence.BY_STRENGTH.compare(evidence, best) < 0) {
      best = evidence;
    }
    return beaconed != before || (beaconed != Long.MIN_VALUE && best.p() > told);
  }

  /// When it was called for the sixth time in a row at regular intervals; MIN_VALUE when it never
  /// was.
  long beaconed() {
    return beaconed;
  }

  private long search() {
    for (int end = BEACON - 1; end < times.size(); end++) {
      if (times.regular(end - BEACON + 1, end, VARIATION)) {
        return times.get(end);
      }
    }
    return Long.MIN_VALUE;
  }
}
