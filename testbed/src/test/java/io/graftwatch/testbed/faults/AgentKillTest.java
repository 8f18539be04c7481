package io.graftwatch.testbed.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.testbed.Program;
import io.graftwatch.testbed.faults.Stand.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// F01 with the whole agent: `kill -9` at seeded moments, every other one in the middle of a
/// commit, while its `audit.log` is being written. Afterwards the collector holds what an
/// uninterrupted reading of that log tells (P1, P2, P5), each record once, numbered without a gap,
/// and the ledger closes (P4).
class AgentKillTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void f01KilledAgentTellsTheSame(long seed) throws Exception {
    compare(seed, 2, 30);
  }

  @Tag("faults")
  @ParameterizedTest
  @MethodSource("seeds")
  void f01KilledAgentTellsTheSameWheneverItIs(long seed) throws Exception {
    compare(seed, 4, 60);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(3, 22);
  }

  /// @param pace milliseconds between two events
  private void compare(long seed, int kills, int pace) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Path log = Files.createFile(folder.resolve("audit.log"));
    var script = new AuditScript(log);
    try (Stand stand = Stand.create(folder, Stand.onlyAuditLog(log, AuditScript.SERVERS));
        var writer = Executors.newSingleThreadScheduledExecutor()) {
      var _ = writer.scheduleAtFixedRate(() -> write(script), 0, pace, TimeUnit.MILLISECONDS);
      Program agent = stand.startAgent();
      for (int kill = 0; kill < kills; kill++) {
        if (kill % 2 == 0) {
          awaitCommit(agent, stand.agentState().resolve("journal"));
        } else {
          agent.awaitEnd(random.nextLong(200, 4000));
        }
        agent.kill();
        agent = stand.startAgent();
      }
      agent.await("the script is over", script::over);
      writer.shutdownNow();
      assertThat(writer.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      Map<String, List<String>> expected = replayed(log);
      assertThat(expected).hasSize(AuditScript.TOLD);
      stand.awaitRunning(agent);
      boolean _ = agent.reaches(() -> told(stand).entrySet().containsAll(expected.entrySet()));
      assertThat(agent.stop()).as("seed %d: exit code", seed).isZero();
      judge(stand, expected, seed);
    }
  }

  private static void judge(Stand stand, Map<String, List<String>> expected, long seed) {
    List<Stored> stored = stand.stored();
    assertThat(told(stand)).as("seed %d: P5", seed).isEqualTo(expected);
    assertThat(stored)
        .as("seed %d: P1, each once", seed)
        .extracting(Stored::uid)
        .doesNotHaveDuplicates();
    assertThat(stored.stream().map(Stored::sequence).sorted())
        .as("seed %d: P1, without a gap", seed)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, stored.size()).boxed().toList());
    JsonNode findings = stand.status().path("findings");
    assertThat(findings.path("created").asInt()).as("seed %d: P4", seed).isEqualTo(stored.size());
    assertThat(findings.path("acknowledged").asInt()).isEqualTo(stored.size());
    assertThat(stand.status().path("state").asText()).isEqualTo("stopped");
  }

  private static void write(AuditScript script) {
    try {
      script.write(Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Returns when a commit has just begun.
  private static void awaitCommit(Program agent, Path journal) throws Exception {
    agent.await("it has a journal", () -> Files.isDirectory(journal));
    try (WatchService watch = journal.getFileSystem().newWatchService()) {
      journal.register(
          watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      boolean begun = false;
      while (!begun && System.nanoTime() < end) {
        WatchKey key = watch.poll(1, TimeUnit.SECONDS);
        if (key != null) {
          begun =
              key.pollEvents().stream()
                  .anyMatch(event -> String.valueOf(event.context()).equals("commit.tmp"));
          key.reset();
        }
      }
      assertThat(begun).as("a commit begins").isTrue();
    }
  }

  /// The last word on each finding that the collector holds: its id and codes.
  private static Map<String, List<String>> told(Stand stand) {
    var told = new TreeMap<String, List<String>>();
    stand.stored().stream()
        .sorted(java.util.Comparator.comparingLong(Stored::sequence))
        .forEach(each -> told.put(each.finding(), each.codes()));
    return told;
  }

  /// What an uninterrupted reading of the log tells.
  private Map<String, List<String>> replayed(Path log) throws Exception {
    String config = folder.resolve("agent.toml").toString();
    Program.Result result =
        Program.run("", Program.AGENT, "replay", "--config", config, "auditd=" + log);
    var told = new TreeMap<String, List<String>>();
    for (String line : result.out().lines().toList()) {
      Stored finding = Stored.of(Json.mapper().readTree(line));
      told.put(finding.finding(), finding.codes());
    }
    return told;
  }
}
