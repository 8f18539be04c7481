package io.graftwatch.delivery.enrol;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// `POST /v1/enrol` on the enrolment port, answered by an [IssuedIdentity]: a bare public key, the
/// right to enrol it, and the proof of holding its private half. There is no certificate request,
/// so there is nothing in one to ignore.
///
/// The signature is SHA256withECDSA (DER, base64) by that key over these fields in this order, each
/// as its length in bytes (32 bits, big-endian) and its bytes: `graftwatch-enrol-1`, token_id,
/// secret, spki (decoded, DER), hostname, machine_id, boot_id, os, agent_version, nonce; text as
/// UTF-8.
///
/// A retry with the same token and the same key is answered with a certificate for the same agent,
/// so a lost reply costs no token.
///
/// @param tokenId from the token
/// @param secret from the token
/// @param spki SubjectPublicKeyInfo of a P-256 key in DER, base64
/// @param host what the host says of itself
/// @param nonce 128 random bits, base64url without padding
/// @param signature the proof, base64
@JsonNaming(SnakeCaseStrategy.class)
public record EnrolRequest(
    String tokenId, String secret, String spki, HostFacts host, String nonce, String signature) {
  private static final String CONTEXT = "graftwatch-enrol-1";

  public EnrolRequest {
    Possession.require("token_id", tokenId);
    Possession.require("secret", secret);
    Possession.require("spki", spki);
    Possession.require("host", host);
    Possession.require("nonce", nonce);
    Possession.require("signature", signature);
  }

  /// The signed request of the agent that will own `keys` (P-256).
  public static EnrolRequest of(
      EnrolToken token, KeyPair keys, HostFacts host, SecureRandom random) {
    String spki = Possession.spki(keys.getPublic());
    String nonce = Possession.nonce(random);
    String signature =
        proof(token.tokenId(), token.secret(), spki, host, nonce).sign(keys.getPrivate());
    return new EnrolRequest(token.tokenId(), token.secret(), spki, host, nonce, signature);
  }

  /// The key to certify, or null when it is no P-256 key or the request was not signed with it.
  public @Nullable PublicKey provenKey() {
    PublicKey key = Possession.publicKey(spki);
    return key != null && proof(tokenId, secret, spki, host, nonce).isSigned(key, signature)
        ? key
        : null;
  }

  private static Possession proof(
      String tokenId, String secret, String spki, HostFacts host, String nonce) {
    return new Possession(CONTEXT)
        .add(tokenId)
        .add(secret)
        .add(Base64.getDecoder().decode(spki))
        .add(host.hostname())
        .add(host.machineId())
        .add(host.bootId())
        .add(host.os())
        .add(host.agentVersion())
        .add(nonce);
  }

  /// Without the secret, so that no log ever holds it.
  @Override
  public String toString() {
    return "EnrolRequest[tokenId=" + tokenId + ", host=" + host.hostname() + "]";
  }
}
