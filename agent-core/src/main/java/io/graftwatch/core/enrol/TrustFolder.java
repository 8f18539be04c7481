package io.graftwatch.core.enrol;

import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.enrol.SignedPolicy;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The agent's identity on disk, `trust/` in the state folder, 0700 with files of 0600:
///
/// ```
/// ca.pem          authorities that servers must lead to
/// agent.pem       the agent's certificate and its chain
/// agent.key       its private key, PKCS#8
/// identity.json   what the collector said: agent id, address, policy key
/// policy.json     the last policy that was good, with its signature
/// *.next          a key that waits for its certificate, or files on their way to their name
/// ```
///
/// A new identity is written beside the old one and takes its place by renaming; after a crash in
/// between, [#open] goes on from there.
public final class TrustFolder {
  private static final String NEXT = ".next";
  private static final String KEY = "agent.key";
  private static final String PUBLIC = "agent.pub";
  private static final String POLICY = "policy.json";

  /// In this order they take their names; the last one is written last, so its presence says that
  /// all are complete.
  private static final List<String> FILES = List.of(KEY, "agent.pem", "ca.pem", "identity.json");

  private final Path folder;

  private TrustFolder(Path folder) {
    this.folder = folder;
  }

  /// Opens or makes the folder.
  public static TrustFolder open(Path stateDir) throws IOException {
    Path folder = stateDir.resolve("trust");
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    var trust = new TrustFolder(folder);
    if (Files.exists(trust.next("identity.json"))) {
      trust.promote();
    }
    return trust;
  }

  public Path caFile() {
    return folder.resolve("ca.pem");
  }

  public Path certificateFile() {
    return folder.resolve("agent.pem");
  }

  public Path keyFile() {
    return folder.resolve(KEY);
  }

  /// Who the collector says we are, or null before enrolment.
  public @Nullable IssuedIdentity identity() throws IOException {
    Path file = folder.resolve("identity.json");
    return Files.exists(file) ? Json.read(Files.readAllBytes(file), IssuedIdentity.class) : null;
  }

  /// The policy that is kept in a state folder; null when there is none.
  ///
  /// @throws IOException when it cannot be read, or is not signed by the key of the identity
  public static @Nullable SignedPolicy policy(Path stateDir) throws IOException {
    var trust = new TrustFolder(stateDir.resolve("trust"));
    Path file = trust.folder.resolve(POLICY);
    byte[] kept;
    try {
      kept = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    SignedPolicy policy = Json.read(kept, SignedPolicy.class);
    IssuedIdentity identity = trust.identity();
    if (identity == null || !policy.isSignedBy(identity.policyKey())) {
      throw new IOException(
          file + " is not signed by the collector that this host is enrolled with");
    }
    return policy;
  }

  /// Keeps a policy in place of the one before.
  void accept(SignedPolicy policy) throws IOException {
    write(next(POLICY), new String(Json.bytes(policy), StandardCharsets.UTF_8));
    Files.move(
        next(POLICY),
        folder.resolve(POLICY),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /// The key that waits for a certificate; made and kept at the first call, so that a request that
  /// is repeated after a lost answer is for the same key.
  KeyPair nextKey() throws IOException {
    try {
      if (Files.exists(next(KEY)) && Files.exists(next(PUBLIC))) {
        var factory = KeyFactory.getInstance("EC");
        return new KeyPair(
            factory.generatePublic(new X509EncodedKeySpec(decode(next(PUBLIC)))),
            factory.generatePrivate(new PKCS8EncodedKeySpec(decode(next(KEY)))));
      }
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      write(next(PUBLIC), pem("PUBLIC KEY", pair.getPublic().getEncoded()));
      write(next(KEY), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      return pair;
    } catch (GeneralSecurityException e) {
      throw new IOException("no key can be made: " + e.getMessage(), e);
    }
  }

  /// Takes a new identity for the key of [#nextKey].
  ///
  /// A policy that another collector signed goes with the old one.
  void accept(IssuedIdentity identity) throws IOException {
    IssuedIdentity before = identity();
    if (before != null && !before.policyKey().equals(identity.policyKey())) {
      Files.deleteIfExists(folder.resolve(POLICY));
    }
    String authorities =
        String.join("", identity.authorities().stream().map(TrustFolder::line).toList());
    write(next("agent.pem"), line(identity.certificate()) + authorities);
    write(next("ca.pem"), authorities);
    write(next("identity.json"), new String(Json.bytes(identity), StandardCharsets.UTF_8));
    promote();
    Files.deleteIfExists(next(PUBLIC));
  }

  private void promote() throws IOException {
    for (String file : FILES) {
      if (Files.exists(next(file))) {
        Files.move(
            next(file),
            folder.resolve(file),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path next(String file) {
    return folder.resolve(file + NEXT);
  }

  /// Writes a file of mode 0600 and forces it to the disk.
  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(file, mode);
    Files.writeString(file, text, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static byte[] decode(Path file) throws IOException {
    String text = Files.readString(file);
    int from = text.indexOf('\n');
    int to = text.lastIndexOf("-----END");
    if (from < 0 || to < from) {
      throw new IOException(file + " is not PEM");
    }
    return Base64.getMimeDecoder().decode(text.substring(from, to));
  }

  private static String line(String pem) {
    return pem.endsWith("\n") ? pem : pem + "\n";
  }
}
