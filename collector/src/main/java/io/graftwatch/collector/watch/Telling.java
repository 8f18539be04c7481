package io.graftwatch.collector.watch;

import io.graftwatch.collector.store.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing to be said of a condition.
///
/// @param hosts that the fleet's condition affects, the longest affected first; empty for one
///   agent's
/// @param mergedInto the fleet's condition that speaks for it from now on
record Telling(
    Condition about,
    Stage stage,
    int revision,
    List<String> hosts,
    @Nullable Condition mergedInto) {
  enum Stage {
    OPENED,
    CHANGED,
    CLOSED
  }

  Telling {
    hosts = List.copyOf(hosts);
  }

  static Telling of(Condition about, Stage stage) {
    return new Telling(about, stage, about.revision() + 1, List.of(), null);
  }
}
