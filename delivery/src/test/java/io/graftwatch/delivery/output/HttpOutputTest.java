package io.graftwatch.delivery.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.journal.Limits;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.Output.Answer;
import io.graftwatch.delivery.output.Output.Verdict;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is sent to somebody else's service and what its answers mean, by their specifications.
class HttpOutputTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(1_760_000_200));

  @TempDir Path temp;
  private final MockWebServer server = new MockWebServer();
  private Journal journal;

  @BeforeEach
  void start() throws IOException {
    HeldCertificate authority = FakeCollector.authority();
    HeldCertificate own =
        new HeldCertificate.Builder()
            .commonName("siem")
            .signedBy(authority)
            .addSubjectAlternativeName("localhost")
            .build();
    server.useHttps(
        new HandshakeCertificates.Builder().heldCertificate(own).build().sslSocketFactory());
    server.start();
    Files.writeString(temp.resolve("ca.pem"), authority.certificatePem());
    Files.writeString(temp.resolve("token"), "s3cret\n");
    journal =
        Journal.open(
            temp.resolve("journal"),
            new Limits(8 << 20, Duration.ofDays(9), 0),
            List.of("o"),
            CLOCK);
  }

  @AfterEach
  void stop() throws IOException {
    journal.close();
    server.close();
  }

  private OutputSettings settings(String type, String path, String encoding, boolean confirmed) {
    return new OutputSettings(
        type,
        null,
        server.url(path).newBuilder().host("localhost").build().uri(),
        temp.resolve("token"),
        type.equals("webhook") ? temp.resolve("token") : null,
        temp.resolve("ca.pem"),
        null,
        null,
        null,
        Duration.ofSeconds(5),
        null,
        encoding,
        confirmed);
  }

  private Answer send(OutputSettings settings, List<Pending> records) throws IOException {
    try (Output output = settings.open(Map.of(), CLOCK)) {
      return output.send("b1", records);
    }
  }

  private List<Pending> records(int count) {
    journal.append(
        IntStream.range(0, count).mapToObj(i -> Findings.numbered(i, Severity.HIGH, 10)).toList());
    return journal.queue("o").take(500, 1 << 20);
  }

  private List<Pending> full() {
    journal.append(List.of(Findings.full()));
    return journal.queue("o").take(500, 1 << 20);
  }

  private void answer(int status, String body) {
    server.enqueue(new MockResponse.Builder().code(status).body(body).build());
  }

  private RecordedRequest request() throws InterruptedException {
    return server.takeRequest();
  }

  private static byte[] body(RecordedRequest request) throws IOException {
    ByteString sent = Objects.requireNonNull(request.getBody());
    assertThat(request.getHeaders().get("Content-Encoding")).isEqualTo("gzip");
    return new GZIPInputStream(new ByteArrayInputStream(sent.toByteArray())).readAllBytes();
  }

  private static List<JsonNode> lines(RecordedRequest request) throws IOException {
    var lines = new ArrayList<JsonNode>();
    for (String line : new String(body(request), UTF_8).split("\n", -1)) {
      if (!line.isEmpty()) {
        lines.add(Json.mapper().readTree(line));
      }
    }
    return lines;
  }

  @Test
  void bulk_creates_each_finding_under_its_own_id_in_the_index_of_its_month() throws Exception {
    answer(200, "{\"errors\":false,\"items\":[{\"create\":{\"status\":201}}]}");

    assertThat(send(settings("elasticsearch", "/", null, false), full()))
        .isEqualTo(new Answer.Verdicts(List.of(new Verdict.Taken())));

    RecordedRequest request = request();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/_bulk");
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("ApiKey s3cret");
    assertThat(request.getHeaders().get("Content-Type")).startsWith("application/x-ndjson");
    assertThat(body(request)).endsWith('\n');
    List<JsonNode> lines = lines(request);
    assertThat(lines).hasSize(2);
    JsonNode create = lines.get(0).path("create");
    JsonNode document = lines.get(1);
    assertThat(create.path("_index").asText()).isEqualTo("graftwatch-findings-2025.10");
    assertThat(create.path("_id").asText())
        .isEqualTo(document.path("ocsf").path("metadata").path("uid").asText())
        .isNotEmpty();
    assertThat(document.path("@timestamp").asText()).matches("2025-10-09T08:5\\d:.*Z");
    assertThat(document.path("event").path("kind").asText()).isEqualTo("alert");
    assertThat(document.path("rule").path("id").asText()).isEqualTo("AN1508");
    assertThat(document.path("threat").path("technique").path("id"))
        .extracting(JsonNode::asText)
        .containsExactly("T1505", "T1505.004");
    assertThat(document.path("process").path("executable").asText()).isEqualTo("/usr/bin/dash");
    assertThat(document.path("process").path("command_line").asText()).isEqualTo("sh -c 'id'");
  }

  @Test
  void bulk_items_are_judged_one_by_one_by_position() throws Exception {
    answer(
        200,
        """
        {"errors":true,"items":[
          {"create":{"status":201}},
          {"create":{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"exists"}}},
          {"create":{"status":400,"error":{"type":"mapper_parsing_exception","reason":"no date"}}},
          {"create":{"status":429,"error":{"type":"es_rejected_execution_exception","reason":"full"}}}]}
        """);

    assertThat(send(settings("elasticsearch", "/", null, false), records(5)))
        .isEqualTo(
            new Answer.Verdicts(
                List.of(
                    new Verdict.Taken(),
                    new Verdict.Taken(),
                    new Verdict.Rejected("400 mapper_parsing_exception: no date"),
                    new Verdict.Again(),
                    new Verdict.Again())));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "elasticsearch, 200, <html>a portal</html>, Failed, not that of _bulk",
        "elasticsearch, 400, '{\"error\":\"no newline\"}', Refused, no newline",
        "elasticsearch, 413, -, Refused, no body of that size",
        "elasticsearch, 401, -, Failed, look at the token in",
        "splunk-hec, 403, '{\"text\":\"Invalid token\",\"code\":4}', Failed, does not let us in",
        "splunk-hec, 400, '{\"text\":\"Invalid data format\",\"code\":6}', Refused, Invalid data format",
        "splunk-hec, 503, '{\"text\":\"Server is busy\",\"code\":9}', Failed, failed (503)",
        "otlp, 502, -, Failed, failed (502)",
        "otlp, 400, bad, Refused, bad",
        "webhook, 404, -, Failed, has nothing at /hook",
        "webhook, 422, what \u001b[31m\u202eis this, Refused, 'what  [31m is this'",
        "webhook, 302, -, Failed, redirect",
      })
  void an_answer_that_is_no_receipt_loses_nothing(
      String type, int status, String body, String kind, String words) throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .code(status)
            .addHeader("Retry-After", "7")
            .addHeader("Location", "https://elsewhere.example/")
            .body(body == null ? "" : body)
            .build());

    Answer answer =
        send(settings(type, type.equals("webhook") ? "/hook" : "/", null, false), records(2));

    if (kind.equals("Failed")) {
      assertThat(answer)
          .isInstanceOfSatisfying(
              Answer.Failed.class,
              failed -> {
                assertThat(failed.problem()).contains(words).doesNotContain("s3cret");
                assertThat(failed.retryAfter()).isEqualTo(Duration.ofSeconds(7));
              });
    } else {
      assertThat(((Answer.Refused) answer).problem()).contains(words);
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void hec_takes_objects_one_after_the_other() throws Exception {
    answer(200, "{\"text\":\"Success\",\"code\":0}");

    assertThat(send(settings("splunk-hec", "/", null, false), records(2)))
        .isEqualTo(new Answer.Verdicts(List.of(new Verdict.Taken(), new Verdict.Taken())));

    RecordedRequest request = request();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/services/collector/event");
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Splunk s3cret");
    List<JsonNode> events = lines(request);
    assertThat(events).hasSize(2);
    assertThat(events.getFirst().path("time").asText()).matches("\\d+\\.\\d{3}");
    assertThat(events.getFirst().path("sourcetype").asText()).isEqualTo("graftwatch:finding");
    assertThat(events.getFirst().path("fields").path("uid").asText())
        .isEqualTo(events.getFirst().path("event").path("metadata").path("uid").asText());
  }

  @Test
  void hec_with_acknowledgement_waits_for_the_indexers() throws Exception {
    answer(200, "{\"text\":\"Success\",\"code\":0,\"ackId\":5}");
    answer(200, "{\"acks\":{\"5\":false}}");
    answer(200, "{\"acks\":{\"5\":true}}");

    assertThat(send(settings("splunk-hec", "/", null, true), records(1)))
        .isEqualTo(new Answer.Verdicts(List.of(new Verdict.Taken())));

    String channel = request().getHeaders().get("X-Splunk-Request-Channel");
    RecordedRequest asked = request();
    assertThat(asked.getUrl().encodedPath()).isEqualTo("/services/collector/ack");
    assertThat(asked.getUrl().queryParameter("channel")).isEqualTo(channel).isNotEmpty();
    assertThat(new String(body(asked), UTF_8)).isEqualTo("{\"acks\":[5]}");
  }

  @Test
  void otlp_as_protobuf_is_read_by_the_specification_s_own_classes() throws Exception {
    answer(201, ""); // some answer so, without a body

    assertThat(send(settings("otlp", "/", null, false), full()))
        .isEqualTo(new Answer.Verdicts(List.of(new Verdict.Taken())));

    RecordedRequest request = request();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/v1/logs");
    assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/x-protobuf");
    var logs = ExportLogsServiceRequest.parseFrom(body(request));
    ResourceLogs host = logs.getResourceLogs(0);
    LogRecord log = host.getScopeLogs(0).getLogRecords(0);
    assertThat(host.getResource().getAttributesList())
        .anySatisfy(attribute -> {
          assertThat(attribute.getKey()).isEqualTo("service.name");
          assertThat(attribute.getValue().getStringValue()).isEqualTo("graftwatch");
        });
    assertThat(log.getEventName()).isEqualTo("graftwatch.finding");
    assertThat(log.getSeverityNumberValue()).isEqualTo(21);
    assertThat(Json.mapper().readTree(log.getBody().getStringValue()).path("class_uid").asInt())
        .isEqualTo(2004);
    assertThat(log.getTimeUnixNano()).isEqualTo(log.getObservedTimeUnixNano()).isPositive();
    assertThat(log.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void otlp_as_json_says_the_same() throws Exception {
    answer(200, "{\"partialSuccess\":{}}");

    assertThat(send(settings("otlp", "/otlp/v1/logs", "json", false), full()))
        .isEqualTo(new Answer.Verdicts(List.of(new Verdict.Taken())));

    RecordedRequest request = request();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/otlp/v1/logs");
    JsonNode log =
        Json.mapper().readTree(body(request)).at("/resourceLogs/0/scopeLogs/0/logRecords/0");
    assertThat(log.path("timeUnixNano").isTextual()).isTrue();
    assertThat(log.path("severityNumber").asInt()).isEqualTo(21);
    assertThat(log.path("body").path("stringValue").asText()).startsWith("{\"activity_id\"");
  }

  @Test
  void otlp_that_takes_a_part_only_is_asked_again_with_less() throws Exception {
    byte[] partial =
        ExportLogsServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportLogsPartialSuccess.newBuilder()
                    .setRejectedLogRecords(1)
                    .setErrorMessage("too old"))
            .build()
            .toByteArray();
    server.enqueue(
        new MockResponse.Builder()
            .addHeader("Content-Type", "application/x-protobuf")
            .body(new Buffer().write(partial))
            .build());

    assertThat(send(settings("otlp", "/", null, false), records(3)))
        .isEqualTo(new Answer.Refused("1 of 3 records rejected"));
  }

  @ParameterizedTest
  @CsvSource({"json, [", "ndjson, {"})
  void a_webhook_is_signed_with_time_and_body(String encoding, String begins) throws Exception {
    answer(204, "");

    assertThat(send(settings("webhook", "/hook", encoding, false), records(2)))
        .isEqualTo(new Answer.Verdicts(List.of(new Verdict.Taken(), new Verdict.Taken())));

    RecordedRequest request = request();
    byte[] body = body(request);
    assertThat(new String(body, UTF_8)).startsWith(begins);
    String signature = opensslHmac("s3cret", "1760000200." + new String(body, UTF_8));
    assertThat(request.getHeaders().get("Graftwatch-Signature"))
        .isEqualTo("t=1760000200,v1=" + signature);
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer s3cret");
  }

  @Test
  void a_certificate_of_another_authority_is_explained_and_nothing_is_sent() throws Exception {
    Files.writeString(temp.resolve("ca.pem"), FakeCollector.authority().certificatePem());

    assertThat(((Answer.Failed) send(settings("webhook", "/", null, false), records(1))).problem())
        .contains("TLS with localhost:", "not signed by the trusted authority of that name");
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void a_token_that_cannot_be_read_is_named_and_nothing_is_sent() throws Exception {
    Files.delete(temp.resolve("token"));

    assertThat(
            ((Answer.Failed) send(settings("splunk-hec", "/", null, false), records(1))).problem())
        .contains("a secret cannot be read", "token");
    assertThat(server.getRequestCount()).isZero();
  }

  /// HMAC-SHA256 by another implementation.
  private static String opensslHmac(String key, String text) throws IOException {
    var openssl =
        new ProcessBuilder("openssl", "dgst", "-sha256", "-hmac", key)
            .redirectErrorStream(true)
            .start();
    try (var in = openssl.getOutputStream()) {
      in.write(text.getBytes(UTF_8));
    }
    String out = new String(openssl.getInputStream().readAllBytes(), UTF_8).strip();
    return out.substring(out.lastIndexOf(' ') + 1);
  }
}
