package io.graftwatch.delivery.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.output.HttpsPlace.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;

/// OTLP/HTTP logs: a log record for each finding, the OCSF document as its body, under a resource
/// for each host.
///
/// A partial success does not say what was refused. The batch is then halved until it does: a
/// record may be there twice, and none is lost.
final class OtlpFormat implements HttpFormat {
  private static final String SCOPE = "graftwatch";

  /// `SeverityNumber` by OCSF severity: INFO, INFO2, WARN, ERROR, FATAL.
  private static final int[] SEVERITIES = {9, 9, 10, 13, 17, 21};

  private final boolean json;

  /// @param json the JSON mapping in place of protobuf
  OtlpFormat(boolean json) {
    this.json = json;
  }

  @Override
  public String scheme() {
    return "Bearer";
  }

  @Override
  public HttpUrl url(HttpUrl configured) {
    return configured.encodedPath().equals("/")
        ? configured.newBuilder().encodedPath("/v1/logs").build()
        : configured;
  }

  @Override
  public String contentType() {
    return json ? "application/json" : "application/x-protobuf";
  }

  @Override
  public byte[] body(List<Finding> findings) {
    Map<Map<String, String>, List<Finding>> hosts = new LinkedHashMap<>();
    for (Finding finding : findings) {
      hosts.computeIfAbsent(resource(finding), _ -> new ArrayList<>()).add(finding);
    }
    return json ? Json.bytes(tree(hosts)) : protobuf(hosts);
  }

  private static Map<String, String> resource(Finding finding) {
    var attributes = new LinkedHashMap<String, String>();
    attributes.put("service.name", "graftwatch");
    attributes.put("host.name", finding.host());
    attributes.put("host.id", finding.ocsf().path("device").path("uid").asText(""));
    attributes.put("service.instance.id", finding.agent());
    return attributes;
  }

  private static Map<String, String> attributes(Finding finding) {
    var attributes = new LinkedHashMap<String, String>();
    attributes.put("graftwatch.finding.uid", finding.uid());
    attributes.put("graftwatch.case.uid", finding.caseUid());
    attributes.put("security_rule.uuid", finding.analytic().path("uid").asText(""));
    attributes.put("security_rule.name", finding.title());
    attributes.put("security_rule.ruleset.name", SCOPE);
    attributes.put("threat.technique.id", String.join(",", finding.techniques()));
    JsonNode process = finding.process();
    if (process.isObject()) {
      attributes.put("process.executable.path", process.path("file").path("path").asText(""));
      attributes.put("process.command_line", process.path("cmd_line").asText(""));
    }
    attributes.values().removeIf(String::isEmpty);
    return attributes;
  }

  private static int severity(Finding finding) {
    return SEVERITIES[Math.clamp(finding.severity(), 0, SEVERITIES.length - 1)];
  }

  private static String severityText(Finding finding) {
    return finding.ocsf().path("severity").asText("");
  }

  private static String document(Finding finding) {
    return new String(finding.payload(), StandardCharsets.UTF_8);
  }

  private static ObjectNode tree(Map<Map<String, String>, List<Finding>> hosts) {
    ObjectNode request = Json.mapper().createObjectNode();
    ArrayNode resources = request.putArray("resourceLogs");
    hosts.forEach((resource, findings) -> {
      ObjectNode logs = resources.addObject();
      attributes(logs.putObject("resource"), resource);
      ObjectNode scope = logs.putArray("scopeLogs").addObject();
      scope.putObject("scope").put("name", SCOPE);
      ArrayNode records = scope.putArray("logRecords");
      for (Finding finding : findings) {
        String nanos = finding.time() + "000000";
        ObjectNode log = records.addObject();
        log.put("timeUnixNano", nanos);
        log.put("observedTimeUnixNano", nanos);
        log.put("severityNumber", severity(finding));
        log.put("severityText", severityText(finding));
        log.put("eventName", "graftwatch.finding");
        log.putObject("body").put("stringValue", document(finding));
        attributes(log, attributes(finding));
      }
    });
    return request;
  }

  private static void attributes(ObjectNode owner, Map<String, String> attributes) {
    ArrayNode list = owner.putArray("attributes");
    attributes.forEach((key, value) ->
        list.addObject().put("key", key).putObject("value").put("stringValue", value));
  }

  /// Field numbers of opentelemetry.proto, logs v1 and common v1.
  private static byte[] protobuf(Map<Map<String, String>, List<Finding>> hosts) {
    var request = new Protobuf();
    hosts.forEach((resource, findings) -> {
      var of = new Protobuf();
      resource.forEach((key, value) -> of.message(1, attribute(key, value)));
      var scope = new Protobuf().message(1, new Protobuf().text(1, SCOPE));
      findings.forEach(finding -> scope.message(2, log(finding)));
      request.message(1, new Protobuf().message(1, of).message(2, scope));
    });
    return request.bytes();
  }

  private static Protobuf log(Finding finding) {
    long nanos = finding.time() * 1_000_000;
    var log =
        new Protobuf()
            .fixed64(1, nanos)
            .varint(2, severity(finding))
            .text(3, severityText(finding))
            .message(5, new Protobuf().text(1, document(finding)));
    attributes(finding).forEach((key, value) -> log.message(6, attribute(key, value)));
    return log.fixed64(11, nanos).text(12, "graftwatch.finding");
  }

  private static Protobuf attribute(String key, String value) {
    return new Protobuf().text(1, key).message(2, new Protobuf().text(1, value));
  }

  /// Any 2xx is success, and an empty body or one of another form is full success.
  @Override
  public Output.Answer judge(Reply.Answer answer, int records, Exchange exchange) {
    if (!answer.successful()) {
      return new Output.Answer.Refused(
          "refused (%d): %s".formatted(answer.status(), HttpOutput.excerpt(answer.body())));
    }
    byte[] body = answer.body();
    long rejected = body == null || body.length == 0 ? 0 : rejected(answer, body);
    return rejected > 0
        ? new Output.Answer.Refused("%d of %d records rejected".formatted(rejected, records))
        : HttpOutput.taken(records);
  }

  private static long rejected(Reply.Answer answer, byte[] body) {
    String type = answer.contentType();
    if (type != null && type.startsWith("application/x-protobuf")) {
      byte[] partial = Protobuf.message(body, 1);
      return partial == null ? 0 : Protobuf.number(partial, 1);
    }
    try {
      return Json.mapper()
          .readTree(body)
          .path("partialSuccess")
          .path("rejectedLogRecords")
          .asLong();
    } catch (IOException e) {
      return 0;
    }
  }
}
