package io.graftwatch.delivery.finding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DetectionFindingTest {
  private static final JsonSchema SCHEMA = schema();

  @Test
  void aFindingThatFillsEverythingIsValid() throws IOException {
    DetectionFinding full = Findings.full();
    assertThat(unfilled("finding", full)).isEmpty();
    assertThat(errors(Json.bytes(full))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Severity.class)
  void aFindingThatFillsLittleIsValid(Severity severity) throws IOException {
    assertThat(errors(Json.bytes(Findings.numbered(1, severity, 3)))).isEmpty();
  }

  @Test
  void theSchemaRefusesWhatIsWrong() throws IOException {
    ObjectNode wrong = (ObjectNode) Json.mapper().readTree(Json.bytes(Findings.full()));
    wrong.put("sverity", 1);
    assertThat(errors(Json.bytes(wrong))).hasSize(1);
  }

  @Test
  void numbersFollowFromTheActivity() throws IOException {
    JsonNode json = Json.mapper().readTree(Json.bytes(Findings.full()));
    assertThat(json.path("class_uid").asInt()).isEqualTo(2004);
    assertThat(json.path("category_uid").asInt()).isEqualTo(2);
    assertThat(json.path("activity_id").asInt()).isEqualTo(2);
    assertThat(json.path("type_uid").asInt()).isEqualTo(200402);
    assertThat(json.path("type_name").asText()).isEqualTo("Detection Finding: Update");
    assertThat(json.path("is_alert").asBoolean()).isTrue();
    assertThat(json.path("disposition").asText()).isEqualTo("Alert");
  }

  @Test
  void nothingUnknownIsWritten() {
    String json = text(Findings.numbered(7, Severity.LOW, 1));
    assertThat(json)
        .doesNotContain("null", "[]", "{}", "\"\"")
        .startsWith("{\"activity_id\":1,\"activity_name\":\"Create\",\"category_uid\":2,");
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    DetectionFinding full = Findings.full();
    assertThat(Json.read(Json.bytes(full), DetectionFinding.class)).isEqualTo(full);
    DetectionFinding small = Findings.numbered(1, Severity.MEDIUM, 1);
    assertThat(Json.read(Json.bytes(small), DetectionFinding.class)).isEqualTo(small);
  }

  @Test
  void aForeignFindingIsReadAndStaysValid() throws IOException {
    DetectionFinding read =
        Json.read(resource("finding-example-AN1508.json"), DetectionFinding.class);
    assertThat(read.findingInfo().uid()).isEqualTo("gw-bc3ffcd5260cf6dd3bbeb0eba22fdca3");
    assertThat(read.evidences()).hasSize(3);
    assertThat(read.metadata().sequence()).isEqualTo(42);
    assertThat(errors(Json.bytes(read))).isEmpty();
  }

  @Test
  void theSequenceIsGivenLater() {
    DetectionFinding finding = Findings.numbered(1, Severity.HIGH, 1);
    assertThat(finding.metadata().sequence()).isNull();
    assertThat(text(finding.withSequence(9))).contains("\"sequence\":9");
  }

  @Test
  void equalMapsPrintEqually() {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("b", 1);
    one.put("a", 2);
    Evidence evidence = Evidence.builder("X", one).build();
    assertThat(new String(Json.bytes(evidence), UTF_8))
        .isEqualTo("{\"name\":\"X\",\"data\":{\"a\":2,\"b\":1}}");
  }

  @Test
  void duplicateNamesAndTrailingTextAreRefused() {
    assertThatThrownBy(
            () -> Json.read("{\"batch\":\"a\",\"batch\":\"b\"}".getBytes(UTF_8), Receipt.class))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Json.read("{} {}".getBytes(UTF_8), Receipt.class))
        .isInstanceOf(IOException.class);
  }

  /// Names of components, at any depth, that are null or empty.
  private static List<String> unfilled(String name, Object value) throws IOException {
    var missing = new ArrayList<String>();
    if (value instanceof Record) {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        Object part;
        try {
          part = component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
          throw new IOException(e);
        }
        String path = name + '.' + component.getName();
        if (part == null
            || (part instanceof Collection<?> c && c.isEmpty())
            || (part instanceof Map<?, ?> m && m.isEmpty())) {
          missing.add(path);
        } else if (part instanceof Collection<?> c) {
          missing.addAll(unfilled(path, c.iterator().next()));
        } else {
          missing.addAll(unfilled(path, part));
        }
      }
    }
    // Nested processes, users and files repeat types that are filled elsewhere.
    missing.removeIf(path -> path.split("\\.").length > 4);
    return missing;
  }

  private static String text(DetectionFinding finding) {
    return new String(Json.bytes(finding), UTF_8);
  }

  private static List<String> errors(byte[] json) throws IOException {
    return SCHEMA.validate(Json.mapper().readTree(json)).stream().map(Object::toString).toList();
  }

  private static JsonSchema schema() {
    try {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(Json.mapper().readTree(resource("detection-finding-1.8.0.schema.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DetectionFindingTest.class.getResourceAsStream("/ocsf/" + name))) {
      return in.readAllBytes();
    }
  }
}
