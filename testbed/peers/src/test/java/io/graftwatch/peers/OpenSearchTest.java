package io.graftwatch.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.graftwatch.collector.forward.Place;
import io.graftwatch.collector.forward.Trial;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.output.IndexTemplate;
import io.graftwatch.delivery.output.OutputSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The collector's output of type `elasticsearch` against a real OpenSearch.
@Tag("peers")
class OpenSearchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private int port;
  private Peer node;

  @BeforeEach
  void start() throws Exception {
    port = Peer.freePort();
    node =
        new Peer(
            "opensearch",
            folder.resolve("opensearch.log"),
            port,
            List.of("-Xmx512m"),
            List.of(
                "opensearch/SearchNode.java",
                folder.resolve("node").toString(),
                String.valueOf(port)));
    node.start();
    assertThat(
            request("PUT", "/_index_template/graftwatch", IndexTemplate.of("graftwatch-findings"))
                .path("acknowledged")
                .asBoolean())
        .isTrue();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    http.close();
  }

  private Place place() {
    return new Place.Common(
        new OutputSettings(
            "elasticsearch",
            null,
            URI.create("http://127.0.0.1:" + port),
            null,
            null,
            null,
            null,
            null,
            null,
            Duration.ofSeconds(30),
            "graftwatch-findings",
            null,
            false));
  }

  /// The node is killed and started anew twice, the collector once, while a month ends.
  @Test
  void tenThousandFindingsAreThereOnceEach() throws Exception {
    try (var stand = new Stand(folder.resolve("state"), place(), 2_500, 6_000, 10_000)) {
      stand.find(0, 10_000);
      stand.start();
      stand.await(0);
      node.kill();
      node.start();
      stand.await(1);
      node.kill();
      stand.restart();
      node.start();
      stand.await(2);
      stand.drained();
      assertThat(stand.store.outbox().deadLetters(stand.place.name(), 10)).isEmpty();
    }
    request("POST", "/graftwatch-findings-*/_refresh", null);
    assertThat(count("graftwatch-findings-2026.10")).isEqualTo(5_000);
    assertThat(count("graftwatch-findings-2026.11")).isEqualTo(5_000);
    assertThat(ids()).isEqualTo(expected(10_000));
  }

  /// The index knows the attribute as a number already.
  @Test
  void onePoisonItemIsSetAsideWithTheServersWords() throws Exception {
    try (var stand = new Stand(folder.resolve("state"), place(), 99)) {
      stand.find(0, 49);
      stand.find(49, "to_come", IntNode.valueOf(1));
      stand.find(50, "to_come", Json.mapper().createObjectNode().put("poison", true));
      stand.find(51, 100);
      stand.start();
      stand.await(0);
      stand.end();
      Outbox.DeadLetter letter = only(stand.store.outbox(), stand.place.name());
      assertThat(letter.uid()).isEqualTo(Stand.uid(50));
      assertThat(letter.reason())
          .startsWith("400 mapper_parsing_exception")
          .contains("ocsf.to_come");
    }
    request("POST", "/graftwatch-findings-*/_refresh", null);
    assertThat(ids()).hasSize(99).doesNotContain(Stand.uid(50));
  }

  @Test
  void aTestRecordIsTakenAndFoundByItsHead() throws Exception {
    Trial.Result result =
        Trial.of(place(), "collector01", "0.1.0", Map.of(), InstantSource.system());
    assertThat(result.works()).as(result.said()).isTrue();
    request("POST", "/graftwatch-findings-*/_refresh", null);
    JsonNode hits =
        request(
                "GET",
                "/graftwatch-findings-*/_search?q=host.name:collector01+AND+rule.id:GW%5C-TEST",
                null)
            .path("hits")
            .path("hits");
    assertThat(hits).hasSize(1);
    assertThat(hits.get(0).at("/_source/ocsf/class_uid").asInt()).isEqualTo(2004);
  }

  private static Outbox.DeadLetter only(Outbox outbox, String output) throws Exception {
    List<Outbox.DeadLetter> letters = outbox.deadLetters(output, 10);
    assertThat(letters).hasSize(1);
    return letters.getFirst();
  }

  private static TreeSet<String> expected(int count) {
    return new TreeSet<>(IntStream.range(0, count).mapToObj(Stand::uid).toList());
  }

  private long count(String index) throws Exception {
    return request("GET", "/" + index + "/_count", null).path("count").asLong();
  }

  private TreeSet<String> ids() throws Exception {
    JsonNode found =
        request("GET", "/graftwatch-findings-*/_search?size=10000&_source=false", null);
    var ids = new TreeSet<String>();
    for (JsonNode hit : found.path("hits").path("hits")) {
      assertThat(ids.add(hit.path("_id").asText())).as("once").isTrue();
    }
    return ids;
  }

  /// Asks until the node answers: after a start its indices take a moment.
  private JsonNode request(String method, String path, @Nullable String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var reply = http.send(request, BodyHandlers.ofByteArray());
      if (reply.statusCode() == 200) {
        return Json.mapper().readTree(reply.body());
      }
      if (reply.statusCode() != 503 || System.nanoTime() > end) {
        throw new IOException(reply.statusCode() + " " + new String(reply.body(), "UTF-8"));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
