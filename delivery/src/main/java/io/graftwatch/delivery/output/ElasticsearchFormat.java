package io.graftwatch.delivery.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.output.HttpsPlace.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;

/// `_bulk` of Elasticsearch and OpenSearch, and of what speaks like them.
///
/// A document is created under the finding's own id in an index that is named after the month in
/// which its case was first told, so that sending again changes nothing, whenever that is. (A data
/// stream forgets its ids when it rolls over.) Each carries the whole OCSF finding under `ocsf` and
/// a head in ECS for the product's own views.
final class ElasticsearchFormat implements HttpFormat {
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("yyyy.MM").withZone(ZoneOffset.UTC);

  private final String index;

  /// @param index the part of the indices' names before the month
  ElasticsearchFormat(String index) {
    this.index = index;
  }

  @Override
  public String scheme() {
    return "ApiKey";
  }

  @Override
  public HttpUrl url(HttpUrl configured) {
    // Only what is needed of the answer: verdicts and reasons.
    return configured
        .newBuilder()
        .addPathSegment("_bulk")
        .addQueryParameter("filter_path", "errors,items.*.status,items.*.error")
        .build();
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public byte[] body(List<Finding> findings) {
    var out = new ByteArrayOutputStream();
    for (Finding finding : findings) {
      ObjectNode action = Json.mapper().createObjectNode();
      action
          .putObject("create")
          .put("_index", index + "-" + MONTH.format(Instant.ofEpochMilli(finding.created())))
          .put("_id", finding.uid());
      out.writeBytes(Json.bytes(action));
      out.write('\n');
      out.writeBytes(Json.bytes(document(finding)));
      out.write('\n');
    }
    return out.toByteArray();
  }

  static ObjectNode document(Finding finding) {
    ObjectNode document = Json.mapper().createObjectNode();
    document.put("@timestamp", Instant.ofEpochMilli(finding.time()).toString());
    document.put("message", finding.message());
    document
        .putObject("event")
        .put("kind", "alert")
        .put("category", "intrusion_detection")
        .put("id", finding.uid())
        .put("severity", finding.severity())
        .put("dataset", "graftwatch.findings")
        .put("module", "graftwatch");
    document
        .putObject("rule")
        .put("id", finding.analytic().path("uid").asText(""))
        .put("name", finding.analytic().path("name").asText(""));
    ArrayNode techniques = document.putObject("threat").putObject("technique").putArray("id");
    finding.techniques().forEach(techniques::add);
    document.putObject("host").put("name", finding.host());
    document.putObject("agent").put("id", finding.agent()).put("type", "graftwatch");
    JsonNode process = finding.process();
    if (process.isObject()) {
      ObjectNode ran = document.putObject("process");
      if (process.has("pid")) {
        ran.put("pid", process.path("pid").asLong());
      }
      if (process.path("file").has("path")) {
        ran.put("executable", process.path("file").path("path").asText());
      }
      if (process.has("cmd_line")) {
        ran.put("command_line", process.path("cmd_line").asText());
      }
    }
    document.set("ocsf", finding.ocsf());
    return document;
  }

  /// Items answer by position: some services name neither index nor id.
  @Override
  public Output.Answer judge(Reply.Answer answer, int records, Exchange exchange) {
    JsonNode body = read(answer);
    JsonNode items = body.path("items");
    if (answer.status() == 400) {
      return new Output.Answer.Refused("_bulk refused (400): " + HttpOutput.excerpt(answer.body()));
    }
    if (!answer.successful() || (!items.isArray() && !body.path("errors").isBoolean())) {
      return new Output.Answer.Failed(
          "the answer (%d) is not that of _bulk: %s"
              .formatted(answer.status(), HttpOutput.excerpt(answer.body())),
          answer.retryAfter());
    }
    var verdicts = new ArrayList<Output.Verdict>(records);
    for (int i = 0; i < records; i++) {
      JsonNode item = items.path(i).path("create");
      verdicts.add(verdict(item));
    }
    return new Output.Answer.Verdicts(verdicts);
  }

  private static Output.Verdict verdict(JsonNode item) {
    int status = item.path("status").asInt();
    if (status / 100 == 2 || status == 409) {
      return new Output.Verdict.Taken(); // 409: it is there already
    }
    if (status == 0 || status == 429 || status >= 500) {
      return new Output.Verdict.Again();
    }
    JsonNode error = item.path("error");
    String reason =
        error.isObject()
            ? error.path("type").asText("") + ": " + error.path("reason").asText("")
            : error.asText("");
    return new Output.Verdict.Rejected(status + " " + HttpOutput.printable(reason));
  }

  private static JsonNode read(Reply.Answer answer) {
    byte[] body = answer.body();
    try {
      return Json.mapper().readTree(body == null ? new byte[0] : body);
    } catch (IOException e) {
      return Json.mapper().createObjectNode();
    }
  }
}
