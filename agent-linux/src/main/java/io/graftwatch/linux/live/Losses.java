package io.graftwatch.linux.live;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.audit.AuditdType;

/// Turns a known loss into its two forms, which always go together: the count in the ledger and the
/// gap that blinds the verdict.
///
/// | reason | what was lost, and how its number is known |
/// | --- | --- |
/// | `kernel_lost` | records that never left the kernel's queue: `lost` of the audit status |
/// | `socket_gap` | records that found our receive buffer full: the socket's drop counter |
/// | `ring_dropped` | whole events that found the parser behind: counted where they were dropped |
/// | `restart` | what passed while the agent was away and no log keeps: serial numbers |
final class Losses {
  static final String KERNEL = "kernel_lost";
  static final String SOCKET = "socket_gap";
  static final String RING = "ring_dropped";
  static final String RESTART = "restart";

  private final SourceCounters counters;

  Losses(SourceCounters counters) {
    this.counters = counters;
  }

  /// @param lost records, more than 0
  /// @param from when the last record before arrived, microseconds since the epoch
  /// @param to when the loss was noticed
  /// @param detail what else is known, such as the range of serials
  SourceGap of(String reason, long lost, long from, long to, String detail) {
    counters.lost(lost);
    counters.note(reason, lost);
    return gap(reason, lost, from, to, detail);
  }

  /// Counts an observation that is no loss.
  void note(String name) {
    counters.note(name, 1);
  }

  /// A gap without a number.
  static SourceGap gap(String reason, long lost, long from, long to, String detail) {
    return new SourceGap(provenance(reason, to, detail), from, to, lost, reason);
  }

  static Provenance provenance(String what, long time, String detail) {
    return new Provenance(
        AuditdType.KIND, what + ":" + time, Provenance.KERNEL, time, time, null, Raw.of(detail));
  }
}
