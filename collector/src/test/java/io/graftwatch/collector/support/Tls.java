package io.graftwatch.collector.support;

import io.graftwatch.delivery.enrol.IssuedIdentity;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Client side TLS.
public final class Tls {
  private Tls() {}

  public static KeyPair newKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  public static HttpClient trusting(TrustManager trust) throws GeneralSecurityException {
    return client(context(null, trust));
  }

  public static HttpClient trusting(Certificate authority) throws Exception {
    return client(context(null, trust(authority)));
  }

  public static HttpClient client(SSLContext context) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(20))
        .sslContext(context)
        .build();
  }

  /// What an enrolled agent connects with.
  public static SSLContext context(KeyPair keys, IssuedIdentity identity) throws Exception {
    X509Certificate own = certificate(identity.certificate());
    var chain = new ArrayList<Certificate>();
    chain.add(own);
    KeyStore store = empty();
    store.setKeyEntry("own", keys.getPrivate(), new char[0], chain.toArray(new Certificate[0]));
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    return context(managers.getKeyManagers(), trust(identity.authorities()));
  }

  private static SSLContext context(
      KeyManager @org.jspecify.annotations.Nullable [] keys, TrustManager trust)
      throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {trust}, new SecureRandom());
    return context;
  }

  private static TrustManager trust(List<String> authorities) throws Exception {
    KeyStore store = empty();
    for (String authority : authorities) {
      store.setCertificateEntry("ca" + store.size(), certificate(authority));
    }
    return trust(store);
  }

  private static TrustManager trust(Certificate authority) throws Exception {
    KeyStore store = empty();
    store.setCertificateEntry("ca", authority);
    return trust(store);
  }

  private static TrustManager trust(KeyStore store) throws Exception {
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    return managers.getTrustManagers()[0];
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  public static X509Certificate certificate(String pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }
}
