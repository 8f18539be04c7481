package io.graftwatch.collector.store;

import org.jspecify.annotations.Nullable;

/// The present state of a case of one agent. Times are milliseconds since the epoch.
///
/// @param id the store's own number
/// @param revision of the record that is the present state
/// @param records how many states arrived
/// @param changedAt when the present state arrived
/// @param component path of what was placed, empty when not known
/// @param componentHash its SHA-256, empty when not known
/// @param triage what people made of it
/// @param verdict of a closed one
public record Incident(
    long id,
    String agentId,
    String findingUid,
    int revision,
    int records,
    int severity,
    boolean alert,
    boolean open,
    String host,
    String analytic,
    String title,
    String message,
    String state,
    String codes,
    @Nullable String mergedInto,
    long firstSeen,
    long lastSeen,
    long changedAt,
    String component,
    String componentHash,
    Triage.State triage,
    Verdict verdict) {
  /// Whether it still asks for somebody: the agent holds it open, and nobody has closed it.
  public boolean listed() {
    return open && triage != Triage.State.CLOSED;
  }
}
