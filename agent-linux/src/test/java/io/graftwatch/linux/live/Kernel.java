package io.graftwatch.linux.live;

import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// What tests need of this machine's kernel: they are skipped, loudly, where audit cannot be used,
/// and leave foreign rules and everybody's settings alone.
final class Kernel {
  private Kernel() {}

  /// Audit can be controlled here, and it is on (switched on, and left on, if it was off).
  static void assumeAudit() {
    try (var control = AuditControl.open()) {
      AuditStatus status = control.status();
      if (!status.on()) {
        Assumptions.assumeFalse(
            status.owned(), "needs kernel audit switched on, and auditd runs with it off");
        control.enable();
      }
      Assumptions.assumeFalse(
          status.locked(), "needs kernel audit that is not locked until the next boot");
    } catch (IOException e) {
      Assumptions.abort("needs kernel audit: " + e.getMessage());
    }
  }

  static void assumeProgram(String path) {
    Assumptions.assumeTrue(Files.isExecutable(Path.of(path)), "needs the program " + path);
  }

  /// Deletes the rules whose keys have a prefix.
  static void removeRules(String prefix) throws IOException {
    try (var control = AuditControl.open()) {
      for (RuleData rule : control.rules()) {
        if (rule.key().startsWith(prefix)) {
          control.delete(rule);
        }
      }
    }
  }
}
