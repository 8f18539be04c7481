package io.graftwatch.linux.live;

import io.graftwatch.core.fact.SourceChange;
import org.jspecify.annotations.Nullable;

/// A way in which kernel audit stops telling what happens.
enum Trouble {
  DISABLED(
      "audit_disabled",
      SourceChange.Kind.DISABLED,
      "Kernel audit is switched off (auditctl -e 0): nothing is recorded."),
  RULES_REMOVED(
      "rules_removed",
      SourceChange.Kind.RULES_REMOVED,
      "Audit rules of Graftwatch were removed (auditctl -D, augenrules --load)."),
  NEW_TASKS_BLIND(
      "never_task",
      SourceChange.Kind.FILTERED,
      "A rule `-a never,task` is loaded: what starts now is not recorded, now or later."),
  CANARY_MISSED(
      "canary_missed", null, "A call that our own rule must record did not come back within 10 s.");

  private final String reason;
  private final SourceChange.@Nullable Kind change;
  private final String sentence;

  Trouble(String reason, SourceChange.@Nullable Kind change, String sentence) {
    this.reason = reason;
    this.change = change;
    this.sentence = sentence;
  }

  /// Reason of the gap.
  String reason() {
    return reason;
  }

  /// What somebody did, where that is certain.
  SourceChange.@Nullable Kind change() {
    return change;
  }

  String sentence() {
    return sentence;
  }
}
