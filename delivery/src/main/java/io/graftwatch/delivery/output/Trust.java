package io.graftwatch.delivery.output;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whom we trust and who we are, from PEM files. It remembers the certificate that the other side
/// showed last, so that a failure can be explained.
public final class Trust extends X509ExtendedTrustManager {
  private static final char[] NO_PASSWORD = new char[0];

  private final X509ExtendedTrustManager judge;
  private final String source;
  private final SSLContext context;
  private final SSLSocketFactory sockets;
  private volatile List<X509Certificate> presented = List.of();

  private Trust(X509ExtendedTrustManager judge, String source, KeyManager @Nullable [] identity)
      throws GeneralSecurityException {
    this.judge = judge;
    this.source = source;
    context = SSLContext.getInstance("TLSv1.3");
    context.init(identity, new TrustManager[] {this}, null);
    sockets = context.getSocketFactory();
  }

  /// @param caFile null for the system's authorities
  /// @param certificateFile null or missing for no identity
  /// @throws IOException when a file cannot be used; the sentence names it
  public static Trust load(
      @Nullable Path caFile, @Nullable Path certificateFile, @Nullable Path keyFile)
      throws IOException {
    try {
      KeyStore authorities = null;
      if (caFile != null) {
        authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        for (Certificate certificate : certificates(caFile)) {
          authorities.setCertificateEntry("ca" + authorities.size(), certificate);
        }
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities);
      return new Trust(
          (X509ExtendedTrustManager) factory.getTrustManagers()[0],
          caFile == null ? "the system's authorities" : caFile.toString(),
          identity(certificateFile, keyFile));
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /// For the other side's part.
  public SSLContext context() {
    return context;
  }

  public SSLSocketFactory sockets() {
    return sockets;
  }

  /// What the other side showed in the newest handshake, its own certificate first.
  List<X509Certificate> presented() {
    return presented;
  }

  /// Where the trusted authorities come from.
  String source() {
    return source;
  }

  private static KeyManager @Nullable [] identity(
      @Nullable Path certificateFile, @Nullable Path keyFile)
      throws GeneralSecurityException, IOException {
    if (certificateFile == null || keyFile == null || !Files.exists(certificateFile)) {
      return null;
    }
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(
        "agent",
        privateKey(keyFile),
        NO_PASSWORD,
        certificates(certificateFile).toArray(new Certificate[0]));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(own, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static Collection<? extends Certificate> certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IOException(file + " holds no certificate");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new IOException(file + " is not a PEM certificate: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file, US_ASCII);
    int begin = pem.indexOf("-----BEGIN PRIVATE KEY-----");
    int end = pem.indexOf("-----END PRIVATE KEY-----");
    if (begin < 0 || end < begin) {
      throw new IOException(file + " holds no PEM private key (PKCS#8)");
    }
    var key =
        new PKCS8EncodedKeySpec(
            Base64.getMimeDecoder().decode(pem.substring(begin + 27, end).strip()));
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(key);
      } catch (InvalidKeySpecException e) {
        // Not of this kind.
      }
    }
    throw new IOException(file + " holds a key that is neither EC, RSA nor Ed25519");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    presented = List.of(chain);
    judge.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    presented = List.of(chain);
    judge.checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    presented = List.of(chain);
    judge.checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    judge.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    judge.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judge.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }
}
