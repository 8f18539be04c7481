package io.graftwatch.core.line;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Cuts bytes into lines, in place and without allocation: after [#next] the line is
/// `buffer()[from(), to())`, without its LF or CRLF, until the next call.
///
/// A line longer than the limit is handed out once, cut there and marked; its rest is passed over.
/// Bytes are not decoded: NUL, ESC and what is no UTF-8 arrive as they are.
public final class LineReader {
  /// Longest line that is handed out whole (F35).
  public static final int MAX_LINE = 64 * 1024;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long LINE_FEEDS = '\n' * ONES;

  /// Where bytes come from; `InputStream::read` fits.
  @FunctionalInterface
  public interface Input {
    /// @return bytes put into `buffer`, -1 when there are none (yet)
    int read(byte[] buffer, int offset, int length) throws IOException;
  }

  private final Input input;
  private final byte[] buffer;
  private final int maxLine;
  private int start;
  private int end;
  private int scanned;
  private boolean skipping;

  private int from;
  private int to;
  private boolean cut;
  private long offset;

  /// @param block bytes to read at once; the buffer is that and one longest line
  public LineReader(Input input, int block, int maxLine) {
    this.input = input;
    this.maxLine = maxLine;
    this.buffer = new byte[block + maxLine + 2];
  }

  /// Moves to the next line that has its end.
  ///
  /// @return false when the input has no more complete line now; later calls try again
  public boolean next() throws IOException {
    while (true) {
      byte[] b = buffer;
      int stop = end;
      int i = newline(b, scanned, stop);
      if (i < stop) {
        int begin = start;
        start = i + 1;
        scanned = i + 1;
        offset += i + 1 - begin;
        if (skipping) {
          skipping = false;
          continue;
        }
        line(begin, i > begin && b[i - 1] == '\r' ? i - 1 : i, i - begin > maxLine);
        return true;
      }
      scanned = i;
      if (end - start > maxLine) {
        int begin = start;
        boolean rest = skipping;
        skipping = true;
        offset += end - start;
        start = end;
        if (!rest) {
          line(begin, begin + maxLine, true);
          return true;
        }
      }
      if (!fill()) {
        return false;
      }
    }
  }

  /// At the end of the input: hands out what stands there without a line end.
  ///
  /// @return false when nothing does
  public boolean rest() {
    if (skipping || start == end) {
      return false;
    }
    line(start, end, false);
    offset += end - start;
    start = end;
    scanned = end;
    return true;
  }

  /// Where the next line feed stands, or `stop`: eight bytes at a time, since every byte of a
  /// recording passes here.
  private static int newline(byte[] b, int start, int stop) {
    int i = start;
    for (; i + 8 <= stop; i += 8) {
      long x = (long) EIGHT.get(b, i) ^ LINE_FEEDS;
      long zero = (x - ONES) & ~x & HIGH_BITS;
      if (zero != 0) {
        return i + (Long.numberOfTrailingZeros(zero) >>> 3);
      }
    }
    while (i < stop && b[i] != '\n') {
      i++;
    }
    return i;
  }

  private void line(int begin, int stop, boolean tooLong) {
    from = begin;
    to = tooLong ? Math.min(stop, begin + maxLine) : stop;
    cut = tooLong;
  }

  private boolean fill() throws IOException {
    if (start > 0 && buffer.length - end < buffer.length - maxLine - 2) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      scanned -= start;
      start = 0;
    }
    int read = input.read(buffer, end, buffer.length - end);
    if (read <= 0) {
      return false;
    }
    end += read;
    return true;
  }

  public byte[] buffer() {
    return buffer;
  }

  /// First byte of the line.
  public int from() {
    return from;
  }

  /// Byte after the line's last.
  public int to() {
    return to;
  }

  /// Whether the line was longer than the limit.
  public boolean cut() {
    return cut;
  }

  /// Bytes of the input that the lines handed out so far took, line ends included.
  public long offset() {
    return offset;
  }

  /// Forgets what is buffered and starts anew at `position` of another input.
  public void restart(long position) {
    start = 0;
    end = 0;
    scanned = 0;
    skipping = false;
    offset = position;
  }
}
