package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Heartbeat.FindingLedger;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.output.NdjsonFileOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// F01: `kill -9` of a real process at seeded moments while 500 findings are produced, delivered to
/// a file.
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KillTest {
  private static final int FINDINGS = 500;
  private static final int KILLS = 4;
  private static final Limits LIMITS = new Limits(4 << 20, Duration.ofDays(9), 0);

  @TempDir Path temp;

  @Test
  void f01KilledAtAnyMomentTheSetOfFindingsIsTheSame() throws Exception {
    killAndCompare(1);
  }

  @Tag("faults")
  @ParameterizedTest
  @MethodSource("seeds")
  void f01KilledAtAnyMomentTheSetOfFindingsIsTheSame(int seed) throws Exception {
    killAndCompare(seed);
  }

  static IntStream seeds() {
    return IntStream.rangeClosed(2, 200);
  }

  private void killAndCompare(int seed) throws Exception {
    Random random = new Random(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      live(temp, random.nextInt(FINDINGS / KILLS));
    }
    assertThat(live(temp, Integer.MAX_VALUE)).as("seed %d", seed).isZero();
    check(temp, seed);
  }

  /// Runs the agent until it has reported so many findings, then kills it.
  ///
  /// @return its exit code
  private static int live(Path folder, int lines) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Agent.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (int i = 0; i <= lines && out.readLine() != null; i++) {
        // Each line is a finding that is durable.
      }
      if (lines != Integer.MAX_VALUE) {
        process.destroyForcibly();
      }
      return process.waitFor();
    }
  }

  private static void check(Path folder, int seed) throws IOException {
    Map<String, Long> sequences = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("out.ndjson"))) {
      JsonNode finding = line.endsWith("}") ? Json.mapper().readTree(line) : null;
      if (finding != null) {
        JsonNode metadata = finding.path("metadata");
        long sequence = metadata.path("sequence").asLong();
        Long before = sequences.putIfAbsent(metadata.path("uid").asText(), sequence);
        assertThat(before).as("seed %d", seed).isIn(null, sequence);
      }
    }
    assertThat(sequences).as("seed %d", seed).hasSize(FINDINGS);
    assertThat(new HashSet<>(sequences.values())).hasSize(FINDINGS);
    try (Journal journal = Agent.open(folder)) {
      assertThat(journal.ledger())
          .as("seed %d", seed)
          .isEqualTo(new FindingLedger(FINDINGS, FINDINGS, 0, 0, 0));
    }
  }

  /// An agent whose source is a counter.
  static final class Agent {
    private Agent() {}

    static Journal open(Path folder) throws IOException {
      return Journal.open(
          folder.resolve("journal"), LIMITS, List.of("file"), InstantSource.system());
    }

    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      try (Journal journal = open(folder);
          var output = new NdjsonFileOutput(folder.resolve("out.ndjson"), 1 << 30, 1)) {
        Queue queue = journal.queue("file");
        int from = Integer.parseInt(journal.checkpoints().getOrDefault("i", "0"));
        for (int i = from; i < FINDINGS; i++) {
          DetectionFinding finding =
              Findings.numbered(i, i % 3 == 0 ? Severity.LOW : Severity.HIGH, 5_000);
          journal.append(finding);
          System.out.println(i);
          if (i % 4 == 0) {
            ship(queue, output);
          }
          if (i % 7 == 0) {
            journal.commit(Map.of("i", String.valueOf(i + 1)), new byte[20_000]);
          }
        }
        while (queue.size() > 0) {
          ship(queue, output);
        }
      }
    }

    private static void ship(Queue queue, NdjsonFileOutput output) {
      List<Pending> batch = queue.take(5, 1 << 20);
      output.send("b", batch);
      queue.acknowledge(batch);
    }
  }
}
