package io.graftwatch.linux.inventory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Hashes of file contents.
final class Digests {
  /// Larger files are not hashed: nothing that a server loads is.
  private static final long MAX_SIZE = 256L * 1024 * 1024;

  private Digests() {}

  /// SHA-256 as lower-case hex; null when the file cannot be read.
  static @Nullable String sha256(Path path) {
    try {
      return hex("SHA-256", path);
    } catch (IOException _) {
      return null;
    }
  }

  static String hex(String algorithm, Path path) throws IOException {
    if (Files.size(path) > MAX_SIZE) {
      throw new IOException(path + " is larger than " + MAX_SIZE + " bytes");
    }
    MessageDigest digest = digest(algorithm);
    byte[] block = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(path)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }
}
