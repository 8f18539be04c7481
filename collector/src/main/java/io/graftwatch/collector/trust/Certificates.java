package io.graftwatch.collector.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// The three kinds of certificate (RFC 5280) and how an agent is named in its own.
final class Certificates {
  static final String AGENT = "urn:graftwatch:agent:";

  private static final Duration CLOCK_SKEW = Duration.ofDays(2);
  private static final int SERIAL_BITS = 127;

  private final SecureRandom random;

  Certificates(SecureRandom random) {
    this.random = random;
  }

  X509Certificate root(KeyPair keys, Instant now, Duration life) throws GeneralSecurityException {
    byte[] id = new byte[4];
    random.nextBytes(id);
    var name =
        new X500Principal("CN=Graftwatch collector CA " + java.util.HexFormat.of().formatHex(id));
    var builder = builder(name, name, keys.getPublic(), now, life);
    try {
      var utils = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          utils.createSubjectKeyIdentifier(keys.getPublic()));
      return sign(builder, keys.getPrivate());
    } catch (IOException e) {
      throw new CertificateException(e);
    }
  }

  X509Certificate server(
      Identity root, PublicKey key, List<String> names, Instant now, Duration life)
      throws GeneralSecurityException {
    var sans =
        names.stream()
            .map(name ->
                new GeneralName(
                    isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
            .toArray(GeneralName[]::new);
    var subject = new X500Principal("CN=Graftwatch collector");
    return leaf(root, subject, key, sans, KeyPurposeId.id_kp_serverAuth, now, life);
  }

  X509Certificate agent(Identity root, PublicKey key, String agentId, Instant now, Duration life)
      throws GeneralSecurityException {
    var san = new GeneralName(GeneralName.uniformResourceIdentifier, AGENT + agentId);
    var subject = new X500Principal("CN=Graftwatch agent " + agentId);
    return leaf(
        root, subject, key, new GeneralName[] {san}, KeyPurposeId.id_kp_clientAuth, now, life);
  }

  private X509Certificate leaf(
      Identity root,
      X500Principal subject,
      PublicKey key,
      GeneralName[] sans,
      KeyPurposeId purpose,
      Instant now,
      Duration life)
      throws GeneralSecurityException {
    var issuer = root.certificate().getSubjectX500Principal();
    var builder = builder(issuer, subject, key, now, life);
    try {
      var utils = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(sans));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          utils.createAuthorityKeyIdentifier(root.certificate().getPublicKey()));
      return sign(builder, root.key());
    } catch (IOException e) {
      throw new CertificateException(e);
    }
  }

  private JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, PublicKey key, Instant now, Duration life) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(life)),
        subject,
        key);
  }

  private static X509Certificate sign(
      JcaX509v3CertificateBuilder builder, java.security.PrivateKey key)
      throws GeneralSecurityException {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException e) {
      throw new CertificateException(e);
    }
  }

  /// Host names and addresses of a certificate, as text.
  static List<String> names(X509Certificate certificate) throws GeneralSecurityException {
    var names = new ArrayList<String>();
    var sans = certificate.getSubjectAlternativeNames();
    if (sans != null) {
      for (List<?> san : sans) {
        names.add(String.valueOf(san.get(1)));
      }
    }
    return names;
  }

  /// The agent that a verified client certificate names, or null when it names none or several.
  static @Nullable String agentId(X509Certificate certificate) {
    try {
      List<String> names = names(certificate);
      return names.size() == 1 && names.getFirst().startsWith(AGENT)
          ? names.getFirst().substring(AGENT.length())
          : null;
    } catch (GeneralSecurityException _) {
      return null;
    }
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
