package io.graftwatch.linux.live;

import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Applicability.Lack;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.process.Capabilities;
import io.graftwatch.linux.process.Capabilities.Capability;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds out what kernel audit can tell here, what it cannot, and what mends that.
final class AuditProbe {
  /// A burst of a busy server fits.
  private static final int ENOUGH_BACKLOG = 8192;

  private static final String RULES_FILE = "/etc/audit/rules.d/70-graftwatch.rules";

  private final Host host;
  private final SourceType log;
  private final Capabilities own = Capabilities.own();
  private final List<Lack> lacks = new ArrayList<>();

  AuditProbe(Host host, SourceType log) {
    this.host = host;
    this.log = log;
  }

  Applicability look() {
    if (!own.has(Capability.AUDIT_READ) || foreignNetwork()) {
      return fromLog();
    }
    if (!own.has(Capability.NET_ADMIN)) {
      lack(
          "The receive buffer cannot be raised above net.core.rmem_max: a burst loses records"
              + " (counted).",
          Capability.NET_ADMIN.remedy());
    }
    if (own.has(Capability.AUDIT_CONTROL)) {
      try (var control = AuditControl.open()) {
        status(control.status(), control.rules());
      } catch (IOException e) {
        lack("Kernel audit does not answer: " + e.getMessage() + ".", "graftwatch doctor");
      }
    } else {
      lack(
          "Records that the kernel itself loses are not counted, and rules that somebody removes"
              + " are not put back.",
          Capability.AUDIT_CONTROL.remedy());
    }
    return new Applicability.Usable(lacks);
  }

  private Applicability fromLog() {
    String reason =
        foreignNetwork()
            ? "Kernel audit is told to the host's own network namespace only, and the agent is in"
                + " another."
            : "Kernel audit by netlink needs CAP_AUDIT_READ.";
    String remedy =
        foreignNetwork()
            ? "run the agent on the host, not in a container"
            : Capability.AUDIT_READ.remedy();
    if (log.probe(host) instanceof Applicability.Usable usable) {
      lack(reason + " The audit daemon's log is read instead.", remedy);
      lacks.addAll(usable.lacks());
      return new Applicability.Usable(lacks);
    }
    return new Applicability.Unusable(reason, remedy);
  }

  private void status(AuditStatus status, List<RuleData> rules) {
    boolean ours = rules.stream().anyMatch(rule -> rule.key().startsWith(AuditRules.PREFIX));
    if (rules.stream().anyMatch(RuleData::blindsNewTasks)) {
      lack(
          "A rule `-a never,task` is loaded: processes started under it are never recorded, even"
              + " after it is gone.",
          "auditctl -d never,task  # and remove it from /etc/audit/rules.d, then restart servers");
    }
    if (status.locked() && !ours) {
      lack(
          "Audit rules are locked until the next boot (-e 2), and ours are not among them.",
          "graftwatch audit-rules > " + RULES_FILE + "  # then reboot");
    }
    if (!status.owned()) {
      return;
    }
    if (!status.on()) {
      lack("auditd runs, but audit is switched off: nothing is recorded.", "auditctl -e 1");
    }
    if (status.backlogWaitTime() > 0) {
      lack(
          "Audited programs are held up while the audit queue is full (backlog_wait_time "
              + status.backlogWaitTime()
              + ").",
          "auditctl --backlog_wait_time 0");
    }
    if (status.backlogLimit() < ENOUGH_BACKLOG) {
      lack(
          "The kernel's audit queue holds "
              + status.backlogLimit()
              + " records: a burst loses some"
              + " (counted).",
          "auditctl -b " + ENOUGH_BACKLOG);
    }
  }

  private void lack(String what, String remedy) {
    lacks.add(new Lack(what, remedy));
  }

  /// Multicast reaches the initial network namespace only.
  private static boolean foreignNetwork() {
    try {
      Path here = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
      Path init = Files.readSymbolicLink(Path.of("/proc/1/ns/net"));
      return !here.equals(init);
    } catch (IOException e) {
      return false;
    }
  }
}
