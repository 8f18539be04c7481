package io.graftwatch.collector.store;

/// What is kept of an agent's heartbeats beside the latest one itself. Times are milliseconds since
/// the epoch.
///
/// @param receivedAt of the latest
/// @param counter of the latest
/// @param degraded something is wrong with it
/// @param coverage the best that each analytic ever was: `AN1508=FULL,AN1507=NONE`
/// @param sees what each analytic sees now, as JSON; the same for all hosts that see the same
/// @param other the machine and boot that beat before this one did; empty for none
/// @param otherSeen when that was last
/// @param clonedUntil until then it counts as cloned
/// @param receiptsBase findings it had receipts for before it was first heard here
public record Vital(
    long receivedAt,
    String machineId,
    String bootId,
    long counter,
    boolean stopping,
    boolean degraded,
    String coverage,
    String sees,
    String other,
    long otherSeen,
    long clonedUntil,
    long receiptsBase) {
  /// Machine and boot.
  public String identity() {
    return machineId + " " + bootId;
  }
}
