package io.graftwatch.core.detect;

/// A place outside that a server itself connects to: when, and the evidence that tells most.
final class Destination {
  private static final int BEACON = 6;
  private static final double VARIATION = 0.2;

  final Times times = new Times();
  Evidence best;

  Destination(Evidence first) {
    this.best = first;
  }

  /// @return whether there may be a pattern now
  boolean add(Evidence evidence) {
    boolean news = times.add(evidence.time());
    if (Evidence.BY_STRENGTH.compare(evidence, best) < 0) {
      best = evidence;
      news = true;
    }
    return news && times.size() >= BEACON;
  }

  /// When it was called for the sixth time in a row at regular intervals; MIN_VALUE when it never
  /// was.
  long beaconed() {
    for (int end = BEACON - 1; end < times.size(); end++) {
      if (times.regular(end - BEACON + 1, end, VARIATION)) {
        return times.get(end);
      }
    }
    return Long.MIN_VALUE;
  }
}
