package io.graftwatch.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.collector.forward.Forwarding;
import io.graftwatch.collector.forward.Place;
import io.graftwatch.collector.ingest.Reading;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Analytic;
import io.graftwatch.delivery.finding.Confidence;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.FindingInfo;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Metadata;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.finding.Status;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A store full of findings and one output at work on them. It says when so many have been taken.
final class Stand implements AutoCloseable {
  /// A minute before a month ends.
  private static final long MONTH_END = Instant.parse("2026-10-31T23:59:00Z").toEpochMilli();

  private static final int AGENTS = 10;

  final SqlStore store;
  final Place place;
  private final List<CountDownLatch> taken = new ArrayList<>();
  private Forwarding forwarding;

  /// @param marks after so many records taken [#await] of that mark returns
  Stand(Path folder, Place place, int... marks) throws Exception {
    this.store = SqlStore.open(Files.createDirectories(folder));
    this.place = place;
    for (int mark : marks) {
      taken.add(new CountDownLatch(mark));
    }
    store.outbox().begin(place.name());
    this.forwarding = begun();
  }

  private Forwarding begun() {
    return new Forwarding(
        store,
        List.of(new Counted()),
        "collector01",
        "0.1.0",
        "process-" + System.nanoTime(),
        Map.of(),
        InstantSource.system(),
        System::nanoTime,
        RandomGenerator.getDefault());
  }

  void start() {
    forwarding.start();
  }

  /// The collector ends when what is under way is settled.
  void end() {
    forwarding.close();
  }

  /// The collector ends and starts anew.
  void restart() {
    end();
    forwarding = begun();
    forwarding.start();
  }

  void await(int mark) throws Exception {
    if (!taken.get(mark).await(10, TimeUnit.MINUTES)) {
      forwarding.note();
      throw new IOException("it did not get there: " + store.outbox().states());
    }
  }

  /// Findings of ten agents, a second apart from a minute before the month's end.
  void find(int from, int to) throws Exception {
    for (int agent = 0; agent < AGENTS; agent++) {
      var records = new ArrayList<FindingRecord>();
      for (int i = from; i < to; i++) {
        if (i % AGENTS == agent) {
          records.add(Reading.own(finding(i, MONTH_END + i * 12L)));
        }
      }
      var _ = store.findings().append("agent-" + agent, records, List.of(), MONTH_END);
    }
  }

  /// Waits until nothing waits: what was sent again counts twice for [#await].
  void drained() throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (store.outbox().states().getFirst().waiting() > 0) {
      if (System.nanoTime() > end) {
        throw new IOException("something still waits: " + store.outbox().states());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /// A finding with one attribute more, as an agent to come may send.
  void find(int number, String name, JsonNode value) throws Exception {
    FindingRecord record = Reading.own(finding(number, MONTH_END));
    ObjectNode json = (ObjectNode) Json.mapper().readTree(record.json().plain());
    byte[] more = Json.bytes(json.set(name, value));
    var _ =
        store
            .findings()
            .append(
                "agent-0",
                List.of(
                    new FindingRecord(
                        record.uid(),
                        record.findingUid(),
                        record.revision(),
                        record.sequence(),
                        record.time(),
                        record.severity(),
                        record.alert(),
                        record.open(),
                        record.host(),
                        record.analytic(),
                        record.title(),
                        record.message(),
                        record.state(),
                        record.codes(),
                        record.mergedInto(),
                        record.firstSeen(),
                        record.lastSeen(),
                        record.component(),
                        record.componentHash(),
                        record.searchText(),
                        Deflated.of(more, 0, more.length))),
                List.of(),
                MONTH_END);
  }

  static String uid(int number) {
    return FindingId.revision(FindingId.of("web01", "apache", "apache2.service", "m" + number), 1);
  }

  /// @param time milliseconds since the epoch
  static DetectionFinding finding(int number, long time) {
    String uid = FindingId.of("web01", "apache", "apache2.service", "m" + number);
    return new DetectionFinding(
        Activity.CREATE,
        time,
        time,
        time,
        Severity.HIGH,
        Confidence.HIGH,
        90,
        Status.NEW,
        1,
        "apache2 took up mod_" + number + ".so, and its worker ran sh",
        Metadata.of(
            FindingId.revision(uid, 1),
            "AN1508",
            Metadata.Product.graftwatch("agent-linux", "0.1.0"),
            List.of()),
        new Device(
            "machine", "web01", null, null, null, List.of(Device.Agent.graftwatch("a", "0.1.0"))),
        List.of(),
        new FindingInfo(
            uid,
            "Component and execution",
            "mod_" + number + ".so",
            List.of("server-software-component"),
            new Analytic("AN1508", "Linux", "DET0547", "1.0"),
            List.of(),
            List.of(),
            time,
            time,
            time,
            time,
            List.of("auditd:SYSCALL"),
            1,
            List.of(),
            List.of()),
        List.of(),
        List.of(),
        List.of(),
        null,
        Map.of("graftwatch", Map.of("state", "CONFIRMED", "number", number)));
  }

  @Override
  public void close() {
    end();
    store.close();
  }

  /// The place, with its verdicts counted.
  private final class Counted implements Place {
    @Override
    public String name() {
      return place.name();
    }

    @Override
    public String type() {
      return place.type();
    }

    @Override
    public String where() {
      return place.where();
    }

    @Override
    public Duration timeout() {
      return place.timeout();
    }

    @Override
    public Output open(Map<String, String> environment, InstantSource clock) {
      Output inner = place.open(environment, clock);
      return new Output() {
        @Override
        public Answer send(String batch, List<Pending> records) {
          Answer answer = inner.send(batch, records);
          if (answer instanceof Answer.Verdicts(List<Verdict> verdicts)) {
            for (Verdict verdict : verdicts) {
              if (verdict instanceof Verdict.Taken) {
                taken.forEach(CountDownLatch::countDown);
              }
            }
          }
          return answer;
        }

        @Override
        public void close() throws IOException {
          inner.close();
        }
      };
    }
  }
}
