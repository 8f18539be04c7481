package io.graftwatch.linux.live;

import java.io.IOException;

/// The audit subsystem's switches as we found and as we left them. They are touched only where no
/// audit daemon owns them and nobody has locked them; the failure mode and the lock never are.
final class AuditSettings {
  /// Enough for a burst of 8,000 records while one reader is scheduled.
  private static final int BACKLOG_LIMIT = 8192;

  private final AuditStatus found;
  private final boolean ours;
  private final long enabledAt;

  private AuditSettings(AuditStatus found, boolean ours, long enabledAt) {
    this.found = found;
    this.ours = ours;
    this.enabledAt = enabledAt;
  }

  /// Switches audit on if it is off, gives its queue room, and forbids it to hold up audited
  /// programs.
  ///
  /// @param allowed whether the configuration lets us
  /// @param now microseconds since the epoch
  static AuditSettings claim(AuditControl control, boolean allowed, long now) throws IOException {
    AuditStatus found = control.status();
    boolean ours = allowed && !found.owned() && !found.locked();
    if (!ours) {
      return new AuditSettings(found, false, -1);
    }
    if (found.backlogLimit() < BACKLOG_LIMIT) {
      control.backlogLimit(BACKLOG_LIMIT);
    }
    if (found.backlogWaitTime() > 0) {
      control.backlogWaitTime(0);
    }
    if (!found.on()) {
      control.enable();
    }
    return new AuditSettings(found, true, found.on() ? -1 : now);
  }

  /// State before anything was changed.
  AuditStatus found() {
    return found;
  }

  /// Whether we may change switches here.
  boolean ours() {
    return ours;
  }

  /// When we switched audit on, microseconds since the epoch; -1 when it was on already.
  long enabledAt() {
    return enabledAt;
  }

  /// Gives the queue its old size and manners back, unless somebody else has set them since. Audit
  /// stays on: processes that were started meanwhile would lose nothing, but those who rely on it
  /// now would.
  void restore(AuditControl control) throws IOException {
    if (!ours) {
      return;
    }
    AuditStatus now = control.status();
    if (now.owned() || now.locked()) {
      return;
    }
    if (now.backlogLimit() == BACKLOG_LIMIT && found.backlogLimit() < BACKLOG_LIMIT) {
      control.backlogLimit(found.backlogLimit());
    }
    if (now.backlogWaitTime() == 0 && found.backlogWaitTime() > 0) {
      control.backlogWaitTime(found.backlogWaitTime());
    }
  }
}
