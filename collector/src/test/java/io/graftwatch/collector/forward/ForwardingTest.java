package io.graftwatch.collector.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.ingest.Reading;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Lease;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.collector.support.FakeClock;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.Output;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The table of findings as the queue of outputs.
class ForwardingTest {
  private static final String OUT = "out-1";
  private static final Act ACT = new Act(1, "ada", "retry dead letters", OUT, "all");

  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private SqlStore store;

  @BeforeEach
  void open() throws Exception {
    store = SqlStore.open(folder);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anOutputBeginsWithTheNextFindingAndGoesOnWhereItWas() throws Exception {
    find("old");
    TableQueue queue = queue("a");
    assertThat(queue.size()).isZero();
    find("1", "2", "3");
    assertThat(queue.size()).isEqualTo(3);
    List<Pending> batch = queue.take(2, 1 << 20);
    assertThat(uids(batch)).containsExactly("1", "2");
    assertThat(uids(queue.take(2, 1 << 20))).as("not settled yet").containsExactly("1", "2");
    queue.acknowledge(batch);
    assertThat(uids(queue.take(2, 1 << 20))).containsExactly("3");
    // The process dies with 3 in flight.
    assertThat(uids(queue("a").take(10, 1 << 20))).containsExactly("3");
  }

  @Test
  void whatIsNotAnsweredForIsSentAgainAndHoldsBackTheMark() throws Exception {
    TableQueue queue = queue("a");
    assertThat(queue.size()).isZero();
    find("1", "2", "3");
    List<Pending> batch = queue.take(3, 1 << 20);
    queue.acknowledge(List.of(batch.get(0), batch.get(2)));
    find("4");
    assertThat(uids(queue.take(10, 1 << 20))).containsExactly("2", "4");
    assertThat(uids(queue("a").take(10, 1 << 20)))
        .as("after a crash the ids absorb the third")
        .containsExactly("2", "3", "4");
  }

  @Test
  void whatIsRefusedIsADeadLetterThatCanBeTriedAgainOrGivenUp() throws Exception {
    TableQueue queue = queue("a");
    assertThat(queue.size()).isZero();
    find("1", "2");
    List<Pending> batch = queue.take(2, 1 << 20);
    queue.reject(batch.getFirst(), "400 mapper_parsing_exception");
    queue.acknowledge(batch.subList(1, 2));
    assertThat(queue.size()).isZero();
    Outbox.DeadLetter letter = store.outbox().deadLetters(OUT, 10).getFirst();
    assertThat(letter.reason()).isEqualTo("400 mapper_parsing_exception");
    assertThat(letter.host()).isEqualTo("web01");
    Outbox.State state = store.outbox().states().getFirst();
    assertThat(state.waiting()).isZero();
    assertThat(state.delivered()).isEqualTo(1);
    assertThat(state.deadLetters()).isEqualTo(1);

    assertThat(store.outbox().retry(OUT, List.of(letter.number()), ACT)).isEqualTo(1);
    find("3");
    List<Pending> again = queue.take(10, 1 << 20);
    assertThat(uids(again)).containsExactly("1");
    queue.reject(again.getFirst(), "400 still");
    assertThat(store.outbox().deadLetters(OUT, 10).getFirst().reason()).isEqualTo("400 still");
    assertThat(uids(queue.take(10, 1 << 20))).containsExactly("3");

    assertThat(store.outbox().retry(OUT, List.of(), ACT)).isEqualTo(1);
    queue.acknowledge(queue.take(10, 1 << 20));
    assertThat(store.outbox().deadLetters(OUT, 10)).isEmpty();
    queue.reject(queue.take(10, 1 << 20).getFirst(), "no");
    assertThat(store.outbox().discard(OUT, List.of(), ACT)).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void ofTwoCollectorsOneSendsUntilItsLeaseEnds() throws Exception {
    TableQueue first = queue("a");
    TableQueue second = queue("b");
    assertThat(first.size()).isZero();
    find("1");
    assertThat(second.size()).isZero();
    assertThat(second.take(10, 1 << 20)).isEmpty();
    first.acknowledge(first.take(10, 1 << 20));
    find("2");
    clock.advance(Duration.ofSeconds(61));
    assertThat(uids(second.take(10, 1 << 20))).containsExactly("2");
    assertThat(first.take(10, 1 << 20)).isEmpty();
    second.release();
    assertThat(uids(first.take(10, 1 << 20))).containsExactly("2");
  }

  @Test
  void aBatchOfWhichOneRecordIsPoisonIsDeliveredButForThatOne() throws Exception {
    var got = Collections.synchronizedList(new ArrayList<String>());
    var done = new CountDownLatch(9);
    Output picky =
        new Output() {
          @Override
          public Answer send(String batch, List<Pending> records) {
            if (uids(records).contains("poison")) {
              return new Answer.Refused("400 there is something in it");
            }
            for (String uid : uids(records)) {
              got.add(uid);
              done.countDown();
            }
            return new Answer.Verdicts(
                Collections.nCopies(records.size(), new Verdict.Taken()).stream()
                    .map(Verdict.class::cast)
                    .toList());
          }

          @Override
          public void close() {}
        };
    var forwarding =
        new Forwarding(
            store,
            List.of(new FakePlace(picky)),
            "collector01",
            "0.1.0",
            "a",
            Map.of(),
            clock,
            System::nanoTime,
            new Random(7));
    store.outbox().begin(OUT);
    find("1", "2", "3", "4", "poison", "5", "6", "7", "8", "9");
    forwarding.start();
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    forwarding.close();
    assertThat(got).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(store.outbox().deadLetters(OUT, 10))
        .extracting(Outbox.DeadLetter::reason)
        .containsExactly("400 there is something in it");
  }

  private record FakePlace(Output output) implements Place {
    @Override
    public String name() {
      return OUT;
    }

    @Override
    public String type() {
      return "fake";
    }

    @Override
    public String where() {
      return "here";
    }

    @Override
    public Duration timeout() {
      return Duration.ofSeconds(1);
    }

    @Override
    public Output open(Map<String, String> environment, InstantSource clock) {
      return output;
    }
  }

  private TableQueue queue(String process) {
    var lease = new Lease(store.leases(), "output " + OUT, process, Duration.ofSeconds(60));
    return new TableQueue(store.outbox(), OUT, lease, clock);
  }

  private void find(String... uids) throws Exception {
    var records = new ArrayList<FindingRecord>();
    for (String uid : uids) {
      Sample sample = Sample.of("web01", uid);
      ((com.fasterxml.jackson.databind.node.ObjectNode) sample.json().get("metadata"))
          .put("uid", uid);
      records.add(Reading.own(Json.read(Json.bytes(sample.json()), DetectionFinding.class)));
    }
    append(records);
  }

  private void append(List<FindingRecord> records) throws StoreException {
    var _ = store.findings().append("agent-1", records, List.of(), clock.millis());
  }

  private static List<String> uids(List<Pending> records) {
    return records.stream().map(Pending::uid).toList();
  }
}
