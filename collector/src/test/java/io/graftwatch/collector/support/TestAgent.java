package io.graftwatch.collector.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.delivery.enrol.EnrolRequest;
import io.graftwatch.delivery.enrol.EnrolToken;
import io.graftwatch.delivery.enrol.HostFacts;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/// An agent that has enrolled, as small as one can be.
public final class TestAgent {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final IssuedIdentity identity;
  private final HttpClient http;
  private final String url;

  private TestAgent(IssuedIdentity identity, HttpClient http, String url) {
    this.identity = identity;
    this.http = http;
    this.url = url;
  }

  public static TestAgent enrol(String token, String host) throws Exception {
    KeyPair keys = Tls.newKeys();
    var reply = request(EnrolToken.parse(token), keys, host);
    if (reply.statusCode() != 200) {
      throw new IOException(reply.statusCode() + " " + reply.body());
    }
    return of(keys, Json.read(reply.body().getBytes(StandardCharsets.UTF_8), IssuedIdentity.class));
  }

  public static TestAgent of(KeyPair keys, IssuedIdentity identity) throws Exception {
    return new TestAgent(identity, Tls.client(Tls.context(keys, identity)), identity.agentUrl());
  }

  /// The same agent, when the balancer sends it to another collector.
  public TestAgent at(String agentUrl) {
    return new TestAgent(identity, http, agentUrl);
  }

  /// Sends an enrolment the way an agent does: the server is checked against the pin first.
  public static HttpResponse<String> request(EnrolToken token, KeyPair keys, String host)
      throws Exception {
    var facts = new HostFacts(host, "machine-" + host, "boot-1", "Debian GNU/Linux 12", "0.1.0");
    return post(token, EnrolRequest.of(token, keys, facts, new SecureRandom()));
  }

  public static HttpResponse<String> post(EnrolToken token, Object body) throws Exception {
    try (HttpClient client = Tls.trusting(token.pin().trustManager())) {
      return client.send(
          HttpRequest.newBuilder(URI.create("https://" + token.address() + "/v1/enrol"))
              .timeout(PATIENCE)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(Json.bytes(body)))
              .build(),
          BodyHandlers.ofString());
    }
  }

  public String id() {
    return identity.agentId();
  }

  public IssuedIdentity identity() {
    return identity;
  }

  /// A request with every header that the protocol asks for.
  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(PATIENCE)
        .header("Graftwatch-Protocol", "1")
        .header("Graftwatch-Agent", id())
        .header("Graftwatch-Boot", "boot-1")
        .header("Graftwatch-Batch", UUID.randomUUID().toString());
  }

  public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  /// Posts bytes to a path, gzipped.
  public HttpResponse<String> post(String path, byte[] plain)
      throws IOException, InterruptedException {
    return send(
        to(path)
            .header("Content-Type", "application/json")
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(gzip(plain)))
            .build());
  }

  /// Posts findings and insists on a receipt.
  public Receipt deliver(List<JsonNode> findings) throws IOException, InterruptedException {
    HttpResponse<String> reply = post("/v1/findings", Json.bytes(findings));
    if (reply.statusCode() != 200) {
      throw new IOException(reply.statusCode() + " " + reply.body());
    }
    return Json.read(reply.body().getBytes(StandardCharsets.UTF_8), Receipt.class);
  }

  public static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }
}
