package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Heartbeat.FindingLedger;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal.Appended;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// F02 and F01 in small: the world stops at each operation on the disk in turn, by a kill or by a
/// power cut, also while a start recovers from the stop before. Afterwards the agent goes on from
/// the checkpoint it finds, and in the end everything was delivered as if nothing had happened.
class CrashTest {
  private static final Path FOLDER = Path.of("/journal");
  private static final Limits LIMITS = new Limits(1 << 20, Duration.ofDays(9), 0);
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_760_000_000_000L));
  private static final int FINDINGS = 16;

  /// An agent and a collector around the journal; the collector outlives the agent.
  private static final class World {
    final Map<String, Long> collector = new HashMap<>();
    final Set<String> promised = new HashSet<>();
    MemoryDisk disk = new MemoryDisk();

    /// Lives until the end of the input, or until it is killed.
    void live() throws IOException {
      Journal journal = new Journal(disk, FOLDER, LIMITS, List.of("c"), CLOCK, () -> {});
      Queue queue = journal.queue("c");
      int from = Integer.parseInt(journal.checkpoints().getOrDefault("source", "0"));
      assertThat(new String(journal.state(), UTF_8)).isEqualTo(from == 0 ? "" : "state " + from);
      for (int i = from; i < FINDINGS; i++) {
        DetectionFinding finding = finding(i);
        assertThat(journal.append(finding)).isNotEqualTo(Appended.DROPPED);
        promised.add(finding.metadata().uid());
        if (i % 2 == 1) {
          ship(queue, 3);
        }
        if (i % 3 == 2) {
          journal.commit(
              Map.of("source", String.valueOf(i + 1)), ("state " + (i + 1)).getBytes(UTF_8));
        }
        assertThat(journal.ledger().remainder()).isZero();
      }
      while (queue.size() > 0) {
        ship(queue, 5);
      }
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(FINDINGS, FINDINGS, 0, 0, 0));
      journal.close();
    }

    private void ship(Queue queue, int records) throws IOException {
      List<Pending> batch = queue.take(records, 1 << 20);
      for (Pending record : batch) {
        DetectionFinding read = Json.read(record.payload(), DetectionFinding.class);
        int number = Integer.parseInt(record.uid(), 3, 35, 16);
        assertThat(read.message()).isEqualTo(finding(number).message());
        assertThat(read.metadata().sequence()).isEqualTo(record.sequence());
        Long before = collector.putIfAbsent(record.uid(), record.sequence());
        assertThat(before).isIn(null, record.sequence());
      }
      queue.acknowledge(batch);
    }

    boolean survives() throws IOException {
      try {
        live();
        return true;
      } catch (MemoryDisk.Killed e) {
        return false;
      }
    }

    void check() {
      assertThat(collector).hasSize(FINDINGS);
      assertThat(new HashSet<>(collector.values())).hasSize(FINDINGS);
      assertThat(collector.keySet()).containsAll(promised);
    }
  }

  private static DetectionFinding finding(int i) {
    return Findings.numbered(i, i % 4 == 0 ? Severity.LOW : Severity.HIGH, 20_000 + i);
  }

  @Test
  void f02AKillAtEachOperationLosesAndInventsNothing() throws IOException {
    int operations = operations();
    for (int at = 0; at < operations; at++) {
      World world = new World();
      world.disk.killAt = at;
      assertThat(world.survives()).as("killed at %d", at).isFalse();
      world.disk = world.disk.afterKill();
      assertThat(world.survives()).isTrue();
      world.check();
    }
  }

  @Test
  void f02APowerCutAtEachOperationLosesAndInventsNothing() throws IOException {
    int operations = operations();
    for (int at = 0; at < operations; at++) {
      World world = new World();
      world.disk.killAt = at;
      assertThat(world.survives()).as("cut at %d", at).isFalse();
      world.disk = world.disk.afterPowerCut(new Random(at));
      assertThat(world.survives()).isTrue();
      world.check();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void f01ManyCutsInOneLife(long seed) throws IOException {
    int rounds = Integer.getInteger("graftwatch.crash.rounds", 40);
    Random random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      World world = new World();
      for (int cut = 0; cut < 12; cut++) {
        world.disk.killAt = world.disk.operations + random.nextInt(70);
        if (world.survives()) {
          break;
        }
        world.disk =
            random.nextBoolean()
                ? world.disk.afterKill()
                : world.disk.afterPowerCut(new Random(random.nextLong()));
      }
      world.disk.killAt = Integer.MAX_VALUE;
      assertThat(world.survives()).as("seed %d round %d", seed, round).isTrue();
      world.check();
    }
  }

  private static int operations() throws IOException {
    World world = new World();
    world.live();
    world.check();
    assertThat(world.disk.operations).isGreaterThan(100);
    return world.disk.operations;
  }
}
