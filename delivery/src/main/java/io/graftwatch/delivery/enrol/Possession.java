package io.graftwatch.delivery.enrol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Proof of possession of a P-256 key: SHA256withECDSA over fields that are each written as their
/// length (32 bits, big-endian) and their bytes, so that no two lists of fields give the same
/// bytes.
final class Possession {
  private static final int P256_ORDER_BITS = 256;
  private static final int MAX_SPKI = 256;
  private static final int NONCE_BYTES = 16;

  private final ByteArrayOutputStream fields = new ByteArrayOutputStream();

  Possession(String context) {
    add(context);
  }

  Possession add(String field) {
    return add(field.getBytes(StandardCharsets.UTF_8));
  }

  Possession add(byte[] field) {
    fields.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
    fields.writeBytes(field);
    return this;
  }

  byte[] bytes() {
    return fields.toByteArray();
  }

  String sign(PrivateKey key) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(bytes());
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a P-256 key: " + e.getMessage(), e);
    }
  }

  boolean isSigned(PublicKey key, String signature) {
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(key);
      verifier.update(bytes());
      return verifier.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }

  /// The P-256 public key in a base64 SubjectPublicKeyInfo, or null when it is anything else.
  static @Nullable PublicKey publicKey(String spki) {
    if (spki.length() > MAX_SPKI) {
      return null;
    }
    try {
      byte[] der = Base64.getDecoder().decode(spki);
      return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der))
                  instanceof ECPublicKey key
              && key.getParams().getOrder().bitLength() == P256_ORDER_BITS
          ? key
          : null;
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return null;
    }
  }

  static String spki(PublicKey key) {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }

  static String nonce(SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
  }

  /// What the wire must not leave out.
  static void require(String name, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
  }
}
