package io.graftwatch.windows.event;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One string for each of the few hundred names that events are made of, found by their bytes. A
/// fixed table: a newcomer takes the place of whoever stood there.
final class NamePool {
  static final int MAX_LENGTH = 128;
  private static final int SIZE = 1 << 10;

  private final @Nullable String[] pool = new String[SIZE];

  String of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > MAX_LENGTH) {
      return new String(bytes, from, length, StandardCharsets.UTF_8);
    }
    int hash = length;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    int slot = (hash ^ (hash >>> 15)) & (SIZE - 1);
    String known = pool[slot];
    if (known != null && same(known, bytes, from, length)) {
      return known;
    }
    String fresh = new String(bytes, from, length, StandardCharsets.UTF_8);
    pool[slot] = fresh;
    return fresh;
  }

  private static boolean same(String known, byte[] bytes, int from, int length) {
    if (known.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (known.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
