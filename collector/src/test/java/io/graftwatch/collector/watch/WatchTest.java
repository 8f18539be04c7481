package io.graftwatch.collector.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.HostState;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.collector.support.TestDatabase;
import io.graftwatch.delivery.finding.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What is told of a fleet, in a time of its own.
@ParameterizedClass
@EnumSource
class WatchTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Parameter
  @SuppressWarnings("NullAway.Init")
  private TestDatabase database;

  @TempDir private Path folder;
  private SqlStore store;
  private Fleet fleet;

  @BeforeEach
  void start() throws Exception {
    store = database.open(folder);
    fleet = new Fleet(store);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aKilledAgentIsToldWithinFourMinutesAndItsReturnSaysWhatItWas() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.enrol("web02");
    fleet.pass(Duration.ofMinutes(20));
    assertThat(fleet.told()).isEmpty();

    web01.up = false;
    fleet.pass(Duration.ofMinutes(4));
    assertThat(fleet.told()).containsExactly("silent web01 open 1");
    Incident silent = fleet.incidents().getFirst();
    assertThat(silent.alert()).isTrue();
    assertThat(silent.agentId()).isEqualTo(FindingRecord.COLLECTOR);
    assertThat(silent.message())
        .startsWith("web01 has not been heard since 2026-11-24T")
        .contains("crashed or was killed, or the host or the way to it is down")
        .endsWith("Last known: all was well, up for 1 min, 80 MB.");
    assertThat(counts()).isEqualTo(Map.of(HostState.SILENT, 1L, HostState.HEALTHY, 1L));

    web01.up = true;
    web01.counter = 0;
    fleet.pass(Duration.ofMinutes(2));
    assertThat(fleet.told()).containsExactly("silent web01 closed 2");
    assertThat(fleet.incidents().getFirst().message()).contains("it had crashed or been killed");

    web01.up = false;
    fleet.pass(Duration.ofMinutes(5));
    web01.up = true;
    fleet.pass(Duration.ofMinutes(2));
    assertThat(fleet.told()).containsExactly("silent web01 closed 2", "silent web01 closed 2");
    assertThat(fleet.incidents().getFirst().message()).contains("the way was broken");
  }

  @Test
  void aCleanStopIsNoAlarm() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.pass(HOUR);
    web01.up = false;
    fleet.beat("web01", web01, true);
    fleet.pass(HOUR);
    assertThat(fleet.told()).isEmpty();
    assertThat(counts()).isEqualTo(Map.of(HostState.STOPPED, 1L));
  }

  @Test
  void aCertificateThatIsNotRenewedInTimeIsTold() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.certified(web01, HOUR);
    fleet.pass(Duration.ofMinutes(49));
    assertThat(fleet.told()).as("it may still renew").isEmpty();
    fleet.pass(Duration.ofMinutes(8));
    assertThat(fleet.told()).containsExactly("certificate web01 open 1");
    assertThat(fleet.incidents().getFirst().message())
        .contains("The certificate of web01 has not been renewed in time");
    fleet.certified(web01, HOUR);
    fleet.pass(Duration.ofMinutes(2));
    assertThat(fleet.told()).containsExactly("certificate web01 closed 2");
  }

  @Test
  void theCollectorsOwnAbsenceIsNobodysSilence() throws Exception {
    for (int i = 0; i < 12; i++) {
      fleet.enrol("web%02d".formatted(i));
    }
    fleet.pass(Duration.ofMinutes(3));
    fleet.passWithoutCollector(Duration.ofMinutes(30));
    fleet.restart(Duration.ofSeconds(280));
    fleet.pass(Duration.ofMinutes(12));
    assertThat(fleet.told()).as("after a restart").isEmpty();

    fleet.passWithoutCollector(Duration.ofMinutes(30));
    fleet.pass(Duration.ofMinutes(12));
    assertThat(fleet.told()).as("after it stood still").isEmpty();

    fleet.jump(HOUR);
    fleet.pass(Duration.ofSeconds(30));
    fleet.jump(HOUR.negated());
    fleet.pass(Duration.ofMinutes(12));
    assertThat(fleet.told()).as("after its clock jumped").isEmpty();
  }

  /// An agent that dies while the collector's clock is ahead was last heard in the future.
  @Test
  void aClockThatRanAheadHidesNobody() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.enrol("web02");
    fleet.pass(Duration.ofMinutes(10));
    fleet.jump(HOUR);
    fleet.pass(Duration.ofMinutes(2));
    web01.up = false;
    fleet.jump(HOUR.negated());
    fleet.pass(Duration.ofMinutes(6));
    assertThat(fleet.told()).containsExactly("silent web01 open 1");
  }

  @Test
  void aRestartAndASecondCollectorTellNothingTwice() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.pass(Duration.ofMinutes(10));
    web01.up = false;
    fleet.pass(Duration.ofMinutes(10));
    fleet.restart(Duration.ZERO);
    fleet.pass(HOUR);
    Watch second = fleet.watch();
    fleet.restart(Duration.ZERO);
    second.look();
    fleet.pass(Duration.ofMinutes(10));
    assertThat(fleet.told()).containsExactly("silent web01 open 1");
    assertThat(fleet.incidents().getFirst().records()).isOne();
  }

  @Test
  void manyAtOnceAreOneIncidentOfTheFleet() throws Exception {
    for (int i = 0; i < 215; i++) {
      fleet.enrol("web%03d".formatted(i));
    }
    fleet.pass(Duration.ofMinutes(2));
    each(0, 212, false);
    fleet.pass(Duration.ofMinutes(6));
    List<Incident> open = fleet.incidents().stream().filter(Incident::open).toList();
    assertThat(open).hasSize(1);
    assertThat(open.getFirst().message())
        .startsWith("212 of 215 agents have fallen silent, since ")
        .contains("rather a network");
    assertThat(fleet.incidents()).hasSizeLessThan(10);

    each(0, 209, true);
    fleet.pass(Duration.ofMinutes(3));
    assertThat(fleet.told())
        .filteredOn(line -> line.contains("open"))
        .containsExactlyInAnyOrder(
            "silent web209 open 1", "silent web210 open 1", "silent web211 open 1");
    each(209, 212, true);
    fleet.pass(Duration.ofMinutes(3));
    assertThat(fleet.told()).noneMatch(line -> line.contains("open"));
    assertThat(store.vitals().conditions(10)).isEmpty();
  }

  private void each(int from, int to, boolean up) throws Exception {
    int i = 0;
    for (Fleet.Agent agent : fleet.agents()) {
      if (i >= from && i < to) {
        agent.up = up;
      }
      i++;
    }
  }

  @Test
  void whatDoesNotAddUpIsToldWhenItsGraceIsOver() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.pass(Duration.ofMinutes(10));
    web01.parsed = 93;
    fleet.pass(Duration.ofMinutes(2));
    assertThat(fleet.told()).isEmpty();
    web01.parsed = 100;
    fleet.pass(Duration.ofMinutes(2));
    web01.parsed = 93;
    web01.created = 5;
    web01.source = "stalled";
    web01.coverage = "PARTIAL";
    web01.skew = Duration.ofHours(-2).toMillis();
    fleet.pass(Duration.ofMinutes(6));
    assertThat(fleet.told())
        .containsExactlyInAnyOrder(
            "ledger web01 open 1", "gap web01 open 1", "source web01 open 1", "clock web01 open 1");
    assertThat(fleet.incidents())
        .extracting(Incident::message)
        .anyMatch(m -> m.contains("auditd: 7 records are not accounted for"))
        .anyMatch(m -> m.contains("5 findings of the 5 it has receipts for are not here"))
        .anyMatch(m -> m.contains("auditd is stalled"))
        .anyMatch(m -> m.contains("its clock is 2 h behind"));
    assertThat(counts()).isEqualTo(Map.of(HostState.DEGRADED, 1L));

    web01.parsed = 100;
    web01.created = 0;
    web01.source = "running";
    web01.skew = 0;
    fleet.pass(Duration.ofMinutes(7));
    assertThat(fleet.told())
        .containsExactlyInAnyOrder(
            "ledger web01 closed 2",
            "gap web01 closed 2",
            "source web01 closed 2",
            "clock web01 closed 2",
            "coverage web01 open 1");
    assertThat(fleet.incidents())
        .extracting(Incident::message)
        .anyMatch(m -> m.contains("AN1508 sees PARTIAL, it was FULL: the log cannot be read"));
  }

  /// Sight that is lost stays lost over a clean restart, and is told once.
  @Test
  void aRestartOfTheAgentDoesNotMakeBlindnessNormal() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.pass(Duration.ofMinutes(10));
    fleet.beat("web01", web01, true);
    web01.counter = 0;
    web01.coverage = "NONE";
    fleet.pass(Duration.ofMinutes(15));
    fleet.beat("web01", web01, true);
    web01.counter = 0;
    fleet.pass(Duration.ofMinutes(15));
    assertThat(fleet.told()).containsExactly("coverage web01 open 1");
    web01.coverage = "FULL";
    fleet.pass(Duration.ofMinutes(2));
    assertThat(fleet.told()).containsExactly("coverage web01 closed 2");
  }

  @Test
  void twoHostsOfOneCertificateAreACloneAndARestartIsNot() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.pass(Duration.ofMinutes(10));
    web01.boot = "boot-2";
    fleet.pass(Duration.ofMinutes(10));
    assertThat(fleet.told()).as("a restart").isEmpty();
    assertThat(store.vitals().cloned(web01.id, fleet.now())).isFalse();

    for (int i = 0; i < 5; i++) {
      web01.boot = i % 2 == 0 ? "boot-3" : "boot-2";
      fleet.pass(Duration.ofMinutes(1));
    }
    assertThat(fleet.told()).containsExactly("clone web01 open 1");
    assertThat(fleet.incidents().getFirst().message())
        .contains("machine-web01 boot-2", "machine-web01 boot-3", "quarantine");
    assertThat(store.vitals().cloned(web01.id, fleet.now())).isTrue();
    assertThat(counts()).isEqualTo(Map.of(HostState.CLONED, 1L));
    fleet.pass(Duration.ofMinutes(70));
    assertThat(fleet.told()).containsExactly("clone web01 closed 2");
  }

  @Test
  void aRevokedAgentIsNobodysTrouble() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.pass(Duration.ofMinutes(10));
    web01.up = false;
    fleet.pass(Duration.ofMinutes(5));
    assertThat(
            store
                .fleet()
                .revoke(web01.id, new Act(fleet.now(), "test", "revoke host", web01.id, "")))
        .isTrue();
    fleet.pass(Duration.ofMinutes(1));
    assertThat(fleet.told()).containsExactly("silent web01 closed 2");
    assertThat(counts()).isEqualTo(Map.of(HostState.REVOKED, 1L));
  }

  @Test
  void itsFindingsAreOcsfLikeAllOthers() throws Exception {
    Fleet.Agent web01 = fleet.enrol("web01");
    fleet.pass(Duration.ofMinutes(10));
    web01.up = false;
    fleet.pass(Duration.ofMinutes(5));
    Incident incident = fleet.incidents().getFirst();
    Findings.Revision revision = store.findings().revisions(incident, 1).getFirst();
    JsonNode json = Json.mapper().readTree(revision.json().plain());
    assertThat(json.path("class_uid").asInt()).isEqualTo(2004);
    assertThat(json.path("type_uid").asInt()).isEqualTo(200401);
    assertThat(json.at("/metadata/uid").asText()).isEqualTo(incident.findingUid() + "-1");
    assertThat(json.at("/finding_info/analytic/uid").asText()).isEqualTo("GW-SILENT");
    assertThat(json.at("/device/hostname").asText()).isEqualTo("web01");
    assertThat(json.at("/device/agent_list/0/uid").asText()).isEqualTo(web01.id);
    assertThat(json.at("/attacks/0/sub_technique/uid").asText()).isEqualTo("T1562.001");
    assertThat(json.at("/remediation/desc").asText()).contains("graftwatch doctor");
  }

  private Map<HostState, Long> counts() throws Exception {
    return store.vitals().counts(fleet.watch().horizon(fleet.now()));
  }
}
