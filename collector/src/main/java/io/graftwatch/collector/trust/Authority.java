package io.graftwatch.collector.trust;

import io.graftwatch.delivery.enrol.CaPin;
import io.graftwatch.delivery.enrol.SignedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The collector's own certificate authority, its server certificate and its policy key, in
/// `trust/` of the state folder: made at the first start, read ever after.
///
/// Certificates begin in the past, because a web server's clock may be hours behind ours and a
/// wrong clock must not keep a finding from us.
public final class Authority {
  private static final Duration CA_LIFE = Duration.ofDays(3650);
  private static final Duration SERVER_LIFE = Duration.ofDays(90);
  private static final char[] IN_MEMORY = new char[0];

  private final Path folder;
  private final Certificates certificates;
  private final Identity root;
  private final String policyKey;

  private Authority(Path folder, Certificates certificates, Identity root, String policyKey) {
    this.folder = folder;
    this.certificates = certificates;
    this.root = root;
    this.policyKey = policyKey;
  }

  /// @param folder `trust/` of the state folder
  /// @throws IOException with a sentence that names the file that cannot be read or written
  public static Authority open(Path folder, SecureRandom random, Instant now) throws IOException {
    PrivateFiles.folder(folder);
    var certificates = new Certificates(random);
    try {
      Path key = folder.resolve("ca.key");
      if (!Files.exists(key)) {
        KeyPair keys = p256(random);
        PrivateFiles.write(folder.resolve("ca.pem"), Pem.of(certificates.root(keys, now, CA_LIFE)));
        PrivateFiles.write(key, Pem.of(keys.getPrivate()));
      }
      Identity root = read(folder, "ca");
      return new Authority(folder, certificates, root, policyKey(folder, random));
    } catch (GeneralSecurityException e) {
      throw new IOException("the keys in " + folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  public CaPin pin() {
    return CaPin.of(root.certificate().getPublicKey());
  }

  /// What agents trust servers by, PEM.
  public List<String> authorities() throws GeneralSecurityException {
    return List.of(Pem.of(root.certificate()));
  }

  /// Ed25519 SubjectPublicKeyInfo in DER, base64.
  public String policyKey() {
    return policyKey;
  }

  /// Signs a policy for the fleet.
  ///
  /// @param key file of the private policy key when it is not kept here; PEM
  /// @throws IOException with a sentence when the key cannot be read, or is not the one that agents
  ///   were given
  public SignedPolicy sign(long version, String toml, @Nullable Path key) throws IOException {
    Path file = key == null ? folder.resolve("policy.key") : key;
    try {
      SignedPolicy policy =
          SignedPolicy.of(version, toml, Pem.privateKey("Ed25519", Files.readString(file)));
      if (!policy.isSignedBy(policyKey)) {
        throw new IOException(file + " is not the policy key that this collector's agents know");
      }
      return policy;
    } catch (NoSuchFileException e) {
      throw new IOException("the policy key is not in " + file + ": say where it is with --key", e);
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot sign: " + e.getMessage(), e);
    }
  }

  /// A certificate for one agent, PEM. Nothing in it comes from the agent but the key.
  public String issue(PublicKey key, String agentId, Instant now, Duration life)
      throws GeneralSecurityException {
    return Pem.of(certificates.agent(root, key, agentId, now, life));
  }

  /// The server's key and chain, made anew when two thirds of its life are over or a name is
  /// missing.
  ///
  /// @param names host names and addresses that clients use for this collector
  public KeyStore server(List<String> names, SecureRandom random, Instant now)
      throws IOException, GeneralSecurityException {
    Path key = folder.resolve("server.key");
    Identity server = Files.exists(key) ? read(folder, "server") : null;
    if (server == null || isStale(server.certificate(), names, now)) {
      KeyPair keys = p256(random);
      X509Certificate certificate =
          certificates.server(root, keys.getPublic(), names, now, SERVER_LIFE);
      PrivateFiles.write(key, Pem.of(keys.getPrivate()));
      PrivateFiles.write(folder.resolve("server.pem"), Pem.of(certificate));
      server = new Identity(keys.getPrivate(), certificate);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        server.key(),
        IN_MEMORY,
        new Certificate[] {server.certificate(), root.certificate()});
    return store;
  }

  /// What client certificates must descend from.
  public KeyStore clients() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", root.certificate());
    return store;
  }

  /// The agent that a verified client certificate names, or null when it names none or several.
  public static @Nullable String agentId(X509Certificate certificate) {
    return Certificates.agentId(certificate);
  }

  private boolean isStale(X509Certificate certificate, List<String> names, Instant now)
      throws GeneralSecurityException {
    Instant renewal = certificate.getNotAfter().toInstant().minus(SERVER_LIFE.dividedBy(3));
    return now.isAfter(renewal)
        || !certificate
            .getIssuerX500Principal()
            .equals(root.certificate().getSubjectX500Principal())
        || !Certificates.names(certificate).containsAll(names);
  }

  private static Identity read(Path folder, String name)
      throws IOException, GeneralSecurityException {
    var identity =
        new Identity(
            Pem.privateKey("EC", Files.readString(folder.resolve(name + ".key"))),
            Pem.certificate(Files.readString(folder.resolve(name + ".pem"))));
    return identity;
  }

  private static String policyKey(Path folder, SecureRandom random)
      throws IOException, GeneralSecurityException {
    Path file = folder.resolve("policy.pub");
    if (!Files.exists(file)) {
      var generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, random);
      KeyPair keys = generator.generateKeyPair();
      PrivateFiles.write(folder.resolve("policy.key"), Pem.of(keys.getPrivate()));
      PrivateFiles.write(
          file, Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()) + "\n");
    }
    return Files.readString(file).strip();
  }

  private static KeyPair p256(SecureRandom random) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }
}
