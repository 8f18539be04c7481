package io.graftwatch.delivery.enrol;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509TrustManager;

/// Which certificate authority is the collector's: SHA-256 of its public key (SubjectPublicKeyInfo,
/// DER), written as base64url without padding.
public final class CaPin {
  private final byte[] digest;

  private CaPin(byte[] digest) {
    this.digest = digest;
  }

  public static CaPin of(PublicKey key) {
    try {
      return new CaPin(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// @throws IllegalArgumentException with a sentence
  public static CaPin parse(String text) {
    byte[] digest;
    try {
      digest = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("enrolment token: the pin is not base64url", e);
    }
    if (digest.length != 32) {
      throw new IllegalArgumentException("enrolment token: the pin is not a SHA-256");
    }
    return new CaPin(digest);
  }

  public boolean matches(X509Certificate certificate) {
    return MessageDigest.isEqual(digest, of(certificate.getPublicKey()).digest);
  }

  /// Trusts a server whose chain ends in the pinned authority, which the server sends along, and
  /// nobody else. Host names are verified by the TLS client as always: this replaces only the list
  /// of trusted authorities. The handshake fails, so no request has been written, when the pin
  /// differs.
  public X509TrustManager trustManager() {
    return new Pinned(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CaPin that && MessageDigest.isEqual(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  private record Pinned(CaPin pin) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      for (int i = 1; i < chain.length; i++) {
        if (pin.matches(chain[i])) {
          validate(List.of(chain).subList(0, i), chain[i]);
          return;
        }
      }
      X509Certificate leaf = chain[0];
      throw new CertificateException(
          "the server is not the collector that this enrolment token is for: it presented '"
              + leaf.getSubjectX500Principal()
              + "', issued by '"
              + leaf.getIssuerX500Principal()
              + "', valid until "
              + leaf.getNotAfter().toInstant()
              + ", and none of its chain has the pinned key "
              + pin);
    }

    private static void validate(List<X509Certificate> path, X509Certificate authority)
        throws CertificateException {
      try {
        authority.checkValidity();
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
            .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      } catch (GeneralSecurityException e) {
        throw new CertificateException(
            "the collector's certificate '"
                + path.getFirst().getSubjectX500Principal()
                + "' is not valid: "
                + e.getMessage(),
            e);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("a pin trusts servers only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
