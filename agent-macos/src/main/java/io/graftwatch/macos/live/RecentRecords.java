package io.graftwatch.macos.live;

import io.graftwatch.core.fact.Fact;
import java.util.LinkedHashMap;
import java.util.Map;

/// Facts that were handed out lately: `log stream` and `log show` print the same rows where they
/// overlap.
final class RecentRecords {
  private static final int MAX = 4096;

  private final Map<String, Boolean> known =
      new LinkedHashMap<>(256, 0.75f, false) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MAX;
        }
      };

  /// @return false when that fact was handed out before
  boolean add(Fact fact) {
    return known.put(fact.provenance().record(), true) == null;
  }
}
