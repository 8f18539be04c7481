package io.graftwatch.windows.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.config.Analytics;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each recording of src/test/resources/cases against the expectation beside it.
///
/// `-Dgraftwatch.expected=write` writes the expectations anew, to be read before they are
/// committed.
final class CasesTest {
  private static final Path ROOT = Path.of("src/test/resources/cases");

  @TempDir private Path scratch;

  static List<Path> recordings() throws IOException {
    try (Stream<Path> files = Files.list(ROOT)) {
      return files.filter(file -> file.toString().endsWith(".xml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void saysWhatIsExpected(Path recording) throws IOException {
    String actual = Replays.summary(Replays.finalStates("winevent-xml", recording));
    Path expected = ROOT.resolve(name(recording) + ".txt");
    if ("write".equals(System.getProperty("graftwatch.expected"))) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(expected));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void benignOnesRaiseNoAlert(Path recording) throws IOException {
    List<DetectionFinding> states = Replays.finalStates("winevent-xml", recording);
    if (name(recording).startsWith("b")) {
      assertThat(states).noneMatch(DetectionFinding::isAlert);
    } else {
      assertThat(states).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void orderAndRepetitionInTheFileChangeNothing(Path recording) throws IOException {
    String straight = Replays.summary(Replays.finalStates("winevent-xml", recording));
    for (int seed = 1; seed <= 3; seed++) {
      var random = new Random(seed);
      List<String> lines = new ArrayList<>(Files.readAllLines(recording));
      lines.addAll(lines.subList(0, lines.size() / 2));
      Collections.shuffle(lines, random);
      Path shuffled = Files.write(scratch.resolve("shuffled.xml"), lines);
      assertThat(Replays.summary(Replays.finalStates("winevent-xml", shuffled)))
          .as("seed %d", seed)
          .isEqualTo(straight);
    }
  }

  @Test
  void aShorterTimeWindowConfirmsNothing() throws IOException {
    Path recording = ROOT.resolve("m04-iis-module-then-shell.xml");
    var hour = new Analytics(Map.of("AN1507", Map.of("TimeWindow", List.of("1h"))));

    assertThat(Replays.summary(Replays.finalStates("winevent-xml", recording)))
        .contains("CONFIRMED");
    assertThat(Replays.summary(Replays.finalStates("winevent-xml", recording, hour)))
        .doesNotContain("CONFIRMED");
  }

  @Test
  void aParentProcessNameAddsAServerAndTakesOneAway() throws IOException {
    Path apache = ROOT.resolve("m18-apache-load-error-then-shell.xml");
    Path developer = ROOT.resolve("b08-developer-machine.xml");

    assertThat(Replays.summary(Replays.finalStates("winevent-xml", apache, parents("!httpd.exe"))))
        .doesNotContain("whoami");
    assertThat(Replays.summary(Replays.finalStates("winevent-xml", developer, parents("node.exe"))))
        .contains("npm run build");
  }

  @ParameterizedTest
  @CsvSource({
    "m10-exchange-transport-agent, T1505.002, T1059.001",
    "m07-sql-xp-cmdshell-then-shell, T1505.001, T1059.003",
    "m12-task-by-worker-lineage, T1059.003, T1053.005",
    "m14-service-by-worker, T1059.003, T1543.003",
    "m19-log-cleared-by-worker, T1059.003, T1070.001",
    "m06-iis-configuration-29-load-error, T1505.004, T1059.003",
    "m11-termservice-dll, T1505.005, T1505.005",
  })
  void namesTheTechniquesOfItsEvidence(String name, String one, String other) throws IOException {
    assertThat(Replays.finalStates("winevent-xml", ROOT.resolve(name + ".xml")))
        .flatExtracting(DetectionFinding::attacks)
        .extracting(attack -> attack.subTechnique() == null ? "" : attack.subTechnique().uid())
        .contains(one, other)
        .doesNotContain("T1562.012", "T1059.004");
  }

  private static Analytics parents(String name) {
    return new Analytics(Map.of("AN1507", Map.of("ParentProcessName", List.of(name))));
  }

  private static String name(Path recording) {
    return recording.getFileName().toString().replace(".xml", "");
  }
}
