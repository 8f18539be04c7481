package io.graftwatch.esxi.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The project's shared ESXi cases, where the folder stands beside the checkout.
final class SharedCasesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("graftwatch.shared", "../../shared"), "cases", "esxi");

  @TestFactory
  Stream<DynamicTest> saysWhatTheLabelSays() throws IOException {
    assumeTrue(Files.isDirectory(ROOT), "SKIPPED: the shared cases are not beside this checkout");
    List<Path> folders;
    try (Stream<Path> all = Files.list(ROOT)) {
      folders = all.filter(Files::isDirectory).sorted().toList();
    }
    return folders.stream()
        .map(folder ->
            DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
  }

  private static void check(Path folder) throws IOException {
    JsonNode label = new ObjectMapper().readTree(folder.resolve("label.json").toFile());
    String format = label.path("format").asText();
    Path input;
    try (Stream<Path> files = Files.list(folder)) {
      input =
          files
              .filter(file -> file.getFileName().toString().startsWith("input."))
              .findFirst()
              .orElseThrow();
    }
    String kind = format.startsWith("file") ? "esxi-log" : "esxi-syslog";
    Replays.Result result =
        Replays.replay(kind, input, Replays.Settings.of(folder.resolve("config.json")));
    String said = Replays.summary(result.states());
    List<DetectionFinding> alerts =
        result.states().stream().filter(DetectionFinding::isAlert).toList();

    assertThat(alerts).as(said).hasSize(label.path("alerts").asInt());
    assertThat(result.outcomes().getFirst().counters().lost()).isZero();
    for (JsonNode note : label.path("health")) {
      assertThat(result.outcomes().getFirst().counters().notes()).containsKey(note.asText());
    }
    if (label.path("expect").asText().equals("info")) {
      assertThat(result.states()).as(said).isNotEmpty();
    }
    if (alerts.isEmpty()) {
      return;
    }
    DetectionFinding alert = alerts.getFirst();
    Severity least = Severity.valueOf(label.path("min_severity").asText().toUpperCase(Locale.ROOT));
    assertThat(alert.severityId()).as(said).isGreaterThanOrEqualTo(least);
    assertThat(alert.device().hostname()).isEqualTo(label.path("host").asText());
    var stages = new ArrayList<String>();
    label.path("stages").forEach(stage -> stages.add(stage.asText()));
    assertThat(values(alert, "stage")).as(said).containsAll(stages);
    JsonNode fields = label.path("fields");
    field(values(alert, "accessVector"), fields.path("accessVector"), said);
    field(values(alert, "vendor"), fields.path("vendor"), said);
    var users = new TreeSet<String>();
    var sources = new TreeSet<String>();
    alert
        .evidences()
        .forEach(evidence -> {
          if (evidence.actor() != null && evidence.actor().user() != null) {
            users.add(String.valueOf(evidence.actor().user().name()));
          }
          if (evidence.srcEndpoint() != null) {
            sources.add(String.valueOf(evidence.srcEndpoint().ip()));
          }
        });
    field(users, fields.path("user"), said);
    field(sources, fields.path("sourceIp"), said);
  }

  private static TreeSet<String> values(DetectionFinding finding, String name) {
    var values = new TreeSet<String>();
    finding
        .evidences()
        .forEach(evidence -> {
          if (evidence.data().get(name) != null) {
            values.add(evidence.data().get(name).toString());
          }
        });
    return values;
  }

  private static void field(TreeSet<String> found, JsonNode expected, String said) {
    if (expected.isNull()) {
      assertThat(found).as(said).isEmpty();
    } else if (!expected.isMissingNode()) {
      assertThat(found).as(said).containsExactly(expected.asText());
    }
  }
}
