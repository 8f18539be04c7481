package io.graftwatch.core.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads what [StateWriter] wrote. Throws [StateException] on anything else, and allocates nothing
/// that the bytes do not cover.
public final class StateReader {
  private final byte[] bytes;
  private final List<String> texts = new ArrayList<>();
  private int at;

  public StateReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The bytes are no state of this version.
  public static final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StateException(String message) {
      super(message);
    }
  }

  public long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = octet();
      value |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new StateException("number at " + at + " does not end");
  }

  public int integer() {
    long value = number();
    if (value != (int) value) {
      throw new StateException("number at " + at + " is too large");
    }
    return (int) value;
  }

  public boolean flag() {
    return octet() != 0;
  }

  public double real() {
    return Double.longBitsToDouble(fixed());
  }

  public long fixed() {
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits = bits << 8 | octet();
    }
    return bits;
  }

  public @Nullable String text() {
    long tag = number();
    if (tag == 0) {
      return null;
    }
    if (tag == 1) {
      int length = count();
      String text = new String(bytes, at, length, StandardCharsets.UTF_8);
      at += length;
      texts.add(text);
      return text;
    }
    if (tag - 2 < 0 || tag - 2 >= texts.size()) {
      throw new StateException("text reference at " + at + " points nowhere");
    }
    return texts.get((int) (tag - 2));
  }

  public String requiredText() {
    String text = text();
    if (text == null) {
      throw new StateException("text at " + at + " is missing");
    }
    return Objects.requireNonNull(text);
  }

  public byte[] blob() {
    int length = count();
    byte[] blob = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return blob;
  }

  /// A count of things that take at least a byte each.
  public int count() {
    long count = number();
    if (count < 0 || count > bytes.length - at) {
      throw new StateException("count at " + at + " is more than there can be");
    }
    return (int) count;
  }

  public boolean ended() {
    return at == bytes.length;
  }

  private int octet() {
    if (at >= bytes.length) {
      throw new StateException("ends at " + at);
    }
    return bytes[at++] & 0xFF;
  }
}
