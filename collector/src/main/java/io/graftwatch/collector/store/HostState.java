package io.graftwatch.collector.store;

import java.util.Locale;

/// How an agent is, what needs a look first. The store judges by a [Horizon]; nobody else does.
public enum HostState {
  /// No heartbeat for too long, and it did not say that it stops.
  SILENT,
  /// Two machines or boots beat under its certificate.
  CLONED,
  /// A heartbeat is overdue.
  LATE,
  /// It beats, and something is wrong: a source, the ledger, its sight, its clock.
  DEGRADED,
  /// It has enrolled and was never heard.
  WAITING,
  HEALTHY,
  /// It said that it stops.
  STOPPED,
  /// It is refused.
  REVOKED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
