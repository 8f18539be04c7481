package io.graftwatch.delivery.journal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The records that the journal holds or held lately, by `metadata.uid`, so that a detector that
/// says a finding again after a restart is not heard twice.
///
/// What no kept commit covers is never forgotten by [#trim]; only the hard limit can bite there,
/// and then the collector, which keys on the same uid, is the one to notice.
final class KnownIds {
  private static final int COMFORT = 4_096;
  private static final int MAX = 65_536;

  private final Map<String, Long> sequences = new LinkedHashMap<>();

  /// @return false when it is known already
  boolean add(String uid, long sequence) {
    if (sequences.putIfAbsent(uid, sequence) != null) {
      return false;
    }
    if (sequences.size() > MAX) {
      removeEldest();
    }
    return true;
  }

  boolean isSame(String uid, long sequence) {
    return Long.valueOf(sequence).equals(sequences.get(uid));
  }

  boolean contains(String uid) {
    return sequences.containsKey(uid);
  }

  void remove(String uid) {
    sequences.remove(uid);
  }

  /// Forgets old ones below the floor.
  void trim(long floor) {
    Iterator<Long> oldest = sequences.values().iterator();
    while (sequences.size() > COMFORT && oldest.next() < floor) {
      oldest.remove();
    }
  }

  private void removeEldest() {
    Iterator<String> oldest = sequences.keySet().iterator();
    oldest.next();
    oldest.remove();
  }
}
