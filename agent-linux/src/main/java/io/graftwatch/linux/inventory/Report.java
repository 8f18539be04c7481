package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.source.FactSink;

/// Where one look puts what it found.
///
/// @param now the agent's clock, microseconds since the epoch
/// @param since changes up to then are told already; [#NEVER] on the first look ever
/// @param first the first look of this run: there is nothing to compare with but `since`
/// @param waits verdicts on unowned files must wait for package work to end
record Report(long now, long since, boolean first, boolean waits, FactSink sink) {
  /// No look was ever taken on this host.
  static final long NEVER = Long.MIN_VALUE;

  static final String SOURCE = "inventory";

  /// All that is there was there before us.
  boolean firstEver() {
    return since == NEVER;
  }

  /// @param id what the fact is about, the same whenever it is told
  /// @param changed when it came to be, microseconds since the epoch
  Provenance provenance(String id, long changed, String text) {
    long time = firstEver() ? now : Math.min(changed, now);
    return new Provenance(
        SOURCE, id, null, Provenance.KERNEL, time, now, null, firstEver(), Raw.of(text));
  }

  void tell(Fact fact) {
    sink.accept(fact);
  }
}
