package io.graftwatch.macos.unified;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The first 64 bits of SHA-256 of a message: whoever writes to a log must not be able to make a
/// row that is taken for another.
final class RowHash {
  private RowHash() {}

  static String of(byte[] bytes, int from, int length) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes, from, length);
      return HexFormat.of().formatHex(sha256.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
