package io.graftwatch.linux.live;

import io.graftwatch.linux.rules.AuditRule;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Audit rules that are loaded for a while only. What was found is what is left behind: the rules
/// go, and audit is switched off again if it was off.
public final class BorrowedRules implements AutoCloseable {
  private final AuditControl control;
  private final Set<String> keys = new HashSet<>();
  private final boolean switchedOn;

  private BorrowedRules(AuditControl control, boolean switchedOn) {
    this.control = control;
    this.switchedOn = switchedOn;
  }

  /// Loads rules and switches audit on.
  ///
  /// @param rules with keys that nobody else uses: by them they are found again
  /// @throws IOException when this process may not, or the kernel has no audit
  public static BorrowedRules load(List<AuditRule> rules) throws IOException {
    AuditControl control = AuditControl.open();
    try {
      AuditStatus found = control.status();
      if (found.locked()) {
        throw new IOException("audit is locked until the next boot");
      }
      var borrowed = new BorrowedRules(control, !found.on());
      try {
        for (AuditRule rule : rules) {
          borrowed.keys.add(rule.key());
          boolean _ = control.add(RuleData.of(rule));
        }
        if (!found.on()) {
          control.enable();
        }
        return borrowed;
      } catch (IOException e) {
        borrowed.remove();
        throw e;
      }
    } catch (IOException e) {
      control.close();
      throw e;
    }
  }

  private void remove() throws IOException {
    for (RuleData rule : control.rules()) {
      if (keys.contains(rule.key())) {
        boolean _ = control.delete(rule);
      }
    }
  }

  /// Puts everything back.
  @Override
  public void close() throws IOException {
    try (control) {
      remove();
      if (switchedOn && !control.status().locked()) {
        control.disable();
      }
    }
  }
}
