package io.graftwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.HostQuery;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.collector.support.Tls;
import io.graftwatch.collector.trust.Authority;
import io.graftwatch.delivery.enrol.CaPin;
import io.graftwatch.delivery.enrol.EnrolRequest;
import io.graftwatch.delivery.enrol.EnrolToken;
import io.graftwatch.delivery.enrol.HostFacts;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.enrol.RenewRequest;
import io.graftwatch.delivery.finding.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Enrolment and renewal over real TLS (collector.md section 5, B23, F28).
class EnrolmentTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path folder;
  private TestCollector collector;

  @BeforeEach
  void start() throws Exception {
    collector = new TestCollector(folder);
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void aTokenAndAKeyBecomeAnAgentWithACertificateOfItsOwn() throws Exception {
    TestAgent agent = collector.agent("web01");
    X509Certificate certificate = Tls.certificate(agent.identity().certificate());
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactly(List.of(6, "urn:graftwatch:agent:" + agent.id()));
    assertThat(agent.id()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-.*");
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(Duration.between(collector.clock().instant(), certificate.getNotAfter().toInstant()))
        .isBetween(Duration.ofDays(30).minusMinutes(1), Duration.ofDays(30));
    assertThat(agent.identity().agentUrl()).isEqualTo(collector.agentUrl());
    assertThat(agent.send(agent.to("/v1/policy").GET().build()).body()).contains("\"version\":0");
  }

  @Test
  void oneUseIsOneAgentButALostReplyCostsNothing() throws Exception {
    EnrolToken token = collector.token(1, HOUR);
    KeyPair keys = Tls.newKeys();
    String first = idOf(TestAgent.request(token, keys, "web01"));
    assertThat(idOf(TestAgent.request(token, keys, "web01"))).isEqualTo(first);
    refused(TestAgent.request(token, Tls.newKeys(), "web02"));
    assertThat(hosts()).hasSize(1);
  }

  @Test
  void whateverIsWrongWithATokenIsAnsweredAlike() throws Exception {
    EnrolToken expired = collector.token(1, HOUR);
    collector.clock().advance(HOUR);
    refused(TestAgent.request(expired, Tls.newKeys(), "web01"));

    EnrolToken good = collector.token(1, HOUR);
    refused(
        TestAgent.request(
            new EnrolToken(good.address(), good.pin(), good.tokenId(), "guess"),
            Tls.newKeys(),
            "web01"));
    refused(
        TestAgent.request(
            new EnrolToken(good.address(), good.pin(), "nobody", good.secret()),
            Tls.newKeys(),
            "web01"));

    var honest =
        EnrolRequest.of(
            good, Tls.newKeys(), new HostFacts("web01", "", "", "", ""), new SecureRandom());
    var stolenKey =
        new EnrolRequest(
            honest.tokenId(),
            honest.secret(),
            java.util.Base64.getEncoder().encodeToString(Tls.newKeys().getPublic().getEncoded()),
            honest.host(),
            honest.nonce(),
            honest.signature());
    refused(TestAgent.post(good, stolenKey));
    assertThat(hosts()).isEmpty();
  }

  @Test
  void guessingIsSlowedDownAndAnHonestAgentIsTakenLater() throws Exception {
    EnrolToken good = collector.token(1, HOUR);
    var guess = new EnrolToken(good.address(), good.pin(), good.tokenId(), "guess");
    for (int i = 0; i < 10; i++) {
      refused(TestAgent.request(guess, Tls.newKeys(), "web01"));
    }
    HttpResponse<String> slowed = TestAgent.request(good, Tls.newKeys(), "web01");
    assertThat(slowed.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(slowed.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 6);
    collector.clock().advance(Duration.ofSeconds(7));
    idOf(TestAgent.request(good, Tls.newKeys(), "web01"));
  }

  @Test
  void anotherAuthorityIsNoticedBeforeTheSecretLeaves() throws Exception {
    EnrolToken good = collector.token(1, HOUR);
    var elsewhere =
        new EnrolToken(
            good.address(), CaPin.of(Tls.newKeys().getPublic()), good.tokenId(), good.secret());
    assertThatThrownBy(() -> TestAgent.request(elsewhere, Tls.newKeys(), "web01"))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("not the collector that this enrolment token is for")
        .hasMessageContaining("CN=Graftwatch collector");
    idOf(TestAgent.request(good, Tls.newKeys(), "web01"));
  }

  @Test
  void malformedEnrolmentsAreRefused() throws Exception {
    EnrolToken token = collector.token(1, HOUR);
    assertThat(TestAgent.post(token, Map.of("token_id", "t")).statusCode()).isEqualTo(400);
    assertThat(TestAgent.post(token, Map.of("x", "y".repeat(70_000))).statusCode()).isEqualTo(413);
  }

  @Test
  void anAgentRenewsWithANewKeyAndGoesOn() throws Exception {
    TestAgent agent = collector.agent("web01");
    KeyPair fresh = Tls.newKeys();
    var request = RenewRequest.of(agent.id(), fresh, new SecureRandom());
    HttpResponse<String> reply = agent.post("/v1/renew", Json.bytes(request));
    assertThat(reply.statusCode()).isEqualTo(200);
    var renewed = Json.read(reply.body().getBytes(StandardCharsets.UTF_8), IssuedIdentity.class);
    assertThat(renewed.agentId()).isEqualTo(agent.id());
    TestAgent after = TestAgent.of(fresh, renewed);
    assertThat(after.deliver(List.of()).storedSequence()).isZero();
    assertThat(collector.store().findings().incidents(IncidentQuery.all(1))).isEmpty();

    var forged = RenewRequest.of("another agent", fresh, new SecureRandom());
    assertThat(agent.post("/v1/renew", Json.bytes(forged)).statusCode()).isEqualTo(400);
  }

  /// F27: the new authority is added, then signs, then the old one is removed; at every moment
  /// every agent that renews is served.
  @Test
  void theAuthorityIsExchangedWithoutAGap() throws Exception {
    TestAgent agent = collector.agent("web01");
    String first = agent.identity().authorities().getFirst();

    advance(Authority.Exchange.ANNOUNCED);
    assertThat(behind()).isEqualTo(1);
    agent = renewed(agent);
    assertThat(behind()).isZero();
    assertThat(agent.identity().authorities()).hasSize(2).last().isEqualTo(first);

    advance(Authority.Exchange.SIGNING);
    assertThat(here(agent).deliver(List.of()).storedSequence()).isZero();
    TestAgent newcomer = collector.agent("web02");
    assertThat(newcomer.identity().authorities()).hasSize(2).last().isEqualTo(first);
    assertThat(behind()).as("it has a certificate of the old authority").isEqualTo(1);
    agent = renewed(agent);
    assertThat(behind()).isZero();

    advance(Authority.Exchange.NONE);
    assertThat(here(agent).deliver(List.of()).storedSequence()).isZero();
    assertThat(here(newcomer).deliver(List.of()).storedSequence()).isZero();
    assertThat(renewed(agent).identity().authorities()).hasSize(1).doesNotContain(first);
  }

  private long behind() throws Exception {
    var random = new SecureRandom();
    var authority = Authority.open(folder.resolve("state/trust"), random, Instant.now());
    return collector
        .store()
        .fleet()
        .givenOthers(authority.generation(), Instant.now().toEpochMilli());
  }

  private void advance(Authority.Exchange step) throws Exception {
    collector.close();
    var random = new SecureRandom();
    var authority = Authority.open(folder.resolve("state/trust"), random, Instant.now());
    assertThat(authority.advance(random, Instant.now())).isEqualTo(step);
    collector = new TestCollector(folder);
  }

  private TestAgent here(TestAgent agent) {
    return agent.at(collector.agentUrl());
  }

  private TestAgent renewed(TestAgent agent) throws Exception {
    KeyPair fresh = Tls.newKeys();
    var request = RenewRequest.of(agent.id(), fresh, new SecureRandom());
    HttpResponse<String> reply = here(agent).post("/v1/renew", Json.bytes(request));
    assertThat(reply.statusCode()).isEqualTo(200);
    return TestAgent.of(
        fresh, Json.read(reply.body().getBytes(StandardCharsets.UTF_8), IssuedIdentity.class));
  }

  private static String idOf(HttpResponse<String> reply) throws Exception {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return Json.read(reply.body().getBytes(StandardCharsets.UTF_8), IssuedIdentity.class).agentId();
  }

  private static void refused(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(reply.body())
        .startsWith(
            "{\"error\":\"unauthorized\",\"message\":\"this credential is not accepted\",\"time\":");
  }

  private List<Vitals.Host> hosts() throws Exception {
    var horizon = new Horizon(0, 0, 0, 0);
    return collector.store().vitals().hosts(new HostQuery(horizon, null, null, null, 10));
  }
}
