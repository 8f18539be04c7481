package io.graftwatch.linux.live;

import java.nio.ByteBuffer;

/// Serial numbers of audit events, read from the head that every record has:
/// `audit(1795487614.404:66): `. They are 32 bits wide and wrap around.
final class Serials {
  private static final int STAMP = "audit(".length();

  private Serials() {}

  /// The serial of a record; -1 when it has none.
  static long of(ByteBuffer bytes, int offset, int length) {
    int end = offset + Math.min(length, 48);
    int at = offset + STAMP;
    while (at < end && bytes.get(at) != ':') {
      at++;
    }
    long serial = 0;
    int digits = 0;
    for (at++; at < end && digits <= 10; at++, digits++) {
      int digit = bytes.get(at) - '0';
      if (digit < 0 || digit > 9) {
        return digits > 0 && bytes.get(at) == ')' ? serial & 0xFFFF_FFFFL : -1;
      }
      serial = serial * 10 + digit;
    }
    return -1;
  }

  /// As [#of(ByteBuffer,int,int)].
  static long of(byte[] bytes, int offset, int length) {
    return of(ByteBuffer.wrap(bytes), offset, length);
  }

  /// Whether `a` was given after `b`, across the wrap.
  static boolean after(long a, long b) {
    return (int) (a - b) > 0;
  }

  /// How many serials lie between two that arrived, both excluded.
  static long between(long before, long after) {
    return Math.max(0, (int) (after - before) - 1L);
  }
}
