package io.graftwatch.linux.audit;

import org.jspecify.annotations.Nullable;

/// Decodes values and hands out one String for the same bytes while it remembers them: a server's
/// processes repeat the same few executables, folders and arguments. A fixed table; the newer text
/// replaces the older in its slot.
final class Texts {
  private static final int SLOTS = 4096;
  private static final int LONGEST = 256;

  private final String[] strings = new String[SLOTS];
  private final byte[][] sources = new byte[SLOTS][];

  /// As [Slice#text].
  @Nullable String of(byte[] b, Slice slice) {
    if (!slice.given() || slice.none(b)) {
      return null;
    }
    return of(b, slice.from, slice.to, slice.quoted);
  }

  String of(byte[] b, int from, int to, boolean quoted) {
    int length = to - from;
    if (length > LONGEST) {
      return Bytes.text(b, from, to, quoted);
    }
    int hash = quoted ? 17 : 31;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + b[i];
    }
    int slot = (hash ^ hash >>> 15) & SLOTS - 1;
    byte[] known = sources[slot];
    if (known != null && known.length == length + 1 && same(known, b, from, length, quoted)) {
      return strings[slot];
    }
    byte[] source = new byte[length + 1];
    System.arraycopy(b, from, source, 0, length);
    source[length] = (byte) (quoted ? 1 : 0);
    String text = Bytes.text(b, from, to, quoted);
    sources[slot] = source;
    strings[slot] = text;
    return text;
  }

  private static boolean same(byte[] known, byte[] b, int from, int length, boolean quoted) {
    if (known[length] != (quoted ? 1 : 0)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (known[i] != b[from + i]) {
        return false;
      }
    }
    return true;
  }
}
