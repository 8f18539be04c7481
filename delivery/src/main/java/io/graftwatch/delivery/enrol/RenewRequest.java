package io.graftwatch.delivery.enrol;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// `POST /v1/renew` on the agent port, answered by an [IssuedIdentity]: the agent that holds a
/// valid certificate asks for one over a new key. Due at two thirds of a certificate's life.
///
/// The signature is SHA256withECDSA (DER, base64) by the new key over these fields, each as its
/// length in bytes (32 bits, big-endian) and its bytes: `graftwatch-renew-1`, the agent's id, spki
/// (decoded, DER), nonce; text as UTF-8.
///
/// @param spki SubjectPublicKeyInfo of the new P-256 key in DER, base64
/// @param nonce 128 random bits, base64url without padding
/// @param signature the proof, base64
@JsonNaming(SnakeCaseStrategy.class)
public record RenewRequest(String spki, String nonce, String signature) {
  private static final String CONTEXT = "graftwatch-renew-1";

  public RenewRequest {
    Possession.require("spki", spki);
    Possession.require("nonce", nonce);
    Possession.require("signature", signature);
  }

  /// The signed request of the agent `agentId`, which will own `keys` (P-256).
  public static RenewRequest of(String agentId, KeyPair keys, SecureRandom random) {
    String spki = Possession.spki(keys.getPublic());
    String nonce = Possession.nonce(random);
    return new RenewRequest(spki, nonce, proof(agentId, spki, nonce).sign(keys.getPrivate()));
  }

  /// The key to certify, or null when it is no P-256 key or `agentId` did not sign with it.
  public @Nullable PublicKey provenKey(String agentId) {
    PublicKey key = Possession.publicKey(spki);
    return key != null && proof(agentId, spki, nonce).isSigned(key, signature) ? key : null;
  }

  private static Possession proof(String agentId, String spki, String nonce) {
    return new Possession(CONTEXT).add(agentId).add(Base64.getDecoder().decode(spki)).add(nonce);
  }
}
