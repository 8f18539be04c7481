package io.graftwatch.delivery.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Heartbeat.FindingLedger;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.journal.Limits;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.journal.Queue;
import io.graftwatch.delivery.output.Output.Answer;
import io.graftwatch.delivery.output.Output.Verdict;
import io.graftwatch.delivery.output.Shipper.Next;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipperTest {
  @TempDir Path temp;
  private final FakeOutput output = new FakeOutput();
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private long nanos;
  private Journal journal;
  private Queue queue;

  @BeforeEach
  void open() throws IOException {
    journal =
        Journal.open(
            temp.resolve("j"),
            new Limits(64 << 20, Duration.ofDays(9), 0),
            List.of("c"),
            InstantSource.system());
    queue = journal.queue("c");
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  private Shipper shipper(int perSecond) {
    return new Shipper(queue, output, perSecond, () -> nanos, new Random(7), log::add);
  }

  private static List<DetectionFinding> findings(int from, int to, Severity severity) {
    return IntStream.range(from, to).mapToObj(i -> Findings.numbered(i, severity, 10)).toList();
  }

  /// Steps on, letting virtual time pass, until nothing waits.
  ///
  /// @return virtual time that went by
  private Duration drain(Shipper shipper) {
    long start = nanos;
    for (int i = 0; i < 200_000; i++) {
      switch (shipper.step()) {
        case Next.Now() -> {}
        case Next.Idle() -> {
          return Duration.ofNanos(nanos - start);
        }
        case Next.Paced(Duration time) -> nanos += time.toNanos();
        case Next.Backoff(Duration time, boolean _) -> nanos += time.toNanos();
      }
    }
    throw new AssertionError("never idle");
  }

  @Test
  void whatWaitsIsSentAndForgotten() {
    journal.append(findings(0, 3, Severity.HIGH));
    Shipper shipper = shipper(1000);
    drain(shipper);
    assertThat(output.stored).hasSize(3);
    assertThat(shipper.problem()).isNull();
    assertThat(log).isEmpty();
    assertThat(journal.ledger()).isEqualTo(new FindingLedger(3, 3, 0, 0, 0));
  }

  @Test
  void f17AfterADayOfOutageAllIsDeliveredInOrderAndPaced() {
    Shipper shipper = shipper(100);
    output.down = true;
    for (int hour = 0; hour < 8; hour++) {
      journal.append(findings(hour * 500, hour * 500 + 490, Severity.LOW));
      journal.append(findings(hour * 500 + 490, hour * 500 + 500, Severity.CRITICAL));
      long until = nanos + TimeUnit.HOURS.toNanos(1);
      while (nanos < until) {
        assertThat(shipper.step()).isInstanceOf(Next.Backoff.class);
        nanos += Duration.ofMinutes(5).toNanos();
      }
    }
    output.down = false;
    output.sent.clear();
    Duration took = drain(shipper);
    assertThat(output.stored).hasSize(4000);
    assertThat(output.sent.subList(0, 80)).allMatch(r -> r.severity() == 5);
    assertThat(output.sent).extracting(Pending::severity).isSortedAccordingTo((a, b) -> b - a);
    assertThat(output.sent.subList(80, 4000)).extracting(Pending::sequence).isSorted();
    assertThat(took).isBetween(Duration.ofSeconds(33), Duration.ofSeconds(40));
    assertThat(log).containsExactly("output c fails: down", "output c works again");
  }

  @Test
  void f18TheWaitGrowsWithJitterBetweenOneSecondAndFiveMinutes() {
    journal.append(findings(0, 1, Severity.HIGH));
    output.down = true;
    Shipper shipper = shipper(1000);
    var waits = new ArrayList<Duration>();
    for (int i = 0; i < 200; i++) {
      waits.add(((Next.Backoff) shipper.step()).time());
    }
    assertThat(waits.getFirst()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(waits).allMatch(w -> w.toMillis() >= 1000 && w.toMillis() <= 300_000);
    assertThat(Collections.max(waits)).isGreaterThan(Duration.ofMinutes(4));
    assertThat(waits.stream().distinct().count()).isGreaterThan(150);
    assertThat(output.calls).isEqualTo(200);
    assertThat(output.batches.stream().distinct()).hasSize(1);
  }

  @Test
  void f18AskedToWaitItWaits() {
    journal.append(findings(0, 1, Severity.HIGH));
    Shipper shipper = shipper(1000);
    output.answers.add(new Answer.Failed("busy", Duration.ofSeconds(40)));
    output.answers.add(new Answer.Failed("busy", Duration.ZERO));
    assertThat(shipper.step()).isEqualTo(new Next.Backoff(Duration.ofSeconds(40), true));
    assertThat(((Next.Backoff) shipper.step()).time()).isGreaterThan(Duration.ofMillis(999));
  }

  @Test
  void f19BadRecordsAreFoundAndSetAsideAlone() {
    journal.append(findings(0, 300, Severity.HIGH));
    output.refuses = r -> r.sequence() == 7 || r.sequence() == 200 || r.sequence() == 201;
    drain(shipper(100_000));
    assertThat(output.stored).hasSize(297);
    assertThat(journal.ledger()).isEqualTo(new FindingLedger(300, 297, 0, 3, 0));
    assertThat(output.calls).isLessThan(80);
    assertThat(temp.resolve("j/quarantine"))
        .isDirectoryContaining(f -> f.toString().endsWith("-7.json"))
        .isDirectoryContaining(f -> f.toString().endsWith("-200.json"))
        .isDirectoryContaining(f -> f.toString().endsWith("-201.json"));
  }

  @Test
  void anOutputThatRefusesEverythingDoesNotEmptyTheSpool() {
    journal.append(findings(0, 100, Severity.HIGH));
    output.refuses = _ -> true;
    Shipper shipper = shipper(100_000);
    long start = nanos;
    int steps = 0;
    while (nanos - start < Duration.ofMinutes(10).toNanos() && steps++ < 10_000) {
      if (shipper.step() instanceof Next.Backoff(Duration time, boolean _)) {
        nanos += time.toNanos();
      }
    }
    assertThat(journal.ledger().quarantined()).isBetween(8L, 30L);
  }

  @Test
  void aRecordThatIsNotAnsweredForIsSentAgain() {
    journal.append(findings(0, 3, Severity.HIGH));
    output.answers.add(
        new Answer.Verdicts(
            List.of(new Verdict.Taken(), new Verdict.Again(), new Verdict.Rejected("bad"))));
    output.answers.add(new Answer.Verdicts(List.of()));
    Shipper shipper = shipper(1000);
    assertThat(shipper.step()).isEqualTo(new Next.Now());
    assertThat(shipper.step()).isInstanceOf(Next.Backoff.class);
    assertThat(shipper.problem()).isEqualTo("the answer names none of the records sent");
    assertThat(shipper.step()).isEqualTo(new Next.Now());
    assertThat(output.stored).containsExactly("gw-%032x-1".formatted(1));
    assertThat(journal.ledger()).isEqualTo(new FindingLedger(3, 2, 0, 1, 0));
  }

  @Test
  void anAppendWakesTheShipper() throws Exception {
    Shipper shipper = new Shipper(queue, output, 1000, System::nanoTime, new Random(7), log::add);
    Thread thread = Thread.ofPlatform().start(shipper);
    output.arrived = new CountDownLatch(1);
    journal.append(findings(0, 1, Severity.HIGH));
    assertThat(output.arrived.await(10, TimeUnit.SECONDS)).isTrue();
    shipper.stop();
    thread.join(10_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(output.closed).isTrue();
  }

  @Test
  void reasonToBelieveEndsTheWait() throws Exception {
    output.down = true;
    output.arrived = new CountDownLatch(1);
    journal.append(findings(0, 1, Severity.HIGH));
    Random longest =
        new Random() {
          private static final long serialVersionUID = 1;

          @Override
          public long nextLong(long origin, long bound) {
            return 300_000;
          }
        };
    Shipper shipper = new Shipper(queue, output, 1000, System::nanoTime, longest, log::add);
    Thread thread = Thread.ofPlatform().start(shipper);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (shipper.problem() == null && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    output.down = false;
    shipper.retryNow();
    assertThat(output.arrived.await(10, TimeUnit.SECONDS)).isTrue();
    shipper.stop();
    thread.join(10_000);
    assertThat(thread.isAlive()).isFalse();
  }

  /// Stores what it is sent, unless told otherwise.
  private static final class FakeOutput implements Output {
    final List<String> stored = new ArrayList<>();
    final List<Pending> sent = new ArrayList<>();
    final List<String> batches = new ArrayList<>();
    final ArrayDeque<Answer> answers = new ArrayDeque<>();
    Predicate<Pending> refuses = _ -> false;
    volatile boolean down;
    volatile boolean closed;
    volatile CountDownLatch arrived = new CountDownLatch(0);
    int calls;

    @Override
    public Answer send(String batch, List<Pending> records) {
      calls++;
      batches.add(batch);
      if (down) {
        return new Answer.Failed("down", null);
      }
      sent.addAll(records);
      if (!answers.isEmpty()) {
        return answers.remove();
      }
      if (records.stream().anyMatch(refuses)) {
        return new Answer.Refused("something is bad");
      }
      records.forEach(record -> stored.add(record.uid()));
      arrived.countDown();
      return new Answer.Verdicts(records.stream().map(_ -> (Verdict) new Verdict.Taken()).toList());
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
