package io.graftwatch.linux.line;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of bytes into lines with one buffer, whatever the size of the stream. A UTF-8 byte
/// order mark is skipped, UTF-16 behind its mark is read as UTF-8.
final class LineInput implements AutoCloseable {
  private static final int BUFFER = 4 * Line.MAX;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private final Line line = new Line();
  private int begin;
  private int end;
  private long number;
  private boolean skipping;
  private boolean ended;

  LineInput(InputStream source) throws IOException {
    byte[] mark = source.readNBytes(3);
    Charset wide = wide(mark);
    if (wide != null) {
      this.in = new Utf8Input(new InputStreamReader(joined(mark, 2, source), wide));
    } else {
      boolean marked =
          mark.length == 3
              && mark[0] == (byte) 0xEF
              && mark[1] == (byte) 0xBB
              && mark[2] == (byte) 0xBF;
      this.in = joined(mark, marked ? 3 : 0, source);
    }
  }

  private static @Nullable Charset wide(byte[] mark) {
    if (mark.length < 2) {
      return null;
    }
    int word = (mark[0] & 0xFF) << 8 | (mark[1] & 0xFF);
    return switch (word) {
      case 0xFFFE -> StandardCharsets.UTF_16LE;
      case 0xFEFF -> StandardCharsets.UTF_16BE;
      default -> null;
    };
  }

  private static InputStream joined(byte[] head, int from, InputStream rest) {
    return from >= head.length
        ? rest
        : new SequenceInputStream(new ByteArrayInputStream(head, from, head.length - from), rest);
  }

  /// The next line, or null at the end. It is valid until the next call.
  @Nullable Line next() throws IOException {
    int scanned = begin;
    while (true) {
      for (; scanned < end; scanned++) {
        if (buffer[scanned] == '\n') {
          int from = begin;
          begin = scanned + 1;
          if (skipping) {
            skipping = false;
            scanned = begin - 1;
            continue;
          }
          return line.at(
              buffer,
              from,
              Math.min(scanned, from + Line.MAX),
              ++number,
              scanned - from > Line.MAX,
              true);
        }
      }
      if (skipping) {
        begin = end;
      } else if (end - begin > Line.MAX) {
        skipping = true;
        int from = begin;
        begin = end;
        return line.at(buffer, from, from + Line.MAX, ++number, true, true);
      }
      if (ended) {
        return rest();
      }
      scanned = fill();
    }
  }

  private @Nullable Line rest() {
    if (begin == end) {
      return null;
    }
    int from = begin;
    begin = end;
    return line.at(buffer, from, end, ++number, false, false);
  }

  /// Reads on; returns where the unscanned bytes begin.
  private int fill() throws IOException {
    int kept = end - begin;
    System.arraycopy(buffer, begin, buffer, 0, kept);
    begin = 0;
    end = kept;
    int read = in.read(buffer, end, buffer.length - end);
    if (read < 0) {
      ended = true;
    } else {
      end += read;
    }
    return kept;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /// Characters as UTF-8 bytes; a lone surrogate becomes a question mark.
  private static final class Utf8Input extends InputStream {
    private final Reader reader;
    private final char[] chars = new char[8192];
    private byte[] ready = new byte[0];
    private int at;

    Utf8Input(Reader reader) {
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
