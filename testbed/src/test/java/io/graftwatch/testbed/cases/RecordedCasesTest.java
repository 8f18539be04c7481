package io.graftwatch.testbed.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What a recorded case must come to, and that it comes to the same whatever happens on the way.
@Execution(ExecutionMode.SAME_THREAD)
final class RecordedCasesTest {
  private static final int SHUFFLES = 5;
  private static final Set<String> SHUFFLED =
      Set.of("audit.log", "conntrack.log", "procs.jsonl", "procevents.jsonl");

  /// A line of a file is named by its number, which a shuffle changes.
  private static final Pattern LINE = Pattern.compile("(conntrack\\.log|jsonl):\\d+");

  @TempDir private Path scratch;

  @TestFactory
  Stream<DynamicTest> saysWhatIsExpected() throws IOException {
    return each(folder -> {
      String actual = summary(folder.replay(file -> file, null));
      Path expected = folder.folder.resolve("expected.txt");
      if ("write".equals(System.getProperty("graftwatch.expected"))) {
        Path source = Path.of("src/test/resources/cases/linux", folder.name(), "expected.txt");
        Files.writeString(source, actual);
      } else {
        assertThat(actual).isEqualTo(Files.readString(expected));
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> alertsWhereTheLabelWantsOne() throws IOException {
    return each(folder -> {
      List<DetectionFinding> states = folder.replay(file -> file, null).finalStates();
      boolean alert = states.stream().anyMatch(DetectionFinding::isAlert);
      String severity = "";
      for (JsonNode expected : folder.label.path("expected")) {
        severity = expected.has("severity") ? expected.get("severity").asText() : severity;
      }
      if (!folder.malicious()) {
        assertThat(alert).as("a benign case raises no alert").isFalse();
      } else if (!severity.equals("low")) {
        assertThat(alert).as("a %s case is an alert", severity).isTrue();
      } else {
        assertThat(states).as("a low case is on record").isNotEmpty();
      }
      var codes = new TreeSet<Object>();
      states.forEach(state -> codes.addAll((List<?>) own(state).get("codes")));
      assertThat(codes).containsAll(folder.codes());
    });
  }

  @TestFactory
  Stream<DynamicTest> orderAndRepetitionChangeNothing() throws IOException {
    return each(folder -> {
      String straight = whole(folder.replay(file -> file, null));
      for (int seed = 1; seed <= SHUFFLES; seed++) {
        var random = new Random(seed);
        String shuffled = whole(folder.replay(file -> shuffled(file, random), null));
        assertThat(shuffled).as("seed %d", seed).isEqualTo(straight);
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> everyFindingIsValidOcsf() throws IOException {
    JsonSchema schema = schema();
    return each(folder -> {
      var told = new ArrayList<DetectionFinding>();
      told.addAll(folder.replay(file -> file, told).finalStates());
      for (DetectionFinding finding : told) {
        byte[] json = Json.bytes(finding.withSequence(1));
        assertThat(schema.validate(Json.mapper().readTree(json))).isEmpty();
      }
    });
  }

  private static Stream<DynamicTest> each(Check check) throws IOException {
    return CaseFolder.all("linux").stream()
        .map(folder -> DynamicTest.dynamicTest(folder.name(), () -> check.on(folder)));
  }

  private interface Check {
    void on(CaseFolder folder) throws IOException;
  }

  /// Lines in any order, half of them twice. Server logs keep theirs: a line without a stamp
  /// belongs to the one before.
  private Path shuffled(Path file, Random random) {
    String name = file.getFileName().toString();
    if (!SHUFFLED.contains(name)) {
      return file;
    }
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
      List<String> twice = new ArrayList<>(lines);
      Collections.shuffle(twice, random);
      lines.addAll(twice.subList(0, twice.size() / 2));
      Collections.shuffle(lines, random);
      Path copy = Files.createTempDirectory(scratch, "shuffled").resolve(name);
      Files.write(copy, lines, StandardCharsets.ISO_8859_1);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String whole(Engine engine) {
    var text = new StringBuilder();
    for (DetectionFinding finding : engine.finalStates()) {
      String json = new String(Json.bytes(finding), StandardCharsets.UTF_8);
      text.append(LINE.matcher(json).replaceAll("$1:?")).append('\n');
    }
    return text.toString();
  }

  /// One line a case, what matters most first.
  static String summary(Engine engine) {
    var text = new StringBuilder();
    for (DetectionFinding finding : engine.finalStates()) {
      Map<?, ?> own = own(finding);
      text.append(finding.severity())
          .append(' ')
          .append(own.get("state"))
          .append(' ')
          .append(own.get("score"))
          .append(' ')
          .append(own.get("codes"))
          .append(' ')
          .append(own.get("implant"))
          .append("\n  ")
          .append(finding.message())
          .append('\n');
    }
    return text.toString();
  }

  private static Map<?, ?> own(DetectionFinding finding) {
    return (Map<?, ?>) Objects.requireNonNull(finding.unmapped().get("graftwatch"));
  }

  private static JsonSchema schema() throws IOException {
    Path schema =
        Path.of("../delivery/src/test/resources/ocsf/detection-finding-1.8.0.schema.json");
    try (InputStream in = Files.newInputStream(schema)) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
    }
  }
}
