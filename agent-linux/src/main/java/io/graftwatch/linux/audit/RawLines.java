package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Raw;

/// Collects the native lines behind a fact, up to [Raw#MAX] bytes. Reused.
final class RawLines {
  private final byte[] bytes = new byte[Raw.MAX + 1];
  private int size;

  RawLines clear() {
    size = 0;
    return this;
  }

  RawLines add(byte[] source, int from, int to) {
    if (size > 0 && size < bytes.length) {
      bytes[size++] = '\n';
    }
    int kept = Math.min(to - from, bytes.length - size);
    System.arraycopy(source, from, bytes, size, kept);
    size += kept;
    return this;
  }

  Raw raw() {
    return Raw.copyOf(bytes, 0, size);
  }
}
