package io.graftwatch.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRule;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the real kernel, with rules of an own key prefix about an account that nobody has.
class AuditControlTest {
  private static final String PREFIX = "gwtc_";
  private static final int NOBODYS_UID = 54_321;

  @BeforeEach
  void assumeAudit() {
    Kernel.assumeAudit();
  }

  @AfterEach
  void removeRules() throws IOException {
    Kernel.removeRules(PREFIX);
  }

  @Test
  void statusAgreesWithAuditctl() throws Exception {
    Kernel.assumeProgram("/usr/sbin/auditctl");
    try (var control = AuditControl.open()) {
      AuditStatus status = control.status();
      assertThat(run("/usr/sbin/auditctl", "-s"))
          .contains(
              "enabled " + status.enabled(),
              "failure " + status.failure(),
              "pid " + status.pid(),
              "backlog_limit " + status.backlogLimit());
    }
  }

  /// The binary form is right when the kernel lists the very same rule, whether we sent the bytes
  /// or auditctl made them from our text.
  @Test
  void bytesAndTextAreTheSameRules(@TempDir Path folder) throws Exception {
    Kernel.assumeProgram("/usr/sbin/auditctl");
    List<AuditRule> rules = rules(folder);
    try (var control = AuditControl.open()) {
      for (AuditRule rule : rules) {
        assertThat(control.add(RuleData.of(rule))).as(rule.text()).isTrue();
        if (!rule.first()) {
          assertThat(control.add(RuleData.of(rule))).as("again " + rule.text()).isFalse();
        }
      }
      List<RuleData> sent = ours(control);
      assertThat(sent)
          .containsExactlyInAnyOrderElementsOf(rules.stream().map(RuleData::of).toList());
      List<String> listed = listed();
      for (RuleData rule : sent) {
        assertThat(control.delete(rule)).isTrue();
        assertThat(control.delete(rule)).isFalse();
      }
      assertThat(ours(control)).isEmpty();

      Path file = folder.resolve("rules");
      Files.writeString(file, AuditRules.text(rules));
      run("/usr/sbin/auditctl", "-R", file.toString());
      assertThat(ours(control)).isEqualTo(sent);
      assertThat(listed()).isEqualTo(listed).hasSameSizeAs(rules);
      for (RuleData rule : ours(control)) {
        control.delete(rule);
      }
    }
  }

  @Test
  void aRuleThatTheKernelRefusesSaysSo() throws IOException {
    var missing = AuditRules.narrow(Abi.X86_64, 0, "/nowhere/httpd", -1, List.of(), PREFIX);
    try (var control = AuditControl.open()) {
      assertThatThrownBy(() -> control.add(RuleData.of(missing.getLast())))
          .hasMessage("add audit rule gwtc_net: refused by the kernel (errno 2)");
    }
  }

  private static List<AuditRule> rules(Path folder) {
    return AuditRules.narrow(
        java.util.Objects.requireNonNull(Abi.of(System.getProperty("os.arch"))),
        NOBODYS_UID,
        null,
        1_999_999,
        List.of(folder.toString()),
        PREFIX);
  }

  private static List<RuleData> ours(AuditControl control) throws IOException {
    return control.rules().stream().filter(rule -> rule.key().startsWith(PREFIX)).toList();
  }

  private static List<String> listed() throws Exception {
    return run("/usr/sbin/auditctl", "-l").lines().filter(line -> line.contains(PREFIX)).toList();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
