package io.graftwatch.collector.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// SHA-256 of a secret or a key: what is kept instead of it.
///
/// Secrets here have 128 random bits or more, so one round is enough: there is nothing to guess.
public final class Digest {
  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Digest of(String secret) {
    return of(secret.getBytes(StandardCharsets.UTF_8));
  }

  public static Digest of(byte[] content) {
    try {
      return new Digest(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// A digest as it was stored.
  public static Digest stored(byte[] digest) {
    return new Digest(digest.clone());
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /// In a time that does not depend on where they differ.
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Digest";
  }
}
