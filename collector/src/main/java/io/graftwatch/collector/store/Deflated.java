package io.graftwatch.collector.store;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Bytes at rest: raw deflate (RFC 1951). A finding of 2 KB takes a third of that.
public final class Deflated {
  private static final int LEVEL = 6;
  private static final int MAX_PLAIN = 16 << 20;

  private final byte[] bytes;

  private Deflated(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Bytes as they were stored.
  public static Deflated stored(byte[] compressed) {
    return new Deflated(compressed);
  }

  /// The compressed bytes.
  public byte[] bytes() {
    return bytes;
  }

  public static Deflated of(byte[] plain, int from, int to) {
    try (var deflater = new Deflater(LEVEL, true)) {
      deflater.setInput(plain, from, to - from);
      deflater.finish();
      byte[] out = new byte[64 + (to - from) / 2];
      int length = 0;
      while (!deflater.finished()) {
        if (length == out.length) {
          out = Arrays.copyOf(out, out.length * 2);
        }
        length += deflater.deflate(out, length, out.length - length);
      }
      return new Deflated(Arrays.copyOf(out, length));
    }
  }

  /// @throws StoreException when the bytes were damaged
  public byte[] plain() throws StoreException {
    try (var inflater = new Inflater(true)) {
      inflater.setInput(bytes);
      var out = new ByteArrayOutputStream(bytes.length * 4);
      byte[] buffer = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        if ((count == 0 && inflater.needsInput()) || out.size() > MAX_PLAIN) {
          throw new StoreException("a stored record is damaged");
        }
        out.write(buffer, 0, count);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new StoreException("a stored record is damaged", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Deflated that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Deflated[" + bytes.length + " bytes]";
  }
}
