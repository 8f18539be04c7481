package io.graftwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.collector.support.Tls;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import io.graftwatch.delivery.finding.Receipt.Verdict;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The wire of reliability.md over real TLS with real certificates.
class IngestTest {
  @TempDir private Path folder;
  private TestCollector collector;
  private TestAgent agent;

  @BeforeEach
  void start() throws Exception {
    collector = new TestCollector(folder);
    agent = collector.agent("web01");
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  /// Heartbeats go on: a fleet that looks silent would be a second trouble.
  @Test
  void aDiskThatIsNearlyFullSendsFindingsAwayForAMinute() throws Exception {
    int everything = 1 << 30;
    var keep =
        new Config.Keep(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1), everything);
    try (var full = new TestCollector(folder.resolve("full"), keep)) {
      TestAgent waiting = full.agent("web02");
      HttpResponse<String> reply =
          waiting.post("/v1/findings", Json.bytes(List.of(Sample.of("web02", "a").json())));
      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.headers().firstValue("Retry-After")).contains("60");
      assertThat(reply.body()).contains("disk_full");
      assertThat(full.store().findings().incidents(IncidentQuery.all(9))).isEmpty();
    }
  }

  @Test
  void aReceiptAnswersEachRecordInTheOrderSent() throws Exception {
    JsonNode first = Sample.of("web01", "a").sequence(1).copy();
    JsonNode second = Sample.of("web01", "b").sequence(2).copy();
    JsonNode broken = without(Sample.of("web01", "c").sequence(3), "message");

    Receipt receipt = agent.deliver(List.of(first, broken, second));
    assertThat(verdicts(receipt)).containsExactly(Verdict.STORED, Verdict.REJECTED, Verdict.STORED);
    assertThat(receipt.results().get(1).reason()).contains("message");
    assertThat(receipt.results().get(1).uid()).isEqualTo(broken.at("/metadata/uid").asText());
    assertThat(receipt.storedSequence()).isEqualTo(3);

    Receipt again = agent.deliver(List.of(second, first));
    assertThat(verdicts(again)).containsExactly(Verdict.DUPLICATE, Verdict.DUPLICATE);
    assertThat(incidents()).hasSize(2);
  }

  @Test
  void whatIsStoredIsWhatWasSentByteForByte() throws Exception {
    String odd =
        """
        [ {"metadata": {"uid":"gw-x-1","version":"1.8.0",  "sequence":1},"time":1760000123456,
        "severity_id":5,"activity_id":1,"message":"caf\\u00e9 \\ud83c\\udf31","device":{"hostname":"h","type_id":1},
        "finding_info":{"uid":"gw-x","title":"t"},"unmapped":{"exact":1.50000000000000000001e3}} ]
        """;
    assertThat(agent.post("/v1/findings", odd.getBytes(StandardCharsets.UTF_8)).body())
        .contains("\"stored\"");
    Incident incident = incidents().getFirst();
    List<Findings.Revision> revisions = collector.store().findings().revisions(incident, 10);
    assertThat(new String(revisions.getFirst().json().plain(), StandardCharsets.UTF_8))
        .isEqualTo(odd.substring(odd.indexOf('{'), odd.lastIndexOf('}') + 1));
  }

  @Test
  void aRecordThatIsNamedAsARevisionThatThereIsNotIsStored() throws Exception {
    JsonNode odd = Sample.of("web01", "a").copy();
    String name = odd.at("/finding_info/uid").asText() + "-0";
    ((ObjectNode) odd.path("metadata")).put("uid", name);
    assertThat(verdicts(agent.deliver(List.of(odd)))).containsExactly(Verdict.STORED);
    assertThat(verdicts(agent.deliver(List.of(odd)))).containsExactly(Verdict.DUPLICATE);
    assertThat(collector.store().findings().revisions(incidents().getFirst(), 9))
        .extracting(Findings.Revision::uid)
        .containsExactly(name);
  }

  @Test
  void sequencesAreContiguousFromOneWhateverTheOrder() throws Exception {
    assertThat(agent.deliver(List.of(Sample.of("web01", "a").sequence(2).copy())).storedSequence())
        .isZero();
    assertThat(agent.deliver(List.of(Sample.of("web01", "b").sequence(4).copy())).storedSequence())
        .isZero();
    assertThat(agent.deliver(List.of(Sample.of("web01", "c").sequence(1).copy())).storedSequence())
        .isEqualTo(2);
    assertThat(agent.deliver(List.of(Sample.of("web01", "d").sequence(3).copy())).storedSequence())
        .isEqualTo(4);
  }

  @Test
  void oneAgentsRecordsAreNotAnothersDuplicates() throws Exception {
    TestAgent other = collector.agent("web02");
    JsonNode finding = Sample.of("web01", "a").copy();
    assertThat(verdicts(agent.deliver(List.of(finding)))).containsExactly(Verdict.STORED);
    // The same name from another agent is its own record and leaves the first one's incident alone.
    JsonNode closing = Sample.of("web01", "a").revision(2).activity(3).copy();
    assertThat(verdicts(other.deliver(List.of(finding, closing))))
        .containsExactly(Verdict.STORED, Verdict.STORED);
    assertThat(incidents())
        .filteredOn(incident -> incident.agentId().equals(agent.id()))
        .singleElement()
        .matches(Incident::open);
  }

  @Test
  void whoeverNamesAnotherAgentIsRefusedWhole() throws Exception {
    ObjectNode foreign = Sample.of("web01", "a").json();
    ((ObjectNode) foreign.get("device"))
        .putArray("agent_list")
        .addObject()
        .put("name", "Graftwatch")
        .put("type_id", 1)
        .put("uid", "01890000-0000-7000-8000-000000000000");
    JsonNode innocent = Sample.of("web01", "b").sequence(2).copy();
    assertThat(refusal(agent.post("/v1/findings", Json.bytes(List.of(innocent, foreign)))))
        .isEqualTo("403 identity_mismatch");
    assertThat(incidents()).isEmpty();

    HttpRequest header =
        HttpRequest.newBuilder(agent.to("/v1/policy").build(), (_, _) -> true)
            .setHeader("Graftwatch-Agent", "somebody")
            .GET()
            .build();
    assertThat(refusal(agent.send(header))).isEqualTo("403 identity_mismatch");
  }

  @Test
  void aRevokedAgentIsRefusedOnTheConnectionItHas() throws Exception {
    agent.deliver(List.of(Sample.of("web01", "a").copy()));
    assertThat(
            collector
                .store()
                .fleet()
                .revoke(
                    agent.id(),
                    new Act(collector.clock().millis(), "test", "revoke host", agent.id(), "")))
        .isTrue();
    collector.clock().advance(Duration.ofMillis(2_001));
    assertThat(refusal(agent.post("/v1/findings", Json.bytes(List.of()))))
        .isEqualTo("401 unauthorized");
    assertThat(refusal(agent.post("/v1/heartbeat", new byte[0]))).isEqualTo("401 unauthorized");
  }

  @Test
  void withoutAClientCertificateThereIsNoConversation() throws Exception {
    try (HttpClient nobody = Tls.trusting(collector.authority())) {
      var request = HttpRequest.newBuilder(URI.create(collector.agentUrl() + "/v1/policy")).build();
      assertThatThrownBy(() -> nobody.send(request, BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void theProtocolsHeadersAreAskedFor() throws Exception {
    assertThat(refusal(post(without("Graftwatch-Protocol")))).isEqualTo("400 unsupported_protocol");
    assertThat(refusal(post(without("Graftwatch-Batch")))).isEqualTo("400 bad_header");
    assertThat(refusal(post(without("Graftwatch-Boot")))).isEqualTo("400 bad_header");
    assertThat(refusal(agent.send(agent.to("/v1/findings").GET().build())))
        .isEqualTo("405 method_not_allowed");
    assertThat(refusal(agent.send(agent.to("/v1/commands").GET().build())))
        .isEqualTo("404 not_found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[{}",
        "[{}]]",
        "[1]",
        "[{\"a\":1,\"a\":2}]",
        "[{\"a\":1e400}]",
        "[{\"a\":\"\\ud800\"}]",
        "[{\"\\udc00\":1}]",
        "[{\"a\":NaN}]",
        "[{\"a\":'x'}]",
        "[{} /* x */]"
      })
  void whatIsNotJsonIsRefused(String body) throws Exception {
    assertThat(refusal(agent.post("/v1/findings", body.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("400 malformed_json");
  }

  @Test
  void depthAndSizeAreBounded() throws Exception {
    String deep = "[{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}]";
    assertThat(refusal(agent.post("/v1/findings", deep.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("400 malformed_json");
    String many = "[" + "{},".repeat(500) + "{}]";
    assertThat(refusal(agent.post("/v1/findings", many.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("413 too_large");
    // A bomb: 40 KB that would be 40 MB.
    assertThat(refusal(agent.post("/v1/findings", new byte[40 << 20]))).isEqualTo("413 too_large");
    assertThat(
            refusal(
                agent.send(
                    agent
                        .to("/v1/findings")
                        .POST(BodyPublishers.ofByteArray(new byte[(1 << 20) + 1]))
                        .build())))
        .isEqualTo("413 too_large");
  }

  @Test
  void encodingsAreThoseOfTheProtocol() throws Exception {
    byte[] gzip = TestAgent.gzip(Json.bytes(List.of(Sample.of("web01", "a").copy())));
    assertThat(refusal(encoded("br", gzip))).isEqualTo("415 unsupported_encoding");
    assertThat(refusal(encoded("gzip", Arrays.copyOf(gzip, gzip.length / 2))))
        .isEqualTo("400 malformed_gzip");
    assertThat(refusal(encoded("gzip", "plain".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("400 malformed_gzip");
    assertThat(encoded("gzip", gzip).statusCode()).isEqualTo(200);
  }

  @Test
  void aRecordThatIsNoFindingIsRejectedAlone() throws Exception {
    var odd = new ArrayList<JsonNode>();
    odd.add(Json.mapper().readTree("{}"));
    odd.add(Json.mapper().readTree("{\"metadata\":[],\"time\":\"late\"}"));
    odd.add(without(Sample.of("web01", "a").sequence(7), "device"));
    odd.add(without(Sample.of("web01", "b"), "finding_info"));
    odd.add(without(Sample.of("web01", "c"), "time"));
    odd.add(Sample.of("web01", "d").message("x".repeat(5_000)).copy());
    odd.add(Sample.of("web01", "good").copy());
    Receipt receipt = agent.deliver(odd);
    assertThat(verdicts(receipt)).hasSize(7).endsWith(Verdict.STORED);
    assertThat(verdicts(receipt).subList(0, 6)).containsOnly(Verdict.REJECTED);
    assertThat(receipt.results())
        .allMatch(item -> item.reason() == null || !item.reason().isEmpty());
    assertThat(incidents()).hasSize(1);
  }

  private HttpResponse<String> encoded(String encoding, byte[] body) throws Exception {
    return agent.send(
        agent
            .to("/v1/findings")
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private HttpRequest without(String header) {
    return HttpRequest.newBuilder(
            agent.to("/v1/findings").POST(BodyPublishers.ofString("[]")).build(),
            (name, _) -> !name.equalsIgnoreCase(header))
        .build();
  }

  private HttpResponse<String> post(HttpRequest request) throws Exception {
    return agent.send(request);
  }

  private static JsonNode without(Sample sample, String field) {
    ObjectNode json = sample.json();
    json.remove(field);
    return json;
  }

  private static String refusal(HttpResponse<String> reply) throws Exception {
    JsonNode body = Json.mapper().readTree(reply.body());
    assertThat(body.path("time").isIntegralNumber()).as(reply.body()).isTrue();
    assertThat(body.path("message").asText()).isNotEmpty();
    return reply.statusCode() + " " + body.path("error").asText();
  }

  private static List<Verdict> verdicts(Receipt receipt) {
    return receipt.results().stream().map(Receipt.Item::verdict).toList();
  }

  private List<Incident> incidents() throws Exception {
    return collector.store().findings().incidents(IncidentQuery.all(100));
  }
}
