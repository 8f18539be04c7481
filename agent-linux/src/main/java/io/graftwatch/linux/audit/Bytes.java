package io.graftwatch.linux.audit;

import java.nio.charset.StandardCharsets;

/// Numbers and text in slices of audit text. Every method takes `[from, to)` and never throws on
/// content.
final class Bytes {
  /// What separates a record from auditd's enrichment of it.
  static final byte ENRICHED = 0x1D;

  private Bytes() {}

  /// A decimal number without sign, or -1 when the slice is none (or longer than 18 digits).
  static long decimal(byte[] b, int from, int to) {
    if (from >= to || to - from > 18) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /// A decimal number with an optional minus; [Long#MIN_VALUE] when the slice is none.
  static long signed(byte[] b, int from, int to) {
    boolean minus = from < to && b[from] == '-';
    long value = decimal(b, minus ? from + 1 : from, to);
    return value < 0 ? Long.MIN_VALUE : minus ? -value : value;
  }

  /// A hexadecimal number of at most 64 bits, or -1 when the slice is none. The kernel prints
  /// registers so; a value with the top bit set comes back negative, but never as -1 by itself:
  /// nobody asks for such a register.
  static long hex(byte[] b, int from, int to) {
    if (from >= to || to - from > 16) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = digit(b[i]);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /// An octal number of at most 30 bits, or -1.
  static int octal(byte[] b, int from, int to) {
    if (from >= to || to - from > 10) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 7) {
        return -1;
      }
      value = value << 3 | digit;
    }
    return value;
  }

  /// A hexadecimal digit's value, or -1.
  static int digit(byte c) {
    return c >= '0' && c <= '9'
        ? c - '0'
        : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  /// Whether an unquoted value is the kernel's hexadecimal form of bytes: upper-case digits only.
  static boolean isHex(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      byte c = b[i];
      boolean hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
      if (!hex) {
        return false;
      }
    }
    return from < to;
  }

  /// The text of a value. Quoting alone decides (B08): a quoted value is literal, an unquoted one
  /// of hexadecimal digits is decoded, and what is neither stays as it stands.
  static String text(byte[] b, int from, int to, boolean quoted) {
    if (quoted || !isHex(b, from, to) || (to - from) % 2 != 0) {
      return new String(b, from, to - from, StandardCharsets.UTF_8);
    }
    byte[] decoded = new byte[(to - from) / 2];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = (byte) (digit(b[from + 2 * i]) << 4 | digit(b[from + 2 * i + 1]));
    }
    return new String(decoded, StandardCharsets.UTF_8);
  }
}
