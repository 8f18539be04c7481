package io.graftwatch.core.fact;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of a native record, at most [#MAX] of them. Attackers write log text, so this is data
/// to show, escaped, and never markup, a path or a pattern.
public final class Raw {
  /// Most bytes that are kept of one record.
  public static final int MAX = 8 * 1024;

  /// No bytes: the fact was derived, not read.
  public static final Raw NONE = new Raw(new byte[0], false);

  private final byte[] bytes;
  private final boolean truncated;

  private Raw(byte[] bytes, boolean truncated) {
    this.bytes = bytes;
    this.truncated = truncated;
  }

  /// Copies `length` bytes from `offset`, cut at [#MAX].
  public static Raw copyOf(byte[] source, int offset, int length) {
    int kept = Math.min(length, MAX);
    return new Raw(Arrays.copyOfRange(source, offset, offset + kept), length > MAX);
  }

  /// Encodes text as UTF-8, cut at [#MAX] bytes.
  public static Raw of(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return copyOf(encoded, 0, encoded.length);
  }

  /// Whether the record was longer than what is kept.
  public boolean truncated() {
    return truncated;
  }

  /// Number of bytes kept.
  public int length() {
    return bytes.length;
  }

  /// The text, decoded as UTF-8; bytes that are not UTF-8 become U+FFFD.
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The first bytes, at most `max` of them.
  public Raw head(int max) {
    return bytes.length <= max ? this : new Raw(Arrays.copyOf(bytes, max), true);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Raw that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return text();
  }
}
