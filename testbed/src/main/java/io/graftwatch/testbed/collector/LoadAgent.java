package io.graftwatch.testbed.collector;

import io.graftwatch.delivery.enrol.EnrolRequest;
import io.graftwatch.delivery.enrol.EnrolToken;
import io.graftwatch.delivery.enrol.HostFacts;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.finding.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// An agent with a certificate of its own and one connection that it keeps: the least that speaks
/// the protocol, so that the figures are the collector's.
final class LoadAgent implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final char[] IN_MEMORY = new char[0];

  private final String host;
  private final IssuedIdentity identity;
  private final Connection connection;
  private long number;

  private LoadAgent(String host, IssuedIdentity identity, SSLContext tls) {
    this.host = host;
    this.identity = identity;
    this.connection = new Connection(tls, URI.create(identity.agentUrl()));
  }

  static LoadAgent enrol(EnrolToken token, String host)
      throws IOException, GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    var random = new SecureRandom();
    var pinned = SSLContext.getInstance("TLSv1.3");
    pinned.init(null, new TrustManager[] {token.pin().trustManager()}, random);
    var facts = new HostFacts(host, "machine-" + host, "boot-1", "Debian GNU/Linux 12", "0.1.0");
    byte[] request = Json.bytes(EnrolRequest.of(token, keys, facts, random));
    try (var connection = new Connection(pinned, URI.create("https://" + token.address()))) {
      var identity = Json.read(connection.post("/v1/enrol", "", request), IssuedIdentity.class);
      return new LoadAgent(host, identity, context(keys, identity));
    }
  }

  private static SSLContext context(KeyPair keys, IssuedIdentity identity)
      throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(
        "own",
        keys.getPrivate(),
        IN_MEMORY,
        new Certificate[] {certificate(identity.certificate())});
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(own, IN_MEMORY);
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    authorities.setCertificateEntry("ca", certificate(identity.authorities().getFirst()));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    var context = SSLContext.getInstance("TLSv1.3");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static Certificate certificate(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  String id() {
    return identity.agentId();
  }

  String host() {
    return host;
  }

  /// Numbers of its findings, without a gap.
  long nextNumber() {
    return ++number;
  }

  void connect() throws IOException {
    connection.open();
  }

  /// Posts a body, gzipped.
  ///
  /// @throws IOException for anything but 200
  byte[] post(String path, byte[] plain) throws IOException {
    var gzipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(gzipped)) {
      gzip.write(plain);
    }
    String headers =
        """
        Graftwatch-Protocol: 1\r
        Graftwatch-Agent: %s\r
        Graftwatch-Boot: boot-1\r
        Graftwatch-Batch: %s\r
        Content-Encoding: gzip\r
        """
            .formatted(id(), UUID.randomUUID());
    return connection.post(path, headers, gzipped.toByteArray());
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  /// HTTP/1.1 with one request after the other.
  private static final class Connection implements AutoCloseable {
    private final SSLContext tls;
    private final URI place;
    private @Nullable SSLSocket socket;

    Connection(SSLContext tls, URI place) {
      this.tls = tls;
      this.place = place;
    }

    SSLSocket open() throws IOException {
      SSLSocket open = socket;
      if (open == null) {
        open = (SSLSocket) tls.getSocketFactory().createSocket(place.getHost(), place.getPort());
        open.setTcpNoDelay(true);
        open.setSoTimeout(PATIENCE_MILLIS);
        open.startHandshake();
        socket = open;
      }
      return open;
    }

    byte[] post(String path, String headers, byte[] body) throws IOException {
      SSLSocket open = open();
      String head =
          "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
              .formatted(path, place.getAuthority(), headers, body.length);
      var request = new ByteArrayOutputStream();
      request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      request.writeBytes(body);
      open.getOutputStream().write(request.toByteArray());
      return answer(new BufferedInputStream(open.getInputStream()));
    }

    /// Nothing comes after an answer before the next request, so its buffer may be thrown away.
    private static byte[] answer(InputStream in) throws IOException {
      String status = line(in);
      int length = 0;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        String lower = header.toLowerCase(Locale.ROOT);
        if (lower.startsWith("content-length:")) {
          length = Integer.parseInt(lower.substring(lower.indexOf(':') + 1).strip());
        }
      }
      byte[] body = in.readNBytes(length);
      if (!status.startsWith("HTTP/1.1 200 ")) {
        throw new IOException(status + " " + new String(body, StandardCharsets.UTF_8));
      }
      return body;
    }

    private static String line(InputStream in) throws IOException {
      var line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException("the collector hung up");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      SSLSocket open = socket;
      if (open != null) {
        open.close();
      }
    }
  }
}
