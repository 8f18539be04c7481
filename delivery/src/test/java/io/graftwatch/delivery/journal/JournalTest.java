package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Evidence;
import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Heartbeat.FindingLedger;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal.Appended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final List<String> COLLECTOR = List.of("collector");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_760_000_000_000L));

  @TempDir Path temp;

  private Journal open(List<String> outputs) throws IOException {
    return Journal.open(
        temp.resolve("journal"), new Limits(8 << 20, Duration.ofDays(90), 0), outputs, CLOCK);
  }

  private static List<DetectionFinding> findings(int from, int to, Severity severity, int size) {
    return IntStream.range(from, to).mapToObj(i -> Findings.numbered(i, severity, size)).toList();
  }

  @Test
  void whatWasAppendedIsThereAfterARestart() throws IOException {
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.append(Findings.numbered(1, Severity.HIGH, 10)))
          .isEqualTo(Appended.STORED);
      assertThat(journal.append(Findings.numbered(2, Severity.LOW, 10))).isEqualTo(Appended.STORED);
    }
    try (Journal journal = open(COLLECTOR)) {
      List<Pending> batch = journal.queue("collector").take(10, 1 << 20);
      assertThat(batch).extracting(Pending::sequence).containsExactly(1L, 2L);
      DetectionFinding read = Json.read(batch.getFirst().payload(), DetectionFinding.class);
      assertThat(read.metadata().sequence()).isEqualTo(1);
      assertThat(read.metadata().loggedTime()).isEqualTo(1_760_000_000_000L);
      assertThat(journal.notices()).isEmpty();
    }
  }

  @Test
  void highSeverityGoesFirstThenAge() throws IOException {
    try (Journal journal = open(COLLECTOR)) {
      journal.append(findings(1, 3, Severity.LOW, 10));
      journal.append(findings(3, 5, Severity.CRITICAL, 10));
      journal.append(findings(5, 7, Severity.MEDIUM, 10));
      assertThat(journal.queue("collector").take(10, 1 << 20))
          .extracting(Pending::sequence)
          .containsExactly(3L, 4L, 5L, 6L, 1L, 2L);
      assertThat(journal.queue("collector").take(3, 1 << 20)).hasSize(3);
      assertThat(journal.queue("collector").take(10, 1)).hasSize(1);
    }
  }

  @Test
  void aKnownFindingIsTakenOnceAlsoAfterARestart() throws IOException {
    DetectionFinding finding = Findings.numbered(1, Severity.HIGH, 10);
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.append(List.of(finding, finding)))
          .containsExactly(Appended.STORED, Appended.KNOWN);
    }
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.append(finding)).isEqualTo(Appended.KNOWN);
      Queue queue = journal.queue("collector");
      queue.acknowledge(queue.take(10, 1 << 20));
      assertThat(journal.append(finding)).isEqualTo(Appended.KNOWN);
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(1, 1, 0, 0, 0));
    }
  }

  @Test
  void theLedgerClosesAcrossRestarts() throws IOException {
    try (Journal journal = open(COLLECTOR)) {
      journal.append(findings(1, 11, Severity.HIGH, 10));
      Queue queue = journal.queue("collector");
      List<Pending> batch = queue.take(6, 1 << 20);
      queue.acknowledge(batch.subList(0, 4));
      queue.reject(batch.get(4), "bad time");
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(10, 4, 5, 1, 0));
    }
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(10, 4, 5, 1, 0));
      assertThat(journal.spool().records()).isEqualTo(5);
      assertThat(journal.spool().oldestTime()).isEqualTo(1_760_000_000_000L);
    }
    try (var files = Files.list(temp.resolve("journal/quarantine"))) {
      assertThat(Files.readString(files.findFirst().orElseThrow()))
          .contains("\"reason\":\"bad time\"", "\"sequence\":5", "\"output\":\"collector\"");
    }
  }

  @Test
  void checkpointsAndStateComeBackTogether() throws IOException {
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.checkpoints()).isEmpty();
      assertThat(journal.commit(Map.of("auditd", "a:1"), "one".getBytes(UTF_8))).isTrue();
      assertThat(journal.commit(Map.of("auditd", "a:2"), "two".getBytes(UTF_8))).isTrue();
      assertThat(journal.commit(Map.of("auditd", "a:3"), "three".getBytes(UTF_8))).isTrue();
    }
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.checkpoints()).isEqualTo(Map.of("auditd", "a:3"));
      assertThat(new String(journal.state(), UTF_8)).isEqualTo("three");
    }
    try (var files = Files.list(temp.resolve("journal"))) {
      assertThat(files.filter(f -> f.getFileName().toString().startsWith("commit"))).hasSize(2);
    }
  }

  @Test
  void aFinishedSegmentIsUnlinkedOnceBothCommitsCoverIt() throws IOException {
    try (Journal journal = open(COLLECTOR)) {
      journal.append(findings(1, 1000, Severity.HIGH, 4000));
      Queue queue = journal.queue("collector");
      for (List<Pending> batch = queue.take(500, 1 << 20);
          !batch.isEmpty();
          batch = queue.take(500, 1 << 20)) {
        queue.acknowledge(batch);
      }
      long before = segments();
      assertThat(before).isGreaterThan(3);
      journal.commit(Map.of(), new byte[0]);
      assertThat(segments()).isEqualTo(before);
      journal.commit(Map.of(), new byte[0]);
      assertThat(segments()).isEqualTo(1);
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(999, 999, 0, 0, 0));
    }
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(999, 999, 0, 0, 0));
      assertThat(journal.append(Findings.numbered(5000, Severity.HIGH, 1)))
          .isEqualTo(Appended.STORED);
      assertThat(journal.queue("collector").take(1, 1).getFirst().sequence()).isEqualTo(1000);
    }
  }

  @Test
  void eachOutputHasItsOwnMarks() throws IOException {
    List<String> both = List.of("collector", "file");
    try (Journal journal = open(both)) {
      journal.append(findings(1, 4, Severity.HIGH, 10));
      Queue file = journal.queue("file");
      file.acknowledge(file.take(10, 1 << 20));
      assertThat(file.size()).isZero();
      assertThat(journal.queue("collector").size()).isEqualTo(3);
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(3, 0, 3, 0, 0));
    }
    try (Journal journal = open(List.of("file", "collector"))) {
      assertThat(journal.queue("file").size()).isZero();
      assertThat(journal.queue("collector").size()).isEqualTo(3);
    }
    try (Journal journal = open(List.of("file"))) {
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(3, 3, 0, 0, 0));
    }
  }

  @Test
  void anOutputThatTakesAPlaceOverDoesNotTakeItsMarksOver() throws IOException {
    List<String> four = List.of("a", "b", "c", "d");
    try (Journal journal = open(four)) {
      journal.append(findings(1, 4, Severity.HIGH, 10));
      for (String output : four.subList(0, 3)) {
        Queue queue = journal.queue(output);
        queue.acknowledge(queue.take(10, 1 << 20));
      }
    }
    try (Journal journal = open(List.of("e", "d"))) {
      assertThat(journal.queue("e").size()).isEqualTo(3);
      assertThat(journal.queue("d").size()).isEqualTo(3);
    }
  }

  @Test
  void aFullQuotaDropsTheLowestSeverityFirstAndCountsIt() throws IOException {
    try (Journal journal = open(COLLECTOR)) {
      journal.append(findings(1, 800, Severity.INFORMATIONAL, 4000));
      journal.append(findings(1000, 1800, Severity.MEDIUM, 4000));
      journal.append(findings(2000, 3000, Severity.HIGH, 4000));
      journal.append(findings(3000, 4000, Severity.CRITICAL, 4000));
      FindingLedger ledger = journal.ledger();
      assertThat(ledger.created()).isEqualTo(3599);
      assertThat(ledger.remainder()).isZero();
      assertThat(ledger.dropped()).isGreaterThan(1599);
      List<Pending> left = journal.queue("collector").take(10_000, 100 << 20);
      assertThat(left.stream().filter(r -> r.severity() == 5)).hasSize(1000);
      assertThat(left.stream().filter(r -> r.severity() < 4)).isEmpty();
      List<Long> high =
          left.stream().filter(r -> r.severity() == 4).map(Pending::sequence).toList();
      assertThat(high).isNotEmpty().endsWith(2599L);
      long urgent = ledger.spooled();
      journal.append(findings(9000, 9300, Severity.LOW, 4000));
      assertThat(journal.queue("collector").take(10_000, 100 << 20))
          .filteredOn(r -> r.severity() >= 4)
          .hasSize((int) urgent);
      assertThat(journal.ledger().spooled()).isBetween(urgent + 1, urgent + 299);
      assertThat(journal.ledger().remainder()).isZero();
    }
    try (Journal journal = open(COLLECTOR)) {
      assertThat(journal.ledger().remainder()).isZero();
    }
  }

  @Test
  void aFindingThatIsTooLargeLosesEvidenceAndSaysSo() throws IOException {
    DetectionFinding full = Findings.full();
    var evidence = full.evidences().getFirst();
    var large = Evidence.builder(evidence.name(), Map.of("raw", "r".repeat(60_000))).build();
    try (Journal journal = open(COLLECTOR)) {
      journal.append(full.with(full.metadata(), Collections.nCopies(32, large)));
      Pending record = journal.queue("collector").take(1, 1).getFirst();
      DetectionFinding read = Json.read(record.payload(), DetectionFinding.class);
      assertThat(record.payload().length).isLessThan(Frame.MAX_PAYLOAD);
      assertThat(read.evidences()).hasSize(8);
      assertThat(read.metadata().isTruncated()).isTrue();
      assertThat(read.metadata().untruncatedSize()).isGreaterThan(32 * 60_000);
    }
  }

  private long segments() throws IOException {
    try (var files = Files.list(temp.resolve("journal"))) {
      return files.filter(f -> f.toString().endsWith(Segment.SUFFIX)).count();
    }
  }

  @Test
  void inspectionReadsWithoutTouching() throws IOException {
    try (Journal journal = open(List.of("collector", "file"))) {
      journal.append(findings(1, 4, Severity.HIGH, 10));
      journal.commit(Map.of("a", "1"), new byte[5]);
      Queue queue = journal.queue("collector");
      queue.acknowledge(queue.take(1, 1));
      queue.reject(queue.take(1, 1).getFirst(), "bad");
    }
    Path folder = temp.resolve("journal");
    Path segment = folder.resolve(Segment.name(4, 1));
    Files.write(segment, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    byte[] before = Files.readAllBytes(segment);
    Inspection inspection = new Inspection(folder);
    List<Inspection.FileReport> reports = inspection.verify();
    assertThat(reports)
        .extracting(Inspection.FileReport::name, Inspection.FileReport::records)
        .containsExactly(tuple("4-0000000000000001.seg", 3), tuple("commit-0000000000000001", 1));
    assertThat(reports.getFirst().problems())
        .containsExactly(
            "bytes %d to %d are no record".formatted(before.length - 3, before.length));
    List<Inspection.Stored> records = new ArrayList<>();
    inspection.records(records::add);
    assertThat(records).extracting(Inspection.Stored::sequence).containsExactly(1L, 2L, 3L);
    assertThat(records)
        .extracting(Inspection.Stored::fates)
        .containsExactly(Map.of("collector", "stored"), Map.of("collector", "rejected"), Map.of());
    assertThat(Files.readAllBytes(segment)).isEqualTo(before);
  }
}
