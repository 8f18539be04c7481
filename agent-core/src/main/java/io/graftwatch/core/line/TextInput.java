package io.graftwatch.core.line;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Text as UTF-8 bytes, whatever mark stands before it: a UTF-8 byte order mark is skipped, UTF-16
/// behind its mark is transcoded, all else stays as it is.
final class TextInput {
  private static final int UTF_16LE_MARK = 0xFFFE;
  private static final int UTF_16BE_MARK = 0xFEFF;
  private static final int UTF_8_MARK = 0xEFBBBF;

  private TextInput() {}

  static InputStream of(InputStream source) throws IOException {
    byte[] head = source.readNBytes(3);
    int mark = 0;
    for (byte b : head) {
      mark = mark << 8 | (b & 0xFF);
    }
    if (mark == UTF_8_MARK) {
      return source;
    }
    return switch (head.length < 2 ? 0 : mark >> (8 * (head.length - 2))) {
      case UTF_16LE_MARK -> wide(head, source, StandardCharsets.UTF_16LE);
      case UTF_16BE_MARK -> wide(head, source, StandardCharsets.UTF_16BE);
      default -> joined(head, 0, source);
    };
  }

  private static InputStream wide(byte[] head, InputStream rest, Charset charset) {
    return new Utf8(new InputStreamReader(joined(head, 2, rest), charset));
  }

  private static InputStream joined(byte[] head, int from, InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(head, from, head.length - from), rest);
  }

  /// Characters as UTF-8 bytes; a lone surrogate becomes a question mark.
  private static final class Utf8 extends InputStream {
    private final Reader reader;
    private final char[] chars = new char[8192];
    private byte[] ready = new byte[0];
    private int at;

    Utf8(Reader reader) {
      this.reader = reader;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (at == ready.length) {
        int read = reader.read(chars, 0, chars.length - 1);
        if (read < 0) {
          return -1;
        }
        if (Character.isHighSurrogate(chars[read - 1])) {
          int low = reader.read();
          if (low >= 0) {
            chars[read++] = (char) low;
          }
        }
        ready = new String(chars, 0, read).getBytes(StandardCharsets.UTF_8);
        at = 0;
      }
      int copied = Math.min(length, ready.length - at);
      System.arraycopy(ready, at, target, offset, copied);
      at += copied;
      return copied;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
