package io.graftwatch.windows.evtx;

/// Little-endian numbers of a chunk, byte by byte: the one compiler that replay runs with does not
/// know var handles. Whoever reads beyond the end gets 0 and [#broken].
final class Bytes {
  private final byte[] bytes;
  private boolean broken;

  Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  int length() {
    return bytes.length;
  }

  boolean broken() {
    return broken;
  }

  void mend() {
    broken = false;
  }

  /// Marks what is being read as not what it should be.
  void breakOff() {
    broken = true;
  }

  int u8(int at) {
    return fits(at, 1) ? bytes[at] & 0xFF : 0;
  }

  int u16(int at) {
    return fits(at, 2) ? (bytes[at] & 0xFF) | ((bytes[at + 1] & 0xFF) << 8) : 0;
  }

  int i32(int at) {
    return fits(at, 4) ? u16(at) | u16(at + 2) << 16 : 0;
  }

  long i64(int at) {
    return fits(at, 8) ? (i32(at) & 0xFFFF_FFFFL) | ((long) i32(at + 4) << 32) : 0;
  }

  /// Copies UTF-16 text as far as it is plain: printable ASCII that XML leaves as it is.
  ///
  /// @return where the copying ended
  int plain(int from, int to, XmlOutput out) {
    if (from < 0 || to > bytes.length) {
      broken = true;
      return to;
    }
    int at = from;
    while (at + 1 < to && bytes[at + 1] == 0 && XmlOutput.isPlain(bytes[at])) {
      out.put(bytes[at]);
      at += 2;
    }
    return at;
  }

  private boolean fits(int at, int size) {
    if (at >= 0 && at <= bytes.length - size) {
      return true;
    }
    broken = true;
    return false;
  }
}
