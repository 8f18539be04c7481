package io.graftwatch.collector.ingest;

import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.Authority;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/// Gives an agent its certificate and tells it whom to trust and where to send.
///
/// @param life of a certificate
/// @param agentUrl of the agent port, once it is open
public record Issuer(Authority authority, Fleet fleet, Duration life, Supplier<String> agentUrl) {
  IssuedIdentity issue(PublicKey key, String agentId, long now) throws StoreException {
    Instant moment = Instant.ofEpochMilli(now);
    try {
      long expires = moment.plus(life).toEpochMilli();
      String certificate = authority.issue(key, agentId, moment, life);
      fleet.certified(agentId, authority.generation(), now, expires);
      return new IssuedIdentity(
          agentId,
          certificate,
          authority.authorities(),
          authority.policyKey(),
          agentUrl.get(),
          expires,
          now);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the certificate authority cannot sign", e);
    }
  }
}
