package io.graftwatch.linux.live;

import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.KernelRules;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRule;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.util.List;

/// The audit rules of this host, for the command line and for whoever needs a few for a while.
public final class HostAudit implements KernelRules {
  @Override
  public String render(Host host) throws IOException {
    return AuditRules.text(AuditType.wanted(host, abi(), -1).rules());
  }

  /// Where nothing else is left that needs audit, no rule and no audit daemon, it is switched off
  /// too, as it was before the agent came.
  @Override
  public int remove() throws IOException {
    try (var control = AuditControl.open()) {
      int removed = RuleKeeper.remove(control, AuditRules.PREFIX);
      AuditStatus status = control.status();
      if (removed > 0 && !status.owned() && !status.locked() && control.rules().isEmpty()) {
        control.disable();
      }
      return removed;
    }
  }

  /// Loads rules, beside those that are there.
  ///
  /// @return how many were new
  public static int add(List<AuditRule> rules) throws IOException {
    try (var control = AuditControl.open()) {
      List<RuleData> loaded = control.rules();
      int added = 0;
      for (AuditRule rule : rules) {
        RuleData data = RuleData.of(rule);
        added += !loaded.contains(data) && control.add(data) ? 1 : 0;
      }
      return added;
    }
  }

  /// Deletes the rules whose key starts with a prefix, whoever loaded them.
  public static int remove(String prefix) throws IOException {
    try (var control = AuditControl.open()) {
      return RuleKeeper.remove(control, prefix);
    }
  }

  private static Abi abi() throws IOException {
    String machine = System.getProperty("os.arch");
    Abi abi = Abi.of(machine);
    if (abi == null) {
      throw new IOException("audit rules: no system call numbers for " + machine);
    }
    return abi;
  }
}
