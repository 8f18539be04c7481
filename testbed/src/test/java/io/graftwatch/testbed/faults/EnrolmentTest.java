package io.graftwatch.testbed.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.enrol.Renewal;
import io.graftwatch.core.enrol.TrustFolder;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.output.CollectorClient;
import io.graftwatch.delivery.output.CollectorSettings;
import io.graftwatch.testbed.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// F28 and R-42: the certificate of a real agent at a real collector, over its life.
class EnrolmentTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @Test
  void f28CertificateIsRenewedAtTwoThirdsOfItsLife() throws Exception {
    try (Stand stand = Stand.create(folder, "")) {
      TrustFolder trust = TrustFolder.open(stand.agentState());
      IssuedIdentity first = trust.identity();
      Duration life = Duration.ofMillis(first.expires() - first.time());
      Instant due = Instant.ofEpochMilli(first.time()).plus(life.multipliedBy(2).dividedBy(3));
      var clock = new Clock(due.minus(MINUTE));
      try (CollectorClient client = client(stand, trust, first.agentId())) {
        var renewal = new Renewal(trust, client, clock);
        String before = Files.readString(trust.certificateFile());

        renewal.step();
        assertThat(trust.certificateFile()).as("too early").hasContent(before);

        stand.killCollector();
        clock.now = due.plus(MINUTE);
        renewal.step();
        assertThat(renewal.problem())
            .startsWith("The certificate ends " + Instant.ofEpochMilli(first.expires()))
            .contains("graftwatch enroll");
        assertThat(trust.certificateFile()).as("the old one stays").hasContent(before);

        stand.startCollector();
        renewal.step();
        assertThat(renewal.problem()).as("not asked again at once").isNotNull();
        clock.now = clock.now.plus(MINUTE);
        renewal.step();
        assertThat(renewal.problem()).isNull();
        assertThat(Files.readString(trust.certificateFile())).isNotEqualTo(before);
        assertThat(trust.identity().agentId()).isEqualTo(first.agentId());
        assertThat(client.get("/v1/policy", "after"))
            .as("the new one is in use")
            .isInstanceOf(CollectorClient.Reply.Body.class);
      }
    }
  }

  /// What was found under the old name is delivered under the new one, and is not refused for ever.
  @Test
  void aSpoolFromBeforeANewEnrolmentIsDelivered() throws Exception {
    Path log = Files.createFile(folder.resolve("audit.log"));
    var script = new AuditScript(log);
    while (!script.over()) {
      script.write(Instant.now());
    }
    try (Stand stand = Stand.create(folder, Stand.onlyAuditLog(log, AuditScript.SERVERS))) {
      stand.killCollector();
      Program agent = stand.startAgent();
      agent.await(
          "all is in the spool",
          () -> stand.status().path("findings").path("spooled").asInt() >= AuditScript.TOLD);
      assertThat(agent.stop()).isZero();

      stand.startCollector();
      stand.enrol();
      Program again = stand.startAgent();
      again.await(
          "the spool is delivered",
          () -> stand.status().path("findings").path("spooled").asInt(-1) == 0);
      assertThat(stand.stored()).hasSizeGreaterThanOrEqualTo(AuditScript.TOLD);
      assertThat(again.stop()).isZero();
    }
  }

  private static CollectorClient client(Stand stand, TrustFolder trust, String agent)
      throws IOException {
    return new CollectorClient(
        new CollectorSettings(
            stand.url(),
            trust.caFile(),
            trust.certificateFile(),
            trust.keyFile(),
            null,
            CollectorSettings.CONNECT,
            CollectorSettings.DEADLINE,
            agent,
            "boot"));
  }

  private static final class Clock implements InstantSource {
    private Instant now;

    Clock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
