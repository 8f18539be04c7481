package io.graftwatch.testbed.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.core.replay.Replay;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Severity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What the recorded cases of macOS must come to: ours, and those beside the checkout.
final class MacosCasesTest {
  private static final Path OURS = Path.of("src/test/resources/cases/macos");
  private static final Path SHARED = Path.of("../../shared/cases/macos");
  private static final int SHUFFLES = 5;

  @TempDir private Path scratch;

  @TestFactory
  Stream<DynamicTest> oursComeToTheirLabels() throws IOException {
    return each(OURS, this::comesToItsLabel);
  }

  @TestFactory
  Stream<DynamicTest> thoseBesideTheCheckoutComeToTheirLabels() throws IOException {
    assumeTrue(Files.isDirectory(SHARED), "needs ../shared");
    return each(SHARED, this::comesToItsLabel);
  }

  @TestFactory
  Stream<DynamicTest> saysWhatIsExpected() throws IOException {
    return each(
        OURS,
        macos -> {
          String actual = told(macos.replay(scratch, file -> file));
          Path expected = macos.folder.resolve("expected.txt");
          if ("write".equals(System.getProperty("graftwatch.expected"))) {
            Files.writeString(expected, actual);
          }
          assertThat(actual).isEqualTo(Files.readString(expected));
        });
  }

  @TestFactory
  Stream<DynamicTest> orderAndRepetitionChangeNothing() throws IOException {
    return each(
        OURS,
        macos -> {
          String straight = RecordedCasesTest.summary(macos.replay(scratch, file -> file).engine());
          for (int seed = 1; seed <= SHUFFLES; seed++) {
            var random = new Random(seed);
            MacosCase.Told told = macos.replay(scratch, file -> shuffled(file, random));
            assertThat(RecordedCasesTest.summary(told.engine()))
                .as("seed %d", seed)
                .isEqualTo(straight);
          }
        });
  }

  private void comesToItsLabel(MacosCase macos) throws IOException {
    MacosCase.Told told = macos.replay(scratch, file -> file);
    List<DetectionFinding> alerts =
        told.engine().finalStates().stream().filter(DetectionFinding::isAlert).toList();
    String all = told(told);
    JsonNode label = macos.label;
    assertThat(alerts).as(all).hasSize(label.path("alerts").asInt());
    if (!alerts.isEmpty()) {
      DetectionFinding alert = alerts.getFirst();
      String json = new String(Json.bytes(alert), StandardCharsets.UTF_8);
      Severity least =
          Severity.valueOf(label.path("min_severity").asText("medium").toUpperCase(Locale.ROOT));
      assertThat(Severity.valueOf(alert.severity().toUpperCase(Locale.ROOT)))
          .as(all)
          .isGreaterThanOrEqualTo(least);
      label
          .path("stages")
          .forEach(
              stage -> assertThat(json).as(all).contains("\"stage\":\"" + stage.asText() + "\""));
      label.path("entities").forEach(entity -> assertThat(json).as(all).contains(entity.asText()));
    }
    long lost = told.outcomes().stream().mapToLong(o -> o.counters().lost()).sum();
    assertThat(lost).isEqualTo(label.path("loss").path("skipped_delta").asLong());
    label
        .path("health")
        .forEach(note ->
            assertThat(told.outcomes())
                .anyMatch(outcome -> outcome.counters().notes().containsKey(note.asText())));
  }

  private static String told(MacosCase.Told told) {
    var text = new StringBuilder(RecordedCasesTest.summary(told.engine()));
    for (Replay.Outcome outcome : told.outcomes()) {
      text.append(outcome.kind())
          .append(" parsed ")
          .append(outcome.counters().parsed())
          .append(", filtered ")
          .append(outcome.counters().filtered())
          .append(", malformed ")
          .append(outcome.counters().malformed())
          .append(", lost ")
          .append(outcome.counters().lost())
          .append(' ')
          .append(new TreeMap<>(outcome.counters().notes()))
          .append('\n');
    }
    return text.toString();
  }

  private interface Check {
    void on(MacosCase macos) throws IOException;
  }

  private static Stream<DynamicTest> each(Path root, Check check) throws IOException {
    return MacosCase.in(root).stream()
        .map(macos -> DynamicTest.dynamicTest(macos.name(), () -> check.on(macos)));
  }

  /// Lines in any order, half of them twice. What eslogger prints is numbered, so it keeps its
  /// order.
  private Path shuffled(Path file, Random random) {
    if (file.endsWith("eslogger.jsonl")) {
      return file;
    }
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(file));
      List<String> twice = new ArrayList<>(lines);
      Collections.shuffle(twice, random);
      lines.addAll(twice.subList(0, twice.size() / 2));
      Collections.shuffle(lines, random);
      Path copy =
          Files.createTempDirectory(scratch, "shuffled").resolve(file.getFileName().toString());
      return Files.write(copy, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
