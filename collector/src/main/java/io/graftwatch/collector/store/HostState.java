package io.graftwatch.collector.store;

import java.util.Locale;

/// How an agent is, what needs a look first. The store judges by a [Horizon]; nobody else does.
public enum HostState {
  /// No heartbeat for too long, and it did not say that it stops.
  SILENT(0),
  /// Two machines or boots beat under its certificate.
  CLONED(1),
  /// A heartbeat is overdue.
  LATE(2),
  /// It beats, and something is wrong: a source, the ledger, its sight, its clock.
  DEGRADED(3),
  /// It has enrolled and was never heard.
  WAITING(4),
  HEALTHY(5),
  /// It said that it stops.
  STOPPED(6),
  /// It is refused.
  REVOKED(7);

  private final int rank;

  HostState(int rank) {
    this.rank = rank;
  }

  /// Its place in lists, from 0.
  public int rank() {
    return rank;
  }

  /// The state of that rank.
  public static HostState of(int rank) {
    for (HostState state : values()) {
      if (state.rank == rank) {
        return state;
      }
    }
    throw new IllegalArgumentException("no state has rank " + rank);
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
