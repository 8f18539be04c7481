package io.graftwatch.core.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.SourceState.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SupervisorTest {
  private static final Host HOST = new Host("web01", "linux", Path.of("/run"), List.of());

  private final Intake intake = new Intake(1 << 20);
  private final List<Supervisor> started = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    intake.close();
    for (Supervisor supervisor : started) {
      supervisor.stop(Duration.ofSeconds(5));
    }
  }

  /// A log of numbered lines; `!` in place of a line makes the read fail once.
  private static final class Log implements SourceType {
    final BlockingQueue<String> lines = new ArrayBlockingQueue<>(100);
    final List<@Nullable Checkpoint> opened = new ArrayList<>();
    final CountDownLatch reading = new CountDownLatch(1);
    volatile Applicability fit = Applicability.usable();
    volatile @Nullable CountDownLatch hangs;

    @Override
    public String kind() {
      return "log";
    }

    @Override
    public Applicability probe(Host host) {
      return fit;
    }

    @Override
    public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) {
      opened.add(from);
      return new Reader(from == null ? "0" : from.value());
    }

    @Override
    public @Nullable Source replay(Recording recording) {
      return null;
    }

    private final class Reader implements Source {
      private final SourceCounters counters = new SourceCounters();
      private volatile boolean woken;
      private String position;

      Reader(String position) {
        this.position = position;
      }

      @Override
      public int pump(FactSink sink, int limit) throws IOException {
        try {
          CountDownLatch end = hangs;
          if (end != null) {
            reading.countDown();
            end.await();
          }
          for (int i = 0; i < 500 && !woken; i++) {
            String line = lines.poll(10, TimeUnit.MILLISECONDS);
            if (line != null && line.equals("!")) {
              throw new IOException("the disk broke");
            }
            if (line != null) {
              counters.parsed(1);
              position = line;
              sink.accept(fact(line));
              return 1;
            }
          }
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        woken = false;
        return 0;
      }

      @Override
      public void wake() {
        woken = true;
      }

      @Override
      public Checkpoint position() {
        return new Checkpoint(position);
      }

      @Override
      public SourceCounters counters() {
        return counters;
      }

      @Override
      public void close() {}
    }
  }

  /// Logs that are read in turn by one thread: a pump takes one line and never waits.
  private static final class Shared implements SourceType {
    final BlockingQueue<String> lines = new ArrayBlockingQueue<>(100);
    final Set<String> threads = ConcurrentHashMap.newKeySet();
    final CountDownLatch reading = new CountDownLatch(1);
    volatile @Nullable CountDownLatch hangs;
    private final String kind;
    private final Bell bell;

    Shared(String kind, Bell bell) {
      this.kind = kind;
      this.bell = bell;
    }

    @Override
    public String kind() {
      return kind;
    }

    @Override
    public Applicability probe(Host host) {
      return Applicability.usable();
    }

    @Override
    public Bell bell() {
      return bell;
    }

    @Override
    public Source open(SourceConfig config, Host host, @Nullable Checkpoint from) {
      return new Source() {
        private final SourceCounters counters = new SourceCounters();
        private String position = from == null ? "0" : from.value();

        @Override
        public int pump(FactSink sink, int limit) throws IOException {
          threads.add(Thread.currentThread().getName());
          CountDownLatch end = hangs;
          if (end != null) {
            reading.countDown();
            try {
              end.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          String line = lines.poll();
          if (line == null) {
            return 0;
          }
          if (line.equals("!")) {
            throw new IOException("the disk broke");
          }
          position = line;
          sink.accept(fact(line));
          return 1;
        }

        @Override
        public void wake() {}

        @Override
        public Checkpoint position() {
          return new Checkpoint(position);
        }

        @Override
        public SourceCounters counters() {
          return counters;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public @Nullable Source replay(Recording recording) {
      return null;
    }
  }

  private static final class Chime implements Bell {
    private final Semaphore rung = new Semaphore(0);
    volatile boolean fails;

    @Override
    public void await(int timeoutMillis) throws IOException {
      if (fails) {
        fails = false;
        throw new IOException("no more bells");
      }
      try {
        boolean _ = rung.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void wake() {
      rung.release();
    }
  }

  private static Fact fact(String line) {
    var from = new Provenance("log", line, 1, 5, 7, null, Raw.of(line));
    return new SourceGap(from, 1, 2, 3, "restart");
  }

  private Supervisor start(SourceType type, SourceConfig config, Map<String, String> checkpoints) {
    var supervisor =
        new Supervisor(
            List.of(type), _ -> config, HOST, checkpoints, intake, InstantSource.system());
    started.add(supervisor);
    supervisor.start();
    return supervisor;
  }

  private Batch next() throws InterruptedException {
    Batch batch = null;
    while (batch == null) {
      batch = intake.take(Duration.ofSeconds(5));
    }
    return batch;
  }

  @Test
  void a_source_that_breaks_is_opened_again_where_it_left_off() throws Exception {
    var log = new Log();
    log.lines.addAll(List.of("1", "2", "!", "3"));
    Supervisor supervisor = start(log, SourceConfig.AUTO, Map.of("log", "0"));
    assertThat(next().position()).isEqualTo(new Checkpoint("1"));
    assertThat(next().position()).isEqualTo(new Checkpoint("2"));
    assertThat(next().position()).isEqualTo(new Checkpoint("3"));
    assertThat(log.opened).containsExactly(new Checkpoint("0"), new Checkpoint("2"));
    SourceState state = supervisor.states().getFirst();
    assertThat(state.state()).isEqualTo(State.RUNNING);
    assertThat(state.counters().parsed()).isEqualTo(3);
    assertThat(state.lag()).isEqualTo(2);
  }

  @Test
  void what_cannot_be_used_says_why_and_what_to_do() throws Exception {
    var log = new Log();
    log.fit = new Applicability.Unusable("is not there", "apt install log");
    Supervisor supervisor = start(log, SourceConfig.AUTO, Map.of());
    while (supervisor.states().getFirst().state() != State.UNUSABLE) {
      Thread.onSpinWait();
    }
    assertThat(supervisor.states().getFirst().problem()).isEqualTo("is not there");
    assertThat(supervisor.states().getFirst().remedy()).isEqualTo("apt install log");
    supervisor.stop(Duration.ofSeconds(5));
  }

  /// R-21 and F49: a read that does not come back is said, and other sources go on.
  @Test
  void a_source_that_hangs_in_a_read_is_stalled() throws Exception {
    var hanging = new Log();
    var end = new CountDownLatch(1);
    hanging.hangs = end;
    var log = new Log();
    log.lines.put("1");
    var clock = new AtomicReference<>(Instant.ofEpochSecond(1_000));
    var supervisor =
        new Supervisor(
            List.of(hanging, log), _ -> SourceConfig.AUTO, HOST, Map.of(), intake, clock::get);
    supervisor.start();
    try {
      hanging.reading.await();
      clock.set(clock.get().plusSeconds(61));
      assertThat(supervisor.states().getFirst().state()).isEqualTo(State.STALLED);
      assertThat(supervisor.states().getFirst().problem())
          .isEqualTo("has been inside one read for 61 s");
      Batch batch = next();
      while (batch.facts().isEmpty()) {
        batch = next();
      }
      assertThat(batch.position()).isEqualTo(new Checkpoint("1"));
    } finally {
      end.countDown();
      supervisor.stop(Duration.ofSeconds(5));
    }
  }

  @Test
  void what_is_off_is_never_touched() {
    var log = new Log();
    Supervisor supervisor = start(log, new SourceConfig("off", Map.of()), Map.of());
    assertThat(supervisor.states().getFirst().state()).isEqualTo(State.OFF);
    assertThat(log.opened).isEmpty();
  }

  @Test
  void a_full_intake_holds_the_source_back_and_loses_nothing() throws Exception {
    var small = new Intake(1);
    var log = new Log();
    var supervisor =
        new Supervisor(
            List.of(log), _ -> SourceConfig.AUTO, HOST, Map.of(), small, InstantSource.system());
    supervisor.start();
    for (int i = 1; i <= 50; i++) {
      log.lines.put(String.valueOf(i));
    }
    // Where it begins comes first, and then what it read.
    for (int i = 0; i <= 50; i++) {
      Batch batch = Objects.requireNonNull(small.take(Duration.ofSeconds(5)));
      assertThat(batch.position()).isEqualTo(new Checkpoint(String.valueOf(i)));
    }
    small.close();
    supervisor.stop(Duration.ofSeconds(5));
  }

  private Supervisor start(List<SourceType> types, InstantSource clock) {
    var supervisor = new Supervisor(types, _ -> SourceConfig.AUTO, HOST, Map.of(), intake, clock);
    started.add(supervisor);
    supervisor.start();
    return supervisor;
  }

  /// The positions that a source tells, up to one of them.
  private List<String> positions(String source, String last) throws InterruptedException {
    var seen = new ArrayList<String>();
    while (!seen.contains(last)) {
      Batch batch = next();
      Checkpoint position = batch.position();
      if (batch.source().equals(source) && position != null) {
        seen.add(position.value());
      }
    }
    return seen;
  }

  @Test
  void sources_with_one_bell_share_a_thread_and_one_that_breaks_does_not_stop_the_other()
      throws Exception {
    var bell = new Chime();
    var one = new Shared("one", bell);
    var other = new Shared("other", bell);
    one.lines.addAll(List.of("1", "!", "2"));
    other.lines.addAll(List.of("1", "2", "3", "4"));
    Supervisor supervisor = start(List.of(one, other), InstantSource.system());
    assertThat(positions("other", "4")).containsExactly("0", "1", "2", "3", "4");
    assertThat(supervisor.states().getLast().state()).isEqualTo(State.RUNNING);
    assertThat(positions("one", "2")).endsWith("2");
    assertThat(one.threads).containsExactly("sources-shared");
    assertThat(other.threads).containsExactly("sources-shared");
  }

  @Test
  void a_source_that_hangs_names_itself_to_those_that_wait_for_their_turn() throws Exception {
    var bell = new Chime();
    var hanging = new Shared("hanging", bell);
    var end = new CountDownLatch(1);
    hanging.hangs = end;
    var clock = new AtomicReference<>(Instant.ofEpochSecond(1_000));
    var supervisor = start(List.of(hanging, new Shared("other", bell)), clock::get);
    try {
      hanging.reading.await();
      clock.set(clock.get().plusSeconds(61));
      while (supervisor.states().getLast().state() != State.STALLED) {
        Thread.onSpinWait();
      }
      assertThat(supervisor.states())
          .extracting(SourceState::state, SourceState::problem)
          .containsExactly(
              tuple(State.STALLED, "has been inside one read for 61 s"),
              tuple(State.STALLED, "waits for hanging, inside one read for 61 s"));
    } finally {
      end.countDown();
    }
  }

  @Test
  void a_bell_that_fails_opens_its_sources_anew_and_leaves_alone_what_is_off() throws Exception {
    var bell = new Chime();
    bell.fails = true;
    var one = new Shared("one", bell);
    var off = new Shared("off", bell);
    var supervisor =
        new Supervisor(
            List.of(one, off),
            kind -> kind.equals("off") ? new SourceConfig("off", Map.of()) : SourceConfig.AUTO,
            HOST,
            Map.of(),
            intake,
            InstantSource.system());
    started.add(supervisor);
    supervisor.start();
    while (supervisor.states().getFirst().state() != State.FAILED) {
      Thread.onSpinWait();
    }
    assertThat(supervisor.states().getFirst().problem()).isEqualTo("no more bells");
    one.lines.add("1");
    assertThat(positions("one", "1")).endsWith("1");
    assertThat(supervisor.states().getLast().state()).isEqualTo(State.OFF);
    assertThat(off.threads).isEmpty();
  }
}
