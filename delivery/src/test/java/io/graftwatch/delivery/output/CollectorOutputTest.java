package io.graftwatch.delivery.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.journal.Limits;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.journal.Queue;
import io.graftwatch.delivery.output.Output.Answer;
import io.graftwatch.delivery.output.Output.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Handshake;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorOutputTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(61_000));

  @TempDir Path temp;
  private FakeCollector collector;
  private Journal journal;
  private Queue queue;

  @BeforeEach
  void start() throws IOException {
    collector = new FakeCollector(temp);
    journal =
        Journal.open(
            temp.resolve("journal"),
            new Limits(8 << 20, Duration.ofDays(9), 0),
            List.of("c"),
            CLOCK);
    queue = journal.queue("c");
  }

  @AfterEach
  void stop() throws IOException {
    journal.close();
    collector.close();
  }

  private CollectorOutput output(CollectorSettings settings) {
    return new CollectorOutput(new CollectorClient(settings), CLOCK, new Random(1));
  }

  private CollectorOutput output() {
    return output(collector.settings());
  }

  private List<Pending> records(int count) {
    journal.append(
        IntStream.range(0, count).mapToObj(i -> Findings.numbered(i, Severity.HIGH, 10)).toList());
    return queue.take(500, 1 << 20);
  }

  private static String problem(Answer answer) {
    return ((Answer.Failed) answer).problem();
  }

  @Test
  void aBatchIsStoredAndEachRecordAnsweredFor() throws Exception {
    List<Pending> records = records(3);
    collector.stored.add(records.get(1).uid());
    collector.poison = records.get(2).uid()::equals;
    try (CollectorOutput output = output()) {
      assertThat(output.send("b1", records))
          .isEqualTo(
              new Answer.Verdicts(
                  List.of(
                      new Verdict.Taken(), new Verdict.Taken(), new Verdict.Rejected("poison"))));
      assertThat(output.state())
          .isEqualTo(new CollectorOutput.State(61_000L, null, 60_000L, false, 2, 0));
    }
    RecordedRequest request = collector.next();
    assertThat(request.getRequestLine()).isEqualTo("POST /v1/findings HTTP/1.1");
    assertThat(request.getHeaders().get("Graftwatch-Protocol")).isEqualTo("1");
    assertThat(request.getHeaders().get("Graftwatch-Agent")).isEqualTo("agent-1");
    assertThat(request.getHeaders().get("Graftwatch-Boot")).isEqualTo("boot-1");
    assertThat(request.getHeaders().get("Graftwatch-Batch")).isEqualTo("b1");
    assertThat(request.getHeaders().get("Content-Encoding")).isEqualTo("gzip");
    assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
    assertThat(FakeCollector.records(request).get(0).path("metadata").path("sequence").asLong())
        .isEqualTo(1);
    Handshake handshake = Objects.requireNonNull(request.getHandshake());
    assertThat(handshake.tlsVersion().javaName()).isEqualTo("TLSv1.3");
    assertThat(handshake.peerPrincipal()).hasToString("CN=agent-1");
  }

  @Test
  void theConnectionStaysWarm() throws Exception {
    try (CollectorOutput output = output()) {
      Heartbeat beat =
          new Heartbeat(
              "agent-1",
              null,
              "boot-1",
              "web-01",
              1,
              false,
              new Heartbeat.Versions("0.1.0", null, 0, null, null),
              new Heartbeat.Clock(1, 1, null),
              List.of(),
              new Heartbeat.FindingLedger(0, 0, 0, 0, 0),
              new Heartbeat.Spool(0, 0, null, 1),
              List.of(),
              new Heartbeat.Cost(1, 1, 1, 1, 1),
              Map.of(),
              List.of());
      Receipt.Beat answer = Objects.requireNonNull(output.heartbeat(beat));
      assertThat(answer.policyVersion()).isEqualTo(3);
      output.send("b1", records(1));
    }
    RecordedRequest first = collector.next();
    RecordedRequest second = collector.next();
    assertThat(first.getUrl().encodedPath()).isEqualTo("/v1/heartbeat");
    assertThat(FakeCollector.records(first).path("versions").path("agent").asText())
        .isEqualTo("0.1.0");
    assertThat(second.getConnectionIndex()).isEqualTo(first.getConnectionIndex());
  }

  @Test
  void f21RedirectsAreNotFollowed() {
    collector.faults.add(_ ->
        new MockResponse.Builder()
            .code(302)
            .setHeader("Location", "https://elsewhere.example/v1/findings")
            .build());
    assertThat(problem(output().send("b", records(1))))
        .contains("redirect to https://elsewhere.example/v1/findings, which is not followed");
    assertThat(collector.server().getRequestCount()).isEqualTo(1);
  }

  @Test
  void f22ADeadCollectorIsGivenUpAtTheDeadline() {
    CollectorSettings settings =
        collector.settings(collector.settings().url(), Duration.ofMillis(500));
    List<Pending> records = records(1);
    collector.faults.add(
        _ -> new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    assertThat(problem(output(settings).send("b", records))).contains("did not answer in time");
    collector.faults.add(_ ->
        new MockResponse.Builder()
            .setHeader("Content-Type", "application/json")
            .body("x".repeat(100))
            .throttleBody(1, 100, TimeUnit.MILLISECONDS)
            .build());
    assertThat(problem(output(settings).send("b", records))).contains("did not answer in time");
  }

  @Test
  void f22AResetBeforeOrWithinTheAnswerIsNoAnswer() {
    List<Pending> records = records(1);
    try (CollectorOutput output = output()) {
      collector.faults.add(_ ->
          new MockResponse.Builder()
              .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
              .build());
      collector.faults.add(request ->
          FakeCollector.json(
                  200,
                  new String(
                      Json.bytes(collector.receipt("b", FakeCollector.records(request), true)),
                      UTF_8))
              .newBuilder()
              .onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)
              .build());
      assertThat(output.send("b", records)).isInstanceOf(Answer.Failed.class);
      Answer again = output.send("b", records);
      if (again instanceof Answer.Failed) {
        again = output.send("b", records);
      }
      assertThat(again).isEqualTo(new Answer.Verdicts(List.of(new Verdict.Taken())));
      assertThat(collector.stored).hasSize(1);
    }
  }

  @Test
  void f23APortalsPageIsNoReceipt() {
    collector.faults.add(_ ->
        new MockResponse.Builder()
            .setHeader("Content-Type", "text/html")
            .body("<html>Welcome</html>")
            .build());
    collector.faults.add(_ -> FakeCollector.json(200, "{\"ok\":true}"));
    collector.faults.add(_ -> FakeCollector.json(200, "<html>"));
    List<Pending> records = records(1);
    assertThat(problem(output().send("b", records)))
        .contains("answered 200, but not as a collector does (text/html)");
    assertThat(problem(output().send("b", records))).contains("its receipt is for another batch");
    assertThat(problem(output().send("b", records))).contains("its receipt cannot be read");
  }

  @Test
  void f24OnlyWhatTheReceiptNamesIsTaken() {
    List<Pending> records = records(3);
    collector.faults.add(request ->
        FakeCollector.json(
            200,
            new String(
                Json.bytes(collector.receipt("other", FakeCollector.records(request), true)),
                UTF_8)));
    collector.faults.add(_ ->
        FakeCollector.json(
            200,
            "{\"batch\":\"b\",\"time\":1,\"stored_sequence\":0,\"results\":["
                + "{\"uid\":\"%s\",\"status\":\"stored\"},{\"uid\":\"x\",\"status\":\"stored\"},"
                    .formatted(records.get(2).uid())
                + "{\"uid\":\"%s\"}]}".formatted(records.getFirst().uid())));
    assertThat(problem(output().send("b", records))).contains("another batch");
    assertThat(output().send("b", records))
        .isEqualTo(
            new Answer.Verdicts(
                List.of(new Verdict.Again(), new Verdict.Again(), new Verdict.Taken())));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 415, 422})
  void f19ABatchIsRefusedOnlyByTheCollectorItself(int status) {
    collector.faults.add(_ -> FakeCollector.refusal(status, "bad"));
    collector.faults.add(_ -> new MockResponse.Builder().code(status).body("<html>").build());
    List<Pending> records = records(2);
    assertThat(output().send("b", records)).isInstanceOf(Answer.Refused.class);
    assertThat(output().send("b", records)).isInstanceOf(Answer.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 429})
  void f18RetryAfterIsHandedOn(int status) {
    collector.faults.add(_ ->
        FakeCollector.refusal(status, "busy").newBuilder().setHeader("Retry-After", "17").build());
    collector.faults.add(_ -> new MockResponse.Builder().code(status).build());
    List<Pending> records = records(1);
    assertThat(((Answer.Failed) output().send("b", records)).retryAfter())
        .isEqualTo(Duration.ofSeconds(17));
    assertThat(((Answer.Failed) output().send("b", records)).retryAfter()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void f20WhoIsNotKnownIsTold(int status) {
    try (CollectorOutput output = output()) {
      collector.faults.add(_ -> FakeCollector.refusal(status, "unauthorized"));
      List<Pending> records = records(1);
      assertThat(output.send("b", records)).isInstanceOf(Answer.Failed.class);
      assertThat(output.state().unauthorised()).isTrue();
      assertThat(output.state().problem()).contains("refused with " + status + " unauthorized: no");
      assertThat(output.state().skewMillis()).isEqualTo(61_000L - 5);
      output.send("b", records);
      assertThat(output.state().unauthorised()).isFalse();
      assertThat(output.state().problem()).isNull();
    }
  }

  @Test
  void f26CertificatesThatAreNotRightAreNamedAndGetNothing() {
    List<Pending> records = records(1);
    long now = System.currentTimeMillis();
    long day = 86_400_000;
    try (CollectorOutput output = output()) {
      collector.show(
          collector.builder("localhost").validityInterval(now - 9 * day, now - 2 * day).build());
      assertThat(problem(output.send("b", records)))
          .contains("a certificate has expired", "CN=collector", "[localhost]", "CN=Test CA")
          .contains(Instant.ofEpochMilli(now - 2 * day).toString().substring(0, 10))
          .contains(temp.resolve("ca.pem").toString());
      collector.show(
          collector.builder("localhost").validityInterval(now + day, now + 9 * day).build());
      assertThat(problem(output.send("b", records))).contains("not valid yet");
      collector.show(collector.certificate("elsewhere.example"));
      assertThat(problem(output.send("b", records)))
          .contains("the certificate is for other names", "[elsewhere.example]");
      HeldCertificate self =
          new HeldCertificate.Builder()
              .commonName("self")
              .addSubjectAlternativeName("localhost")
              .build();
      collector.server().useHttps(selfSigned(self).sslSocketFactory());
      assertThat(problem(output.send("b", records))).contains("self-signed and not trusted");
      HeldCertificate right = collector.ca();
      collector.change(FakeCollector.authority());
      collector.show(collector.certificate("localhost"));
      assertThat(problem(output.send("b", records)))
          .contains("not signed by the trusted authority of that name");
      assertThat(collector.server().getRequestCount()).isZero();
      collector.change(right);
      collector.show(collector.certificate("localhost"));
      assertThat(output.send("b", records)).isInstanceOf(Answer.Verdicts.class);
    }
  }

  @Test
  void f27TheAuthorityChangesWithoutARestart() throws IOException {
    try (CollectorOutput output = output()) {
      List<Pending> records = records(1);
      assertThat(output.send("b", records)).isInstanceOf(Answer.Verdicts.class);
      HeldCertificate old = collector.ca();
      HeldCertificate next = FakeCollector.authority();
      collector.trust(old, next);
      touch("ca.pem", 5);
      assertThat(output.send("b", records)).isInstanceOf(Answer.Verdicts.class);
      // The collector still accepts agents of the old authority.
      HeldCertificate fresh =
          new HeldCertificate.Builder()
              .commonName("collector")
              .signedBy(next)
              .addSubjectAlternativeName("localhost")
              .build();
      collector.server().useHttps(rotated(fresh, next, old).sslSocketFactory());
      collector.trust(next);
      touch("ca.pem", 9);
      assertThat(output.send("b", records)).isInstanceOf(Answer.Verdicts.class);
    }
  }

  @Test
  void aCollectorThatIsNotThereIsNamed() {
    String url = collector.settings().url();
    List<Pending> records = records(1);
    collector.close();
    assertThat(problem(output(collector.settings(url, Duration.ofSeconds(5))).send("b", records)))
        .isEqualTo(url.substring(8) + " does not accept connections");
  }

  @Test
  void aHugeAnswerIsNotRead() {
    collector.faults.add(_ -> FakeCollector.json(200, "{\"batch\":\"" + "x".repeat(5 << 20)));
    assertThat(output().send("b", records(1))).isInstanceOf(Answer.Failed.class);
  }

  @Test
  void withoutACertificateTheOtherSideDecides() throws IOException {
    Files.delete(temp.resolve("agent.pem"));
    assertThat(output().send("b", records(1))).isInstanceOf(Answer.Failed.class);
    assertThat(collector.server().getRequestCount()).isZero();
    collector.server().requestClientAuth();
    assertThat(output().send("b", queue.take(9, 1 << 20))).isInstanceOf(Answer.Verdicts.class);
  }

  @Test
  void aMissingAuthorityFileIsNamed() throws IOException {
    Files.delete(temp.resolve("ca.pem"));
    assertThat(problem(output().send("b", records(1))))
        .contains(temp.resolve("ca.pem") + " cannot be read");
  }

  private void touch(String file, int seconds) throws IOException {
    Files.setLastModifiedTime(temp.resolve(file), FileTime.fromMillis(seconds * 1000L));
  }

  private static HandshakeCertificates selfSigned(HeldCertificate own) {
    return new HandshakeCertificates.Builder().heldCertificate(own).build();
  }

  private static HandshakeCertificates rotated(
      HeldCertificate own, HeldCertificate authority, HeldCertificate old) {
    return new HandshakeCertificates.Builder()
        .heldCertificate(own, authority.certificate())
        .addTrustedCertificate(old.certificate())
        .build();
  }
}
