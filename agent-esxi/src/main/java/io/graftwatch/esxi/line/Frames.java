package io.graftwatch.esxi.line;

import java.io.IOException;
import java.util.Arrays;

/// Cuts a stream of syslog messages into messages (RFC 6587), in place: after [#next] the message
/// is `buffer()[from(), to())` until the next call.
///
/// Whether messages are counted or end with a line feed is decided by the first byte and holds for
/// the whole stream: inside a counted message a line feed is text, and in a stream of lines a
/// continuation may begin with a digit. The buffer grows with what waits in it and may be let go
/// when nothing does, so that an idle stream holds nothing.
public final class Frames {
  /// Longest message that is handed out whole (64 KiB).
  public static final int MAX = 64 * 1024;

  /// A block for streams of which there are many; a TLS record fits into it.
  public static final int SHORT_BLOCK = 20 * 1024;

  private static final int MAX_DIGITS = 9;
  private static final byte[] NONE = {};

  /// Where bytes come from.
  @FunctionalInterface
  public interface Input {
    /// @return bytes put into `buffer`; 0 when there are none now, -1 at the end
    int read(byte[] buffer, int offset, int length) throws IOException;
  }

  private enum Framing {
    UNKNOWN,
    COUNTED,
    LINES
  }

  private final int block;
  private final boolean keeps;
  private byte[] buffer = NONE;
  private int start;
  private int end;
  private int scanned;
  private long skip;

  /// Bytes before `buffer[0]`.
  private long before;

  private boolean skipLine;
  private Framing framing;

  private int from;
  private int to;
  private boolean cut;
  private boolean broken;

  /// @param block bytes to ask for at once
  /// @param counted whether counted messages are possible; else there are lines only
  /// @param keeps the buffer is not let go
  public Frames(int block, boolean counted, boolean keeps) {
    this.block = block;
    this.keeps = keeps;
    this.framing = counted ? Framing.UNKNOWN : Framing.LINES;
  }

  /// Reads once.
  ///
  /// @return what the input returned
  public int fill(Input input) throws IOException {
    before += start;
    if (start == end) {
      start = 0;
      end = 0;
      scanned = 0;
    } else if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      scanned -= start;
      start = 0;
    }
    if (buffer.length - end < block) {
      buffer = Arrays.copyOf(buffer, end + block);
    }
    int read = input.read(buffer, end, buffer.length - end);
    end += Math.max(0, read);
    return read;
  }

  /// Moves to the next whole message in what was read.
  ///
  /// @return false when there is none: [#fill] again
  public boolean next() {
    if (framing == Framing.UNKNOWN && start < end) {
      boolean digit = buffer[start] >= '1' && buffer[start] <= '9';
      framing = digit ? Framing.COUNTED : Framing.LINES;
    }
    broken = false;
    boolean found = framing == Framing.COUNTED ? counted() : line();
    if (!found && start == end) {
      release();
    }
    return found;
  }

  /// At the end of the stream: hands out what stands there unfinished.
  ///
  /// @return false when nothing does
  public boolean rest() {
    if (start == end || skipLine || skip > 0) {
      return false;
    }
    broken = framing == Framing.COUNTED;
    hand(start, Math.min(end, start + MAX), end - start > MAX);
    start = end;
    return true;
  }

  private boolean counted() {
    if (skip > 0) {
      int passed = (int) Math.min(skip, end - start);
      start += passed;
      skip -= passed;
      if (skip > 0) {
        return false;
      }
    }
    while (start < end && (buffer[start] == '\n' || buffer[start] == '\r')) {
      start++; // some senders end counted messages with a line feed, too
    }
    int i = start;
    long length = 0;
    while (i < end && i - start <= MAX_DIGITS && buffer[i] >= '0' && buffer[i] <= '9') {
      length = length * 10 + buffer[i++] - '0';
    }
    if (i == end && i - start <= MAX_DIGITS) {
      return false;
    }
    if (i == start || i - start > MAX_DIGITS || buffer[i] != ' ') {
      return lost();
    }
    int body = i + 1;
    if (length > MAX) {
      if (end - body < MAX) {
        return false;
      }
      hand(body, body + MAX, true);
      start = body + MAX;
      skip = length - MAX;
      return true;
    }
    if (end - body < length) {
      return false;
    }
    hand(body, body + (int) length, false);
    start = body + (int) length;
    return true;
  }

  /// Where a count should stand there is something else: what follows up to the next line feed is
  /// one broken message.
  private boolean lost() {
    broken = true;
    int i = start;
    while (i < end && buffer[i] != '\n' && i - start < MAX) {
      i++;
    }
    hand(start, i, i - start == MAX);
    start = i;
    return true;
  }

  private boolean line() {
    while (true) {
      int i = scanned < start ? start : scanned;
      while (i < end && buffer[i] != '\n') {
        i++;
      }
      scanned = i;
      if (i < end) {
        int begin = start;
        start = i + 1;
        scanned = start;
        if (skipLine) {
          skipLine = false;
          continue;
        }
        hand(begin, Math.min(i, begin + MAX), i - begin > MAX);
        return true;
      }
      if (end - start > MAX) {
        int begin = start;
        start = end;
        if (!skipLine) {
          skipLine = true;
          hand(begin, begin + MAX, true);
          return true;
        }
      }
      return false;
    }
  }

  private void hand(int begin, int stop, boolean tooLong) {
    from = begin;
    to = stop;
    cut = tooLong;
  }

  private void release() {
    if (keeps) {
      return;
    }
    before += start;
    buffer = NONE;
    start = 0;
    end = 0;
    scanned = 0;
  }

  public byte[] buffer() {
    return buffer;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /// Whether the message was longer than [#MAX].
  public boolean cut() {
    return cut;
  }

  /// Whether it is no whole message: the count was wrong, or the stream ended in it.
  public boolean broken() {
    return broken;
  }

  /// Bytes of the stream that the messages handed out so far took, line feeds included.
  public long passed() {
    return before + start;
  }

  /// Whether messages end with a line feed.
  public boolean lines() {
    return framing == Framing.LINES;
  }
}
