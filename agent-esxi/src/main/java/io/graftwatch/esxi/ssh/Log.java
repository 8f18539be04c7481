package io.graftwatch.esxi.ssh;

import io.graftwatch.core.line.Line;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.esxi.line.Frames;
import io.graftwatch.esxi.map.EsxiReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// One log file of one host: what has been read of it, and where the next reading goes on. Only the
/// pumping thread touches it, but for [#position].
final class Log {
  /// Bytes of a first line that tell one file from another.
  static final int HEAD = 512;

  private static final byte[] NOTICE = "tail: ".getBytes(StandardCharsets.ISO_8859_1);

  /// Where a file has been read to.
  ///
  /// @param offset bytes of whole lines
  /// @param id what its first line gives; empty when it has none yet
  record Position(long offset, String id) {}

  private final String path;
  private final EsxiReader reader;
  private final Line line = new Line();
  private Frames frames = new Frames(Frames.SHORT_BLOCK, false, false);

  /// The stream comes through a terminal, which puts a carriage return before each line feed.
  private boolean terminal;

  private long begun;
  private long lines;
  private String id = "";
  private volatile @Nullable Position position;

  /// tail has gone on with another file. What it read of the one before may lack its end: the
  /// stream is ended, and the next one begins at the position.
  private volatile boolean rotated;

  private volatile @Nullable Runnable stream;

  /// @param position null: it has never been read
  Log(String path, EsxiReader reader, @Nullable Position position) {
    this.path = path;
    this.reader = reader;
    this.position = position;
  }

  String path() {
    return path;
  }

  /// A stream is about to be read.
  ///
  /// @param end ends it
  void streams(Runnable end) {
    rotated = false;
    stream = end;
  }

  boolean rotated() {
    return rotated;
  }

  @Nullable Position position() {
    return position;
  }

  /// A stream begins that stands at this place of the file.
  void begins(Position at, boolean throughTerminal) {
    frames = new Frames(Frames.SHORT_BLOCK, false, false);
    terminal = throughTerminal;
    begun = at.offset();
    lines = 0;
    id = at.id();
    position = at;
  }

  /// Reads on.
  ///
  /// @return lines read
  int take(byte[] bytes, int length, FactSink sink) throws IOException {
    if (rotated) {
      return 0;
    }
    int[] given = new int[1];
    int read = 0;
    while (given[0] < length) {
      frames.fill((buffer, offset, room) -> {
        int some = Math.min(room, length - given[0]);
        System.arraycopy(bytes, given[0], buffer, offset, some);
        given[0] += some;
        return some;
      });
      while (!rotated && frames.next()) {
        read += line(sink);
      }
    }
    return read;
  }

  private int line(FactSink sink) {
    if (terminal && isNotice()) {
      rotated = true;
      Runnable end = stream;
      if (end != null) {
        end.run();
      }
      return 0;
    }
    lines++;
    line.at(frames.buffer(), frames.from(), frames.to(), lines, frames.cut(), true);
    if (id.isEmpty()) {
      id = id(frames.buffer(), line.from(), line.length());
    }
    reader.read(line, true, false, sink);
    position = new Position(begun + frames.passed() - (terminal ? lines : 0), id);
    return 1;
  }

  /// tail says that it goes on with another file: `tail: FILE has been replaced; …`.
  private boolean isNotice() {
    byte[] buffer = frames.buffer();
    if (frames.to() - frames.from() < NOTICE.length) {
      return false;
    }
    for (int i = 0; i < NOTICE.length; i++) {
      if (buffer[frames.from() + i] != NOTICE[i]) {
        return false;
      }
    }
    String text =
        new String(buffer, frames.from(), frames.to() - frames.from(), StandardCharsets.UTF_8);
    return text.contains(path)
        && (text.contains("replaced")
            || text.contains("appeared")
            || text.contains("accessible")
            || text.contains("truncated"));
  }

  /// The identity of a file that begins so; empty when its first line has no end yet.
  static String id(byte[] head) {
    int end = 0;
    while (end < head.length && head[end] != '\n') {
      end++;
    }
    return end == head.length && end < HEAD ? "" : id(head, 0, end);
  }

  private static String id(byte[] bytes, int from, int length) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes, from, Math.min(length, HEAD));
      return HexFormat.of().formatHex(sha256.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
