package io.graftwatch.collector.ingest;

import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.RateLimit;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.collector.trust.Secrets;
import io.graftwatch.delivery.enrol.EnrolRequest;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.security.PublicKey;
import org.tinylog.Logger;

/// `POST /v1/enrol`: a token and a key become an agent.
///
/// Whatever is wrong with the token is answered alike. Only failed tries are limited, so that a
/// rack of fresh machines behind one address can enrol at once.
public final class Enrolment {
  private static final int FAILED_TRIES = 10;
  private static final long FAILED_REFILL_MILLIS = 6_000;

  private final Fleet fleet;
  private final Issuer issuer;
  private final Bodies bodies;
  private final Secrets secrets;
  private final RateLimit failures = new RateLimit(FAILED_TRIES, FAILED_REFILL_MILLIS);

  public Enrolment(Fleet fleet, Issuer issuer, Bodies bodies, Secrets secrets) {
    this.fleet = fleet;
    this.issuer = issuer;
    this.bodies = bodies;
    this.secrets = secrets;
  }

  public Reply answer(Call call) throws Refusal, StoreException {
    String from = call.remote().getHostAddress();
    failures.require(from, call.now());
    try {
      return enrol(call);
    } catch (Refusal e) {
      failures.take(from, call.now());
      throw e;
    }
  }

  private Reply enrol(Call call) throws Refusal, StoreException {
    EnrolRequest request;
    try {
      request = Json.read(call.json(bodies), EnrolRequest.class);
    } catch (IOException _) {
      throw Refusal.of(400, "malformed_json", "the body is not an enrolment");
    }
    Digest secret = fleet.tokenSecret(request.tokenId(), call.now());
    if (secret == null || !secret.equals(Digest.of(request.secret()))) {
      throw refused(call, request, "unknown, expired or wrong token");
    }
    PublicKey key = request.provenKey();
    if (key == null) {
      throw refused(call, request, "no P-256 key or no proof of possession");
    }
    String agentId =
        fleet.enrol(
            request.tokenId(),
            Digest.of(key.getEncoded()),
            request.host(),
            secrets.agentId(call.now()),
            call.now());
    if (agentId == null) {
      throw refused(call, request, "the token is spent or the agent was revoked");
    }
    var identity = issuer.issue(key, agentId, call.now());
    Logger.info("enrolled {} as agent {}", Visible.line(request.host().hostname()), agentId);
    return Reply.json(identity);
  }

  private static Refusal refused(Call call, EnrolRequest request, String why) {
    Logger.warn(
        "SECURITY: enrolment from {} with token {} refused: {}",
        call.remote().getHostAddress(),
        Visible.line(request.tokenId()),
        why);
    return Refusal.unauthorized();
  }
}
