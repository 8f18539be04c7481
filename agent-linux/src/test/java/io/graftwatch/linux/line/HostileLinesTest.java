package io.graftwatch.linux.line;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.LinuxPlatform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileLinesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final int ROWS = 100_000;
  private static final int MAX_TEXT = 1024;

  @TempDir private Path folder;

  static Stream<String> kinds() throws IOException {
    try (Stream<Path> kinds = Files.list(GOLDEN)) {
      return kinds
          .filter(Files::isDirectory)
          .map(k -> GOLDEN.relativize(k).toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  /// Every line of the golden files, bent at random: cut, doubled, bytes changed, two lines
  /// spliced.
  @ParameterizedTest
  @MethodSource("kinds")
  void bentLinesAreCountedAndNothingIsThrown(String kind) throws IOException {
    long seed = 20261124;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<byte[]> lines = lines(GOLDEN.resolve(kind));
    var bent = new ByteArrayOutputStream();
    for (int row = 0; row < ROWS; row++) {
      byte[] line = bend(lines, random);
      for (byte b : line) {
        bent.write(b == '\n' ? ' ' : b);
      }
      bent.write('\n');
    }
    Path log = folder.resolve("bent.log");
    Files.write(log, bent.toByteArray());
    var facts = new ArrayList<Fact>();
    SourceCounters.Snapshot counters = replay(kind, log, facts);
    assertThat(counters.read()).as("%s, seed %d", kind, seed).isEqualTo(ROWS);
    assertThat(counters.parsed()).isPositive();
    assertThat(facts)
        .allSatisfy(fact -> {
          assertThat(fact.provenance().raw().length()).isLessThanOrEqualTo(8 * 1024);
          if (fact instanceof ServerLog told) {
            assertThat(told.text().length()).isLessThanOrEqualTo(MAX_TEXT);
          }
        });
  }

  @Test
  void aLineOfTenMegabytesIsOneCutLine() throws IOException {
    Path log = folder.resolve("long.log");
    String head = "Nov 24 03:02:58 web01 apachectl: Cannot load /x.so into server: ";
    Files.writeString(log, head + "y".repeat(10_000_000) + "\n" + head + "z\n");
    var facts = new ArrayList<Fact>();
    SourceCounters.Snapshot counters = replay("syslog", log, facts);
    assertThat(counters.read()).isEqualTo(2);
    assertThat(counters.notes()).containsEntry("message_truncated", 1L);
    assertThat(facts).hasSize(2);
    assertThat(facts.getFirst().provenance().raw().truncated()).isTrue();
  }

  private static List<byte[]> lines(Path kind) throws IOException {
    var lines = new ArrayList<byte[]>();
    try (Stream<Path> files = Files.list(kind)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        text.lines().forEach(line -> lines.add(line.getBytes(StandardCharsets.ISO_8859_1)));
      }
    }
    return lines;
  }

  private static byte[] bend(List<byte[]> lines, RandomGenerator random) {
    byte[] line = lines.get(random.nextInt(lines.size())).clone();
    if (line.length == 0) {
      return line;
    }
    int at = random.nextInt(line.length);
    switch (random.nextInt(5)) {
      case 0 -> {
        return Arrays.copyOf(line, at);
      }
      case 1 -> line[at] = (byte) random.nextInt(256);
      case 2 -> {
        for (int i = 0; i < 8; i++) {
          line[random.nextInt(line.length)] = (byte) random.nextInt(256);
        }
      }
      case 3 -> {
        byte[] other = lines.get(random.nextInt(lines.size()));
        byte[] spliced = Arrays.copyOf(line, at + other.length);
        System.arraycopy(other, 0, spliced, at, other.length);
        return spliced;
      }
      default -> {
        // As it is.
      }
    }
    return line;
  }

  private static SourceCounters.Snapshot replay(String kind, Path log, List<Fact> facts)
      throws IOException {
    SourceType type =
        new LinuxPlatform()
            .sources().stream().filter(s -> s.kind().equals(kind)).findFirst().orElseThrow();
    var recording =
        new Recording(
            log, "log", ZoneId.of("UTC"), Instant.parse("2026-11-24T12:00:00Z"), SourceConfig.AUTO);
    try (Source source = requireNonNull(type.replay(recording), kind)) {
      while (source.pump(facts::add, 1000) >= 0) {
        // Reads on.
      }
      return source.counters().snapshot();
    }
  }
}
