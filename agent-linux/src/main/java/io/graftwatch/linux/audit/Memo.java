package io.graftwatch.linux.audit;

import java.util.Arrays;

/// Remembers what bytes mean, and hands out one value for the same bytes while it does: a server's
/// processes repeat the same few executables, folders, arguments and addresses. A fixed table; the
/// newer value replaces the older in its slot.
final class Memo<T> {
  /// What bytes mean; a pure function.
  interface Decoder<T> {
    T decode(byte[] bytes, int from, int to);
  }

  /// So many bytes at the end tell most values apart; a hash need not read more.
  private static final int TAIL = 24;

  private final int longest;
  private final Decoder<T> decoder;
  private final byte[][] sources;
  private final Object[] values;

  /// @param slots values that are remembered, a power of two
  /// @param longest bytes of a value that is worth it
  Memo(int slots, int longest, Decoder<T> decoder) {
    this.longest = longest;
    this.decoder = decoder;
    this.sources = new byte[slots][];
    this.values = new Object[slots];
  }

  @SuppressWarnings("unchecked") // only decoded values are put in
  T of(byte[] b, int from, int to) {
    if (to - from > longest) {
      return decoder.decode(b, from, to);
    }
    int hash = to - from;
    for (int i = Math.max(from, to - TAIL); i < to; i++) {
      hash = hash * 31 + b[i];
    }
    int slot = (hash ^ hash >>> 15) & (sources.length - 1);
    byte[] known = sources[slot];
    if (known != null && Arrays.equals(known, 0, known.length, b, from, to)) {
      return (T) values[slot];
    }
    T value = decoder.decode(b, from, to);
    sources[slot] = Arrays.copyOfRange(b, from, to);
    values[slot] = value;
    return value;
  }
}
