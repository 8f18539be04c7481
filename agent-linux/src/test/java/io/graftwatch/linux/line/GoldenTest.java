package io.graftwatch.linux.line;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.LinuxPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each folder of src/test/resources/golden is a source kind; in it `NAME.log` is what the source
/// wrote and `NAME.facts` what must come of it: the counters, then one fact a line, led by the line
/// number or record id it came from.
///
/// `-Dgolden.write=true` writes the expected files anew, to be read before they are committed.
class GoldenTest {
  private static final Path ROOT = Path.of("src/test/resources/golden");
  private static final Instant YEAR_HINT = Instant.parse("2026-11-24T12:00:00Z");

  static Stream<Path> recordings() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void recordingGivesTheFactsBesideIt(Path log) throws IOException {
    Path facts = Path.of(log.toString().replace(".log", ".facts"));
    String actual = replay(ROOT.relativize(log).getName(0).toString(), log);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(facts, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(facts));
  }

  private static String replay(String kind, Path log) throws IOException {
    var lines = new ArrayList<String>();
    var recording = new Recording(log, "log", ZoneId.of("UTC"), YEAR_HINT, SourceConfig.AUTO);
    Platform platform = new LinuxPlatform();
    SourceType type =
        platform.sources().stream().filter(s -> s.kind().equals(kind)).findFirst().orElseThrow();
    try (Source source = requireNonNull(type.replay(recording), kind)) {
      while (source.pump(fact -> lines.add(FactText.of(fact)), 100) >= 0) {
        // Reads on.
      }
      SourceCounters.Snapshot counters = source.counters().snapshot();
      lines.addFirst(
          "read %d parsed %d filtered %d malformed %d %s"
              .formatted(
                  counters.read(),
                  counters.parsed(),
                  counters.filtered(),
                  counters.malformed(),
                  counters.notes()));
    }
    return String.join("\n", lines) + "\n";
  }

  @Test
  void everyRecordedKindHasGoldenFiles() throws IOException {
    List<String> kinds = new LinuxPlatform().sources().stream().map(SourceType::kind).toList();
    assertThat(kinds)
        .filteredOn(kind -> !List.of("auditd", "inventory").contains(kind))
        .allSatisfy(kind -> assertThat(ROOT.resolve(kind)).isDirectory());
  }
}
