package io.graftwatch.testbed.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.testbed.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// F37 with the whole agent on the real kernel: somebody who is root works against audit with the
/// tools that everybody has. It must be said within a minute, and mended within half of one where
/// it is the agent's to mend.
@Tag("faults")
@Timeout(300)
class AuditDisruptionTest {
  private static final Duration SAID = Duration.ofSeconds(60);
  private static final Duration MENDED = Duration.ofSeconds(30);
  private static final String ANALYTIC = "AN1508";

  /// SYSCALL, SOCKADDR, PROCTITLE, EOE.
  private static final int RECORDS = 4;

  /// As an account whose `connect` calls the agent's rules record.
  private static final String FLOOD =
      """
      import os, socket, sys
      os.setgid(33); os.setuid(33)
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      for i in range(int(sys.argv[1])):
          try: s.connect(('127.0.0.1', 9))
          except OSError: pass
      """;

  @TempDir private Path folder;

  @BeforeEach
  void assumeAudit() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/auditctl")) && run("auditctl", "-s").contains("lost"),
        "needs kernel audit");
  }

  @Test
  void f37RemovedRulesAreSaidAndPutBack() throws Exception {
    try (Stand stand = Stand.create(folder, Stand.onlyAudit("netlink"))) {
      Program agent = watching(stand);
      run("auditctl", "-D");
      within(MENDED, "the rules are back", () -> rules().contains("key=gw_exec"));
      within(SAID, "it is said", () -> reasons(stand).contains("rules_removed"));
      assertThat(level(stand)).isEqualTo("PARTIAL");
      assertThat(agent.stop()).isZero();
    }
    assertThat(rules()).as("nothing is left behind").doesNotContain("gw_");
  }

  @Test
  void f37SwitchedOffAuditIsSaidAndSwitchedOn() throws Exception {
    try (Stand stand = Stand.create(folder, Stand.onlyAudit("netlink"))) {
      Program agent = watching(stand);
      run("auditctl", "-e", "0");
      within(MENDED, "audit is on again", () -> status().contains("enabled 1"));
      within(SAID, "it is said", () -> reasons(stand).contains("audit_disabled"));
      assertThat(agent.stop()).isZero();
    } finally {
      run("auditctl", "-e", "1");
    }
  }

  /// The rule is somebody else's, and stays; that it blinds is said as long as it does.
  @Test
  void f37RuleThatBlindsNewTasksIsSaid() throws Exception {
    try (Stand stand = Stand.create(folder, Stand.onlyAudit("netlink"))) {
      Program agent = watching(stand);
      run("auditctl", "-a", "never,task");
      within(SAID, "it is said", () -> reasons(stand).contains("never_task"));
      assertThat(level(stand)).isEqualTo("PARTIAL");
      assertThat(agent.stop()).isZero();
    } finally {
      run("auditctl", "-d", "never,task");
    }
  }

  /// The agent is stopped while an account makes 200,000 calls: what did not fit into the kernel's
  /// buffer is counted to one in a hundred, and the verdict of that time is blind.
  @Test
  void f37LostRecordsAreCountedAndBlindTheVerdict() throws Exception {
    double calls = 200_000;
    try (Stand stand = Stand.create(folder, Stand.onlyAudit("netlink"))) {
      Program agent = watching(stand);
      double before = calls(stand);
      run("kill", "-STOP", Long.toString(agent.pid()));
      String output = run("python3", "-c", FLOOD, Integer.toString((int) calls));
      run("kill", "-CONT", Long.toString(agent.pid()));
      assertThat(output).isEmpty();

      within(SAID, "it is said", () -> source(stand).path("lost").asLong() > 0);
      within(SAID, "all is read", () -> calls(stand) - before >= calls * 0.99);
      assertThat(calls(stand) - before).isCloseTo(calls, Percentage.withPercentage(1));
      assertThat(level(stand)).isEqualTo("PARTIAL");
      assertThat(blind(stand)).isEqualTo(source(stand).path("lost").asLong());
      assertThat(agent.stop()).isZero();
    }
  }

  private static Program watching(Stand stand) throws Exception {
    Program agent = stand.startAgent();
    agent.await("its rules are loaded", () -> rules().contains("key=gw_exec"));
    agent.await("audit is read", () -> source(stand).path("state").asText().equals("running"));
    return agent;
  }

  private static JsonNode source(Stand stand) {
    for (JsonNode source : stand.status().path("sources")) {
      if (source.path("source").asText().equals("auditd")) {
        return source;
      }
    }
    return stand.status().path("none");
  }

  /// Calls that were read or are counted as lost. The kernel refuses a call's first record, and
  /// with it goes the whole call; everybody else counts each record.
  private static double calls(Stand stand) {
    JsonNode source = source(stand);
    long refused = source.path("notes").path("kernel_lost").asLong();
    return refused + (source.path("read").asLong() - refused) / (double) RECORDS;
  }

  private static JsonNode coverage(Stand stand) {
    for (JsonNode coverage : stand.status().path("coverage")) {
      if (coverage.path("analytic").asText().equals(ANALYTIC)) {
        return coverage;
      }
    }
    return stand.status().path("none");
  }

  private static String level(Stand stand) {
    return coverage(stand).path("level").asText();
  }

  private static String reasons(Stand stand) {
    return coverage(stand).path("reasons").toString();
  }

  /// Records that its blind intervals name as lost.
  private static long blind(Stand stand) {
    long lost = 0;
    for (JsonNode interval : coverage(stand).path("blind")) {
      lost += Math.max(0, interval.path("lost").asLong());
    }
    return lost;
  }

  private static String rules() {
    return run("auditctl", "-l");
  }

  private static String status() {
    return run("auditctl", "-s");
  }

  private static void within(Duration time, String what, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what + " within " + time).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static String run(String... command) {
    try {
      Process process =
          new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
