package io.graftwatch.esxi.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
      return files
          .filter(file -> file.toString().endsWith(".file") || file.toString().endsWith(".wire"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void saysWhatIsExpected(Path recording) throws IOException {
    String actual = Replays.summary(states(recording, recording));
    Path expected = ROOT.resolve(name(recording) + ".txt");
    if ("write".equals(System.getProperty("graftwatch.expected"))) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(expected));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void benignOnesRaiseNoAlertAndTheOthersOne(Path recording) throws IOException {
    List<DetectionFinding> alerts =
        states(recording, recording).stream().filter(DetectionFinding::isAlert).toList();
    int due = name(recording).startsWith("b") ? 0 : name(recording).startsWith("m11") ? 2 : 1;
    assertThat(alerts).hasSize(due);
  }

  @Test
  void aCaseWhoseVibIsGoneIsUpdatedThenClosed() throws IOException {
    Path removed = ROOT.resolve("m28-removed-again.file");
    assertThat(states(removed, removed))
        .filteredOn(DetectionFinding::isAlert)
        .singleElement()
        .satisfies(open -> {
          assertThat(open.activityId()).isEqualTo(Activity.CREATE);
          assertThat(open.findingInfo().desc())
              .contains(
                  "2026-09-14 02:40:14 somebody unseen: 'foo is not among the installed VIBs any"
                      + " more': the component was removed again after code had run [T3].");
        });
    Path booted = ROOT.resolve("m29-removed-and-booted.file");
    assertThat(states(booted, booted))
        .singleElement()
        .satisfies(closed -> {
          assertThat(closed.activityId()).isEqualTo(Activity.CLOSE);
          assertThat(closed.findingInfo().desc())
              .contains("'foo' was removed by 2026-09-14 05:00:14, and the server has started");
        });
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void orderAndRepetitionInTheFileChangeNothing(Path recording) throws IOException {
    if (Character.isDigit(Files.readString(recording).charAt(0)) && isWire(recording)) {
      return; // counted messages have an order
    }
    String straight = Replays.summary(states(recording, recording));
    for (int seed = 1; seed <= 20; seed++) {
      List<String> lines = new ArrayList<>(Files.readAllLines(recording));
      lines.addAll(lines.subList(0, lines.size() / 2));
      Collections.shuffle(lines, new Random(seed));
      Path shuffled = Files.write(scratch.resolve("shuffled"), lines);
      assertThat(Replays.summary(states(recording, shuffled)))
          .as("seed %d", seed)
          .isEqualTo(straight);
    }
  }

  private static List<DetectionFinding> states(Path recording, Path file) throws IOException {
    Path own = ROOT.resolve(name(recording) + ".json");
    return Replays.replay(
            isWire(recording) ? "esxi-syslog" : "esxi-log",
            file,
            Replays.Settings.of(Files.exists(own) ? own : ROOT.resolve("config.json")))
        .states();
  }

  private static boolean isWire(Path recording) {
    return recording.toString().endsWith(".wire");
  }

  private static String name(Path recording) {
    String file = recording.getFileName().toString();
    return file.substring(0, file.lastIndexOf('.'));
  }
}
