package io.graftwatch.windows.evtx;

/// XML as UTF-8 bytes in one buffer that is used again for each record. What does not fit is left
/// out, and [#overflown] says so.
final class XmlOutput {
  private final byte[] bytes;
  private int size;
  private boolean overflown;

  /// @param capacity most bytes of one record
  XmlOutput(int capacity) {
    this.bytes = new byte[capacity];
  }

  void clear() {
    size = 0;
    overflown = false;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  boolean overflown() {
    return overflown;
  }

  /// Takes back what was written since.
  void truncate(int newSize) {
    size = Math.min(size, newSize);
  }

  /// Writes again what stands between two places.
  void repeat(int from, int to) {
    if (to - from > bytes.length - size) {
      overflown = true;
      return;
    }
    System.arraycopy(bytes, from, bytes, size, to - from);
    size += to - from;
  }

  void raw(byte[] text) {
    if (text.length > bytes.length - size) {
      overflown = true;
      return;
    }
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
  }

  void ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
  }

  void put(int b) {
    if (size == bytes.length) {
      overflown = true;
      return;
    }
    bytes[size++] = (byte) b;
  }

  /// Printable ASCII that stands for itself in XML.
  static boolean isPlain(byte b) {
    return b >= ' ' && b < 0x7F && b != '<' && b != '>' && b != '&' && b != '\'';
  }

  /// A UTF-16 unit as text; `high` is the unit before it where that was a high surrogate, else 0.
  ///
  /// @return the unit when it is a high surrogate, which waits for its other half, else 0
  int text(int unit, int high) {
    if (high != 0 && Character.isLowSurrogate((char) unit)) {
      code(Character.toCodePoint((char) high, (char) unit));
      return 0;
    }
    if (high != 0) {
      code(0xFFFD);
    }
    if (Character.isHighSurrogate((char) unit)) {
      return unit;
    }
    code(Character.isLowSurrogate((char) unit) ? 0xFFFD : unit);
    return 0;
  }

  private void code(int code) {
    switch (code) {
      case '<' -> ascii("&lt;");
      case '>' -> ascii("&gt;");
      case '&' -> ascii("&amp;");
      case '\'' -> ascii("&apos;");
      case '\n' -> ascii("&#10;");
      case '\r' -> ascii("&#13;");
      default -> {
        if (code >= ' ' || code == '\t') {
          utf8(code);
        }
      }
    }
  }

  private void utf8(int code) {
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0 | (code >> 6));
      put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      put(0xE0 | (code >> 12));
      put(0x80 | ((code >> 6) & 0x3F));
      put(0x80 | (code & 0x3F));
    } else {
      put(0xF0 | (code >> 18));
      put(0x80 | ((code >> 12) & 0x3F));
      put(0x80 | ((code >> 6) & 0x3F));
      put(0x80 | (code & 0x3F));
    }
  }
}
