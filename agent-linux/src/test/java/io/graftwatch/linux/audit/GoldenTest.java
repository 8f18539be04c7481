package io.graftwatch.linux.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.source.SourceCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One folder a case under `audit/`: `audit.log` as it was written, `facts.txt` with the facts and
/// the counters that must come out.
class GoldenTest {
  private static final Path CASES = Path.of("src/test/resources/audit");

  static Stream<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders
          .filter(Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void linesGiveTheseFacts(String name) throws IOException {
    Path folder = CASES.resolve(name);
    List<String> actual = facts(Files.readAllBytes(folder.resolve("audit.log")));
    Path expected = folder.resolve("facts.txt");
    if (Boolean.getBoolean("graftwatch.golden.write")) {
      Files.writeString(expected, String.join("\n", actual) + "\n");
    }
    assertThat(actual).containsExactlyElementsOf(Files.readAllLines(expected));
  }

  /// Facts of a recording, one a line, then its counters.
  static List<String> facts(byte[] log) {
    var counters = new SourceCounters();
    var stream = AuditStream.ofRecording(counters);
    var out = new ArrayList<String>();
    for (byte[] line : Lines.of(log)) {
      stream.line(line, 0, line.length, 0, fact -> out.add(FactText.of(fact)));
    }
    stream.flush(fact -> out.add(FactText.of(fact)));
    stream.settle();
    SourceCounters.Snapshot count = counters.snapshot();
    out.add(
        "read=%d parsed=%d malformed=%d filtered=%d notes=%s"
            .formatted(
                count.read(),
                count.parsed(),
                count.malformed(),
                count.filtered(),
                new java.util.TreeMap<>(count.notes())));
    return out;
  }
}
