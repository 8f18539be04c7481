package io.graftwatch.linux.inventory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What has been told already, over restarts too: the last 48 bits of a hash for each thing, as
/// much as fits into a checkpoint. Only what belongs to no package is kept, which is little.
final class Known {
  private static final int BYTES = 6;
  private static final int MAX = 500;

  private final Set<Long> hashes = new LinkedHashSet<>();
  private final boolean first;

  /// @param checkpoint what [#text] gave; null on the first start ever
  Known(@Nullable String checkpoint) {
    this.first = checkpoint == null;
    if (checkpoint != null) {
      byte[] bytes = decode(checkpoint);
      for (int at = 0; at + BYTES <= bytes.length; at += BYTES) {
        hashes.add(ByteBuffer.allocate(8).putShort((short) 0).put(bytes, at, BYTES).getLong(0));
      }
    }
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /// Whether nothing was known when the agent started: what is found first was there before it.
  boolean first() {
    return first;
  }

  /// @return whether it was new
  boolean add(String thing) {
    long hash = hash(thing);
    if (!hashes.add(hash)) {
      return false;
    }
    if (hashes.size() > MAX) {
      hashes.remove(hashes.iterator().next());
    }
    return true;
  }

  void remove(String thing) {
    hashes.remove(hash(thing));
  }

  String text() {
    var bytes = ByteBuffer.allocate(hashes.size() * BYTES);
    for (long hash : hashes) {
      bytes.putShort((short) (hash >>> 32)).putInt((int) hash);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /// FNV-1a, 64 bits, folded to 48.
  private static long hash(String thing) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : thing.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
    }
    return (hash ^ hash >>> 48) & 0xFFFF_FFFF_FFFFL;
  }
}
