package io.graftwatch.linux.audit;

/// A cursor over the `key=value` fields of a record's body. It stops at the byte that begins
/// auditd's enrichment, so names never override raw numbers. Values stay slices until used.
final class Fields {
  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  /// The key's bytes, at most the last eight of them, packed into a long.
  long key;

  int keyFrom;
  int keyTo;
  int from;
  int to;
  boolean quoted;

  /// A quoted value had no end.
  boolean broken;

  /// Starts on the body `[from, to)`.
  void on(byte[] source, int start, int stop) {
    bytes = source;
    at = start;
    end = stop;
    broken = false;
  }

  /// Packs a key for comparison with [#key].
  static long key(String name) {
    long packed = 0;
    for (int i = 0; i < name.length(); i++) {
      packed = packed << 8 | name.charAt(i);
    }
    return packed;
  }

  /// Moves to the next field that has a value; words without `=` are passed over.
  boolean next() {
    byte[] b = bytes;
    int i = at;
    int stop = end;
    while (i < stop) {
      byte c = b[i];
      if (c == ' ') {
        i++;
        continue;
      }
      if (c == Bytes.ENRICHED) {
        break;
      }
      keyFrom = i;
      long packed = 0;
      // Letters are above '=', so most bytes of a key take one comparison.
      while (i < stop && ((c = b[i]) > '=' || (c != '=' && c != ' ' && c != Bytes.ENRICHED))) {
        packed = packed << 8 | (c & 0xFF);
        i++;
      }
      if (i < stop && b[i] == '=') {
        key = packed;
        keyTo = i;
        value(i + 1);
        return !broken;
      }
    }
    at = i;
    return false;
  }

  private void value(int start) {
    byte[] b = bytes;
    int i = start;
    int stop = end;
    if (i < stop && b[i] == '"') {
      i++;
      from = i;
      while (i < stop && b[i] != '"') {
        i++;
      }
      to = i;
      quoted = true;
      broken = i >= stop;
      at = i + 1;
    } else {
      from = i;
      byte c;
      while (i < stop && ((c = b[i]) > ' ' || (c != ' ' && c != Bytes.ENRICHED))) {
        i++;
      }
      to = i;
      quoted = false;
      at = i;
    }
  }

  /// Passes over fields up to the next one whose key begins with `first`, by one comparison a byte.
  /// For stretches whose keys are known and not wanted; without such a field nothing moves.
  void skipTo(char first) {
    byte[] b = bytes;
    int stop = end - 1;
    for (int i = at; i < stop; i++) {
      if (b[i] == ' ' && b[i + 1] == first) {
        at = i;
        return;
      }
      if (b[i] == Bytes.ENRICHED) {
        return;
      }
    }
  }

  long decimal() {
    return Bytes.decimal(bytes, from, to);
  }

  long signed() {
    return Bytes.signed(bytes, from, to);
  }

  long hex() {
    return Bytes.hex(bytes, from, to);
  }

  /// Where the cursor stands: after the last field, the end of the raw part.
  int position() {
    return at;
  }

  /// An unquoted value that can only be half of a hexadecimal text.
  boolean oddHex() {
    return !quoted && (to - from) % 2 != 0 && Bytes.isHex(bytes, from, to);
  }

  boolean oddHex(Slice slice) {
    return !slice.quoted
        && (slice.to - slice.from) % 2 != 0
        && Bytes.isHex(bytes, slice.from, slice.to);
  }
}
