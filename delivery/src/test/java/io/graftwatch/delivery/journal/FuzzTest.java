package io.graftwatch.delivery.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal.Appended;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files of a used journal, bent at random: it opens or says that it must not be used, invents
/// nothing, its ledger closes, and it goes on taking findings.
class FuzzTest {
  private static final Path FOLDER = Path.of("/journal");
  private static final Limits LIMITS = new Limits(1 << 20, Duration.ofDays(9), 0);
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_760_000_000_000L));
  private static final int FINDINGS = 40;

  @ParameterizedTest
  @MethodSource
  void bentFilesAreHarmless(long seed) throws IOException {
    bend(seed);
  }

  static LongStream bentFilesAreHarmless() {
    return LongStream.rangeClosed(1, 50);
  }

  @Tag("fuzz")
  @ParameterizedTest
  @MethodSource
  void bentFilesAreHarmlessHoweverTheyAreBent(long seed) throws IOException {
    bend(seed);
  }

  static LongStream bentFilesAreHarmlessHoweverTheyAreBent() {
    return LongStream.rangeClosed(51, 20_000);
  }

  private static void bend(long seed) throws IOException {
    var random = new Random(seed);
    var disk = new MemoryDisk();
    Map<String, byte[]> original = use(disk, random);
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      var nodes = new ArrayList<>(disk.names.values());
      MemoryDisk.Node node = nodes.get(random.nextInt(nodes.size()));
      node.data = bent(node.data, nodes.get(random.nextInt(nodes.size())).data, random);
    }
    Journal journal;
    try {
      journal = open(disk);
    } catch (JournalException e) {
      assertThat(e).as("seed %d", seed).hasMessageContaining("newer Graftwatch");
      return;
    }
    for (Pending record : journal.queue("c").take(1000, Integer.MAX_VALUE)) {
      assertThat(record.payload()).as("seed %d", seed).isEqualTo(original.get(record.uid()));
    }
    assertThat(journal.ledger().remainder()).as("seed %d", seed).isZero();
    assertThat(journal.append(Findings.numbered(999, Severity.HIGH, 1)))
        .as("seed %d", seed)
        .isEqualTo(Appended.STORED);
    assertThat(journal.commit(Map.of("a", "1"), new byte[10])).as("seed %d", seed).isTrue();
    assertThat(open(disk).ledger().remainder()).as("seed %d: again", seed).isZero();
  }

  private static Journal open(MemoryDisk disk) throws IOException {
    return new Journal(disk, FOLDER, LIMITS, List.of("c"), CLOCK, () -> {});
  }

  /// @return what was appended, by uid
  private static Map<String, byte[]> use(MemoryDisk disk, Random random) throws IOException {
    Journal journal = open(disk);
    Queue queue = journal.queue("c");
    Map<String, byte[]> all = new HashMap<>();
    for (int i = 0; i < FINDINGS; i++) {
      journal.append(Findings.numbered(i, random.nextBoolean() ? Severity.HIGH : Severity.LOW, 30));
      queue
          .take(1000, Integer.MAX_VALUE)
          .forEach(record -> all.put(record.uid(), record.payload()));
      if (random.nextInt(3) == 0) {
        queue.acknowledge(queue.take(2, Integer.MAX_VALUE));
      }
      if (random.nextInt(8) == 0) {
        journal.commit(Map.of("a", String.valueOf(i)), new byte[random.nextInt(500)]);
      }
    }
    return all;
  }

  private static byte[] bent(byte[] data, byte[] other, Random random) {
    if (data.length == 0) {
      return other.clone();
    }
    int at = random.nextInt(data.length);
    byte[] bent = data.clone();
    switch (random.nextInt(6)) {
      case 0 -> bent[at] = (byte) random.nextInt(256);
      case 1 -> bent = Arrays.copyOf(data, at);
      case 2 -> Arrays.fill(bent, at, at + random.nextInt(data.length - at) + 1, (byte) 0);
      case 3 -> {
        bent = Arrays.copyOf(data, at + other.length);
        System.arraycopy(other, 0, bent, at, other.length);
      }
      case 4 -> {
        for (int i = 0; i < 20; i++) {
          bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      default -> bent = other.clone();
    }
    return bent;
  }
}
