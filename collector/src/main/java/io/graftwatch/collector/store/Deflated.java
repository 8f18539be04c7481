package io.graftwatch.collector.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Bytes at rest: raw deflate (RFC 1951) with a preset dictionary that holds what findings have in
/// common. A finding of 5 KB takes a twelfth of that.
///
/// A first byte says which dictionary it was: its number above the bits `110`. No deflate stream
/// begins with those, since they would announce a block of the reserved kind, so what was stored
/// before there were dictionaries is told by its own first byte.
public final class Deflated {
  private static final int LEVEL = 6;
  private static final int MAX_PLAIN = 16 << 20;
  private static final int MARK = 0b110;
  private static final int MARK_BITS = 3;

  /// The last one is written with. A dictionary never changes: what it packed could not be read.
  private static final List<byte[]> DICTIONARIES = List.of(dictionary("dictionary-1.txt"));

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

  public static Deflated of(byte[] plain) {
    return of(plain, 0, plain.length);
  }

  public static Deflated of(byte[] plain, int from, int to) {
    try (var deflater = new Deflater(LEVEL, true)) {
      deflater.setDictionary(DICTIONARIES.getLast());
      deflater.setInput(plain, from, to - from);
      deflater.finish();
      byte[] out = new byte[64 + (to - from) / 4];
      out[0] = (byte) (DICTIONARIES.size() << MARK_BITS | MARK);
      int length = 1;
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
      byte[] dictionary = dictionary();
      if (dictionary == null) {
        inflater.setInput(bytes);
      } else {
        inflater.setDictionary(dictionary);
        inflater.setInput(bytes, 1, bytes.length - 1);
      }
      var out = new ByteArrayOutputStream(bytes.length * 8);
      byte[] buffer = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        boolean cutOff = count == 0 && !inflater.finished();
        if (cutOff || out.size() > MAX_PLAIN) {
          throw new StoreException("a stored record is damaged");
        }
        out.write(buffer, 0, count);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new StoreException("a stored record is damaged", e);
    }
  }

  /// The dictionary that it needs, null for none.
  private byte @Nullable [] dictionary() throws StoreException {
    if (bytes.length == 0 || (bytes[0] & MARK) != MARK) {
      return null;
    }
    int number = (bytes[0] & 0xff) >>> MARK_BITS;
    if (number == 0 || number > DICTIONARIES.size()) {
      throw new StoreException("a stored record is damaged, or from a newer collector");
    }
    return DICTIONARIES.get(number - 1);
  }

  private static byte[] dictionary(String file) {
    try (InputStream in = Deflated.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the package lacks " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
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
