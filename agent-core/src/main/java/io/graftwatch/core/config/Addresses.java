package io.graftwatch.core.config;

import org.jspecify.annotations.Nullable;

/// Numeric addresses, without a resolver anywhere near them.
public final class Addresses {
  private Addresses() {}

  /// Parses dotted IPv4 or colon IPv6 text; a v4-mapped address becomes its 4 bytes.
  ///
  /// @return 4 or 16 bytes, or null when it is no address
  public static byte @Nullable [] parse(String text) {
    if (text.indexOf(':') < 0) {
      return v4(text, 0, text.length());
    }
    int zone = text.indexOf('%');
    return v6(zone < 0 ? text : text.substring(0, zone));
  }

  private static byte @Nullable [] v4(String text, int from, int to) {
    byte[] out = new byte[4];
    int part = 0;
    int value = -1;
    for (int i = from; i <= to; i++) {
      char c = i < to ? text.charAt(i) : '.';
      if (c == '.') {
        if (value < 0 || part == 4) {
          return null;
        }
        out[part++] = (byte) value;
        value = -1;
      } else if (c >= '0' && c <= '9') {
        value = (value < 0 ? 0 : value * 10) + (c - '0');
        if (value > 255) {
          return null;
        }
      } else {
        return null;
      }
    }
    return part == 4 ? out : null;
  }

  private static byte @Nullable [] v6(String text) {
    byte[] out = new byte[16];
    int gap = -1;
    int at = 0;
    int i = 0;
    if (text.startsWith("::")) {
      gap = 0;
      i = 2;
    }
    while (i < text.length()) {
      int end = text.indexOf(':', i);
      end = end < 0 ? text.length() : end;
      if (text.indexOf('.', i) >= 0 && end == text.length()) {
        byte[] tail = v4(text, i, end);
        if (tail == null || at > 12) {
          return null;
        }
        System.arraycopy(tail, 0, out, at, 4);
        at += 4;
        break;
      }
      int value = group(text, i, end);
      if (value < 0 || at > 14) {
        return null;
      }
      out[at++] = (byte) (value >> 8);
      out[at++] = (byte) value;
      i = end + 1;
      if (end + 1 < text.length() && text.charAt(end + 1) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = at;
        i = end + 2;
      } else if (end + 1 == text.length()) {
        return null;
      }
    }
    if (gap < 0) {
      return at == 16 ? unmap(out) : null;
    }
    if (at > 14) {
      return null;
    }
    byte[] spread = new byte[16];
    System.arraycopy(out, 0, spread, 0, gap);
    System.arraycopy(out, gap, spread, 16 - (at - gap), at - gap);
    return unmap(spread);
  }

  private static int group(String text, int from, int to) {
    if (to - from < 1 || to - from > 4) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private static byte[] unmap(byte[] address) {
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) {
        return address;
      }
    }
    if (address[10] != (byte) 0xFF || address[11] != (byte) 0xFF) {
      return address;
    }
    return new byte[] {address[12], address[13], address[14], address[15]};
  }

  /// Writes 4 or 16 address bytes as text; IPv6 in the short form of RFC 5952, v4-mapped as IPv4.
  public static String format(byte[] address) {
    byte[] bytes = address.length == 16 ? unmap(address) : address;
    if (bytes.length == 4) {
      return (bytes[0] & 0xFF)
          + "."
          + (bytes[1] & 0xFF)
          + "."
          + (bytes[2] & 0xFF)
          + "."
          + (bytes[3] & 0xFF);
    }
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xFF) << 8 | (bytes[2 * i + 1] & 0xFF);
    }
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length] == 0) {
        length++;
      }
      if (length > bestLength) {
        best = i;
        bestLength = length;
      }
    }
    var out = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        out.append("::");
        i += bestLength - 1;
      } else {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
          out.append(':');
        }
        out.append(Integer.toHexString(groups[i]));
      }
    }
    return out.toString();
  }
}
