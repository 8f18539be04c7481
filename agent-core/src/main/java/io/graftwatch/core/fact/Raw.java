package io.graftwatch.core.fact;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of a native record, at most [#MAX] of them. Attackers write log text, so this is data
/// to show, escaped, and never markup, a path or a pattern.
public final class Raw {
  /// Most bytes that are kept of one record.
  public static final int MAX = 8 * 1024;

  /// No bytes: the fact was derived, not read.
  public static final Raw NONE = new Raw(new byte[0], 0, false);

  private final byte[] bytes;
  private final int length;
  private final boolean truncated;

  private Raw(byte[] bytes, int length, boolean truncated) {
    this.bytes = bytes;
    this.length = length;
    this.truncated = truncated;
  }

  /// Copies `length` bytes from `offset`, cut at [#MAX].
  public static Raw copyOf(byte[] source, int offset, int length) {
    int kept = Math.min(length, MAX);
    return new Raw(Arrays.copyOfRange(source, offset, offset + kept), kept, length > MAX);
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
    return length;
  }

  /// The text, decoded as UTF-8; bytes that are not UTF-8 become U+FFFD.
  public String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /// The first bytes, at most `max` of them. What is less than twice as long is shared, not copied.
  public Raw head(int max) {
    if (length <= max) {
      return this;
    }
    return new Raw(bytes.length <= 2 * max ? bytes : Arrays.copyOf(bytes, max), max, true);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Raw that && Arrays.equals(bytes, 0, length, that.bytes, 0, that.length);
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
