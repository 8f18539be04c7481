package io.graftwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// P1 and P2 for the collector: whatever moment it is killed at, every finding that it acknowledged
/// is stored exactly once and as it was sent. A process of its own is killed with SIGKILL while
/// four agents post, is started again on the same folder, and the agents go on.
class KillTest {
  private static final int AGENTS = 4;
  private static final int KILLS = 2;
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatWasAcknowledgedIsStoredOnce(long seed) throws Exception {
    killAndCompare(seed);
  }

  @Tag("faults")
  @ParameterizedTest
  @MethodSource("seeds")
  void whatWasAcknowledgedIsStoredOnceWheneverItIsKilled(long seed) throws Exception {
    killAndCompare(seed);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(3, 22);
  }

  private void killAndCompare(long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Path state = folder.resolve("state");
    Path config = folder.resolve("collector.toml");
    Files.writeString(
        config,
        """
        [collector]
        state_dir = "%s"
        name = "localhost"
        [agents]
        listen = "127.0.0.1"
        port = %d
        [console]
        listen = "127.0.0.1"
        port = %d
        """
            .formatted(state, freePort(), freePort()));

    Process process = start(config, state);
    var producers = new ArrayList<Producer>();
    try {
      for (int i = 0; i < AGENTS; i++) {
        producers.add(new Producer(TestAgent.enrol(token(config), "host" + i), "host" + i));
      }
      producers.forEach(Producer::start);
      for (int kill = 0; kill < KILLS; kill++) {
        long moment = total(producers) + random.nextLong(5, 120);
        awaitAcknowledged(producers, moment);
        // destroyForcibly is SIGKILL: no shutdown hook, no flush.
        process.destroyForcibly().waitFor();
        process = start(config, state);
      }
      awaitAcknowledged(producers, total(producers) + 20);
      for (Producer producer : producers) {
        producer.stop();
      }
    } finally {
      producers.forEach(Producer::abandon);
      process.destroyForcibly().waitFor();
    }

    try (SqlStore store = SqlStore.open(state)) {
      for (Producer producer : producers) {
        producer.compare(store, seed);
      }
    }
  }

  private static long total(List<Producer> producers) {
    return producers.stream().mapToLong(producer -> producer.acknowledged.size()).sum();
  }

  private static void awaitAcknowledged(List<Producer> producers, long wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + START_NANOS;
    while (total(producers) < wanted) {
      assertThat(System.nanoTime())
          .as("acknowledged %d of %d", total(producers), wanted)
          .isLessThan(deadline);
      synchronized (Producer.PROGRESS) {
        Producer.PROGRESS.wait(50);
      }
    }
  }

  /// Posts findings one small batch after the other, and each again until it is acknowledged.
  private static final class Producer {
    static final Object PROGRESS = new Object();

    private final TestAgent agent;
    private final String host;
    private final Map<String, JsonNode> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicBoolean going = new AtomicBoolean(true);
    private @Nullable Thread thread;

    Producer(TestAgent agent, String host) {
      this.agent = agent;
      this.host = host;
    }

    void start() {
      thread = Thread.ofVirtual().start(this::produce);
    }

    private void produce() {
      while (going.get()) {
        var batch = new ArrayList<JsonNode>();
        for (int i = 0; i < 3; i++) {
          long n = sequence.incrementAndGet();
          batch.add(Sample.of(host, "implant-" + n).sequence(n).copy());
        }
        while (!deliver(batch)) {
          if (!going.get()) {
            return;
          }
        }
      }
    }

    private boolean deliver(List<JsonNode> batch) {
      try {
        Receipt receipt = agent.deliver(batch);
        for (int i = 0; i < batch.size(); i++) {
          assertThat(receipt.results().get(i).verdict())
              .isIn(Receipt.Verdict.STORED, Receipt.Verdict.DUPLICATE);
          acknowledged.put(receipt.results().get(i).uid(), batch.get(i));
        }
        synchronized (PROGRESS) {
          PROGRESS.notifyAll();
        }
        return true;
      } catch (IOException | InterruptedException _) {
        return false;
      }
    }

    void stop() throws InterruptedException {
      going.set(false);
      if (thread != null) {
        thread.join();
      }
    }

    void abandon() {
      going.set(false);
    }

    void compare(SqlStore store, long seed) throws Exception {
      var stored = new ConcurrentHashMap<String, JsonNode>();
      IncidentQuery.Cursor cursor = null;
      List<Incident> page;
      do {
        page =
            store
                .findings()
                .incidents(
                    new IncidentQuery(
                        IncidentQuery.Kind.ANY,
                        IncidentQuery.State.ANY,
                        0,
                        host,
                        null,
                        null,
                        IncidentQuery.Suppressed.SHOWN,
                        0,
                        cursor,
                        100));
        for (Incident incident : page) {
          List<Findings.Revision> revisions = store.findings().revisions(incident, 10);
          assertThat(revisions).as("seed %d: stored once", seed).hasSize(1);
          stored.put(
              revisions.getFirst().uid(),
              Json.mapper().readTree(revisions.getFirst().json().plain()));
          cursor = new IncidentQuery.Cursor(incident.changedAt(), incident.id());
        }
      } while (!page.isEmpty());
      assertThat(stored).as("seed %d", seed).containsAllEntriesOf(acknowledged);
      assertThat(acknowledged).as("seed %d", seed).isNotEmpty();
      // Nothing is invented: at most the batch that was never answered is there besides.
      assertThat(stored.size() - acknowledged.size()).as("seed %d", seed).isBetween(0, 3);
    }
  }

  private static Process start(Path config, Path state) throws Exception {
    Files.deleteIfExists(state.resolve("ports.json"));
    Process process =
        java(config, "run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    long deadline = System.nanoTime() + START_NANOS;
    while (!Files.exists(state.resolve("ports.json"))) {
      assertThat(process.isAlive()).as("the collector ended while starting").isTrue();
      assertThat(System.nanoTime()).as("the collector did not start").isLessThan(deadline);
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    return process;
  }

  private static String token(Path config) throws Exception {
    Process process =
        java(config, "token", "create").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var out = process.inputReader()) {
      String token = out.readLine();
      assertThat(process.waitFor()).isZero();
      return token;
    }
  }

  private static ProcessBuilder java(Path config, String... command) {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.graftwatch.collector.Main"));
    line.addAll(List.of(command));
    line.addAll(List.of("--config", config.toString()));
    return new ProcessBuilder(line);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
