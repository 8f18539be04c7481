package io.graftwatch.delivery.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/// A collector that keeps its promises, unless a test gives it faults to show first.
final class FakeCollector implements AutoCloseable {
  final Set<String> stored = new LinkedHashSet<>();
  final List<Integer> batchSizes = new ArrayList<>();
  final List<String> batchNames = new ArrayList<>();
  final Queue<Function<RecordedRequest, MockResponse>> faults = new ArrayDeque<>();
  Predicate<String> poison = _ -> false;

  private final MockWebServer server = new MockWebServer();
  private final Path folder;
  private HeldCertificate authority = authority();

  FakeCollector(Path folder) throws IOException {
    this.folder = folder;
    server.useHttps(identity(certificate("localhost")).sslSocketFactory());
    server.requireClientAuth();
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request);
          }
        });
    server.start();
    trust(authority);
    agentCertificate();
  }

  static HeldCertificate authority() {
    return new HeldCertificate.Builder().certificateAuthority(0).commonName("Test CA").build();
  }

  HeldCertificate.Builder builder(String... names) {
    var builder = new HeldCertificate.Builder().commonName("collector").signedBy(authority);
    for (String name : names) {
      builder.addSubjectAlternativeName(name);
    }
    return builder;
  }

  HeldCertificate certificate(String... names) {
    return builder(names).build();
  }

  HandshakeCertificates identity(HeldCertificate own) {
    return new HandshakeCertificates.Builder()
        .heldCertificate(own, authority.certificate())
        .addTrustedCertificate(authority.certificate())
        .build();
  }

  /// Shows another certificate to new connections.
  void show(HeldCertificate own) {
    server.useHttps(identity(own).sslSocketFactory());
  }

  HeldCertificate ca() {
    return authority;
  }

  /// Signs with another authority from now on.
  void change(HeldCertificate newAuthority) {
    authority = newAuthority;
  }

  /// Writes the file of authorities that the agent trusts.
  void trust(HeldCertificate... authorities) throws IOException {
    var pem = new StringBuilder();
    for (HeldCertificate certificate : authorities) {
      pem.append(certificate.certificatePem());
    }
    Files.writeString(folder.resolve("ca.pem"), pem);
  }

  private void agentCertificate() throws IOException {
    HeldCertificate agent = builder("agent-1").commonName("agent-1").build();
    Files.writeString(folder.resolve("agent.pem"), agent.certificatePem());
    Files.writeString(folder.resolve("agent.key"), agent.privateKeyPkcs8Pem());
  }

  MockWebServer server() {
    return server;
  }

  CollectorSettings settings() {
    return settings("https://localhost:" + server.getPort(), Duration.ofSeconds(5));
  }

  CollectorSettings settings(String url, Duration deadline) {
    return new CollectorSettings(
        url,
        folder.resolve("ca.pem"),
        folder.resolve("agent.pem"),
        folder.resolve("agent.key"),
        null,
        Duration.ofSeconds(5),
        deadline,
        "agent-1",
        "boot-1");
  }

  RecordedRequest next() throws InterruptedException {
    return Objects.requireNonNull(server.takeRequest(5, TimeUnit.SECONDS));
  }

  static MockResponse json(int code, String body) {
    return new MockResponse.Builder()
        .code(code)
        .setHeader("Content-Type", "application/json")
        .body(body)
        .build();
  }

  static MockResponse refusal(int code, String error) {
    return json(code, "{\"error\":\"%s\",\"message\":\"no\",\"time\":5}".formatted(error));
  }

  private synchronized MockResponse answer(RecordedRequest request) {
    Function<RecordedRequest, MockResponse> fault = faults.poll();
    if (fault != null) {
      return fault.apply(request);
    }
    String batch = String.valueOf(request.getHeaders().get("Graftwatch-Batch"));
    if (request.getUrl().encodedPath().equals("/v1/heartbeat")) {
      return json(200, new String(Json.bytes(new Receipt.Beat(batch, 1000, 7, 3)), UTF_8));
    }
    return json(200, new String(Json.bytes(receipt(batch, records(request), true)), UTF_8));
  }

  Receipt receipt(String batch, JsonNode records, boolean store) {
    batchSizes.add(records.size());
    batchNames.add(batch);
    var items = new ArrayList<Receipt.Item>();
    for (JsonNode record : records) {
      String uid = record.path("metadata").path("uid").asText();
      Receipt.Verdict verdict =
          poison.test(uid)
              ? Receipt.Verdict.REJECTED
              : stored.contains(uid) ? Receipt.Verdict.DUPLICATE : Receipt.Verdict.STORED;
      if (verdict == Receipt.Verdict.STORED && store) {
        stored.add(uid);
      }
      items.add(
          new Receipt.Item(uid, verdict, verdict == Receipt.Verdict.REJECTED ? "poison" : null));
    }
    return new Receipt(batch, 1000, stored.size(), items);
  }

  static JsonNode records(RecordedRequest request) {
    try (var gzip =
        new GZIPInputStream(
            new ByteArrayInputStream(Objects.requireNonNull(request.getBody()).toByteArray()))) {
      return Json.mapper().readTree(gzip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
