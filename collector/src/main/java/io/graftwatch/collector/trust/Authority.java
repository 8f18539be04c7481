package io.graftwatch.collector.trust;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

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
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The collector's own certificate authority, its server certificate and its policy key, in
/// `trust/` of the state folder: made at the first start, read ever after.
///
/// The authority is exchanged in three steps, between which agents renew: a new one is announced
/// (`next.key`, `next.pem`) and trusted beside the old; then it signs, and the old one
/// (`previous.pem`) is trusted only; then that goes.
///
/// Certificates begin in the past, because a web server's clock may be hours behind ours and a
/// wrong clock must not keep a finding from us.
public final class Authority {
  /// So long before its end it is time for another: three steps take agents two renewals.
  public static final Duration WARNING = Duration.ofDays(180);

  private static final Duration CA_LIFE = Duration.ofDays(3650);
  private static final Duration SERVER_LIFE = Duration.ofDays(90);
  private static final String NEXT = "next.pem";
  private static final String NEXT_KEY = "next.key";
  private static final String PREVIOUS = "previous.pem";
  private static final char[] IN_MEMORY = new char[0];

  private final Path folder;
  private final Certificates certificates;
  private final Identity root;
  private final List<X509Certificate> trusted;
  private final String policyKey;

  private Authority(
      Path folder,
      Certificates certificates,
      Identity root,
      List<X509Certificate> trusted,
      String policyKey) {
    this.folder = folder;
    this.certificates = certificates;
    this.root = root;
    this.trusted = trusted;
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
      if (Files.exists(folder.resolve(NEXT)) && !Files.exists(folder.resolve(NEXT_KEY))) {
        // It was killed between the two moves of an exchange.
        Files.move(folder.resolve(NEXT), folder.resolve("ca.pem"), REPLACE_EXISTING);
      }
      if (same(folder.resolve(NEXT), folder.resolve("ca.pem"))) {
        // Left over where trust/ was copied over what was there.
        Files.delete(folder.resolve(NEXT));
        Files.deleteIfExists(folder.resolve(NEXT_KEY));
      }
      Identity root = read(folder, "ca");
      var trusted = new ArrayList<X509Certificate>();
      for (String file : List.of(NEXT, "ca.pem", PREVIOUS)) {
        if (Files.exists(folder.resolve(file))) {
          trusted.add(Pem.certificate(Files.readString(folder.resolve(file))));
        }
      }
      return new Authority(folder, certificates, root, trusted, policyKey(folder, random));
    } catch (GeneralSecurityException e) {
      throw new IOException("the keys in " + folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static boolean same(Path one, Path other) throws IOException {
    return Files.exists(one) && Files.mismatch(one, other) < 0;
  }

  public CaPin pin() {
    return CaPin.of(root.certificate().getPublicKey());
  }

  /// What agents trust servers by, PEM, the newest first.
  public List<String> authorities() throws GeneralSecurityException {
    var authorities = new ArrayList<String>();
    for (X509Certificate certificate : trusted) {
      authorities.add(Pem.of(certificate));
    }
    return authorities;
  }

  /// Names what an agent is given with a certificate: the newest authority that it trusts, and the
  /// one that signs.
  public String generation() throws GeneralSecurityException {
    return print(trusted.getFirst()) + "/" + print(root.certificate());
  }

  private static String print(X509Certificate certificate) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  /// Until when the authority that signs is valid.
  public Instant expires() {
    return root.certificate().getNotAfter().toInstant();
  }

  /// How far an exchange of the authority has come.
  public enum Exchange {
    NONE,
    /// The next one is trusted and does not sign yet.
    ANNOUNCED,
    /// The next one signs; the previous one is still trusted.
    SIGNING
  }

  public Exchange step() {
    if (Files.exists(folder.resolve(NEXT))) {
      return Exchange.ANNOUNCED;
    }
    return Files.exists(folder.resolve(PREVIOUS)) ? Exchange.SIGNING : Exchange.NONE;
  }

  /// Makes the next step of an exchange. Collectors take it up when they start.
  public Exchange advance(SecureRandom random, Instant now)
      throws IOException, GeneralSecurityException {
    switch (step()) {
      case NONE -> {
        KeyPair keys = p256(random);
        PrivateFiles.write(folder.resolve(NEXT_KEY), Pem.of(keys.getPrivate()));
        PrivateFiles.write(folder.resolve(NEXT), Pem.of(certificates.root(keys, now, CA_LIFE)));
      }
      case ANNOUNCED -> {
        PrivateFiles.write(folder.resolve(PREVIOUS), Files.readString(folder.resolve("ca.pem")));
        Files.move(folder.resolve(NEXT_KEY), folder.resolve("ca.key"), REPLACE_EXISTING);
        Files.move(folder.resolve(NEXT), folder.resolve("ca.pem"), REPLACE_EXISTING);
      }
      case SIGNING -> Files.delete(folder.resolve(PREVIOUS));
    }
    return step();
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
    for (X509Certificate certificate : trusted) {
      store.setCertificateEntry("ca" + store.size(), certificate);
    }
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
