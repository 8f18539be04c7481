package io.graftwatch.delivery.enrol;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// `GET /v1/policy`: what a fleet's defenders know of their site and how they tune its analytics,
/// signed by the policy key that agents were given when they enrolled. It is data for detection and
/// nothing else: there is no way to make an agent run, write or send anything.
///
/// The signature is Ed25519 (base64) over these fields, each as its length in bytes (32 bits,
/// big-endian) and its bytes: `graftwatch-policy-1`, the version in decimal, the TOML as UTF-8.
///
/// @param version grows; an agent never goes back to a lower one
/// @param toml the tables `[site]` and `[analytics]` of a configuration
/// @param signature base64; empty in [#NONE]
@JsonNaming(SnakeCaseStrategy.class)
public record SignedPolicy(long version, String toml, String signature) {
  /// No policy was ever made.
  public static final SignedPolicy NONE = new SignedPolicy(0, "", "");

  /// Characters that a policy may have.
  public static final int MAX_LENGTH = 256 * 1024;

  private static final String CONTEXT = "graftwatch-policy-1";
  private static final String ALGORITHM = "Ed25519";

  public SignedPolicy {
    Possession.require("toml", toml);
    Possession.require("signature", signature);
  }

  /// @param key Ed25519
  /// @throws GeneralSecurityException when it is another key
  public static SignedPolicy of(long version, String toml, PrivateKey key)
      throws GeneralSecurityException {
    Signature signer = Signature.getInstance(ALGORITHM);
    signer.initSign(key);
    signer.update(signed(version, toml));
    return new SignedPolicy(version, toml, Base64.getEncoder().encodeToString(signer.sign()));
  }

  /// @param policyKey as [IssuedIdentity#policyKey]
  public boolean isSignedBy(String policyKey) {
    try {
      byte[] der = Base64.getDecoder().decode(policyKey);
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
      verifier.update(signed(version, toml));
      return toml.length() <= MAX_LENGTH && verifier.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }

  private static byte[] signed(long version, String toml) {
    return new Possession(CONTEXT).add(Long.toString(version)).add(toml).bytes();
  }
}
