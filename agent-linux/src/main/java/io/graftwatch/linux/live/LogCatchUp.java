package io.graftwatch.linux.live;

import io.graftwatch.core.line.LineReader;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.audit.AuditStream;
import io.graftwatch.linux.tail.Readability;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Reads what passed while the agent was away from `audit.log` and its rotated predecessors
/// (`audit.log.1` is the newest of them). Records that came by netlink too are told apart by the
/// parser they share.
final class LogCatchUp implements AutoCloseable {
  private static final int MAX_ROTATED = 99;
  private static final int BLOCK = 256 * 1024;

  /// Bytes of a line before its time stamp: `node=… type=SYSCALL msg=audit(`.
  private static final int MAX_HEAD = 400;

  private static final byte[] STAMP = {'m', 's', 'g', '=', 'a', 'u', 'd', 'i', 't', '('};

  private final ArrayDeque<Path> files;
  private final long since;
  private @Nullable InputStream open;
  private @Nullable LineReader lines;
  private long oldest = Long.MAX_VALUE;

  private LogCatchUp(ArrayDeque<Path> files, long since) {
    this.files = files;
    this.since = since;
  }

  /// Finds the files that can hold something.
  ///
  /// @param log the newest file
  /// @param since event time from which on lines count, microseconds since the epoch
  /// @return null when there is no log to read
  static @Nullable LogCatchUp of(Path log, long since) {
    var files = new ArrayDeque<Path>();
    Path file = log;
    for (int i = 1; i <= MAX_ROTATED && changedAfter(file, since); i++) {
      files.addFirst(file);
      file = Path.of(log + "." + i);
    }
    return files.isEmpty() ? null : new LogCatchUp(files, since);
  }

  private static boolean changedAfter(Path file, long since) {
    try {
      return Readability.file(file)
          && Files.getLastModifiedTime(file).toMillis() >= since / 1000 - 1000;
    } catch (IOException e) {
      return false;
    }
  }

  /// Reads on.
  ///
  /// @param limit most lines that are looked at
  /// @return lines given to the parser, or -1 when the end is reached; later calls try again
  int pump(AuditStream stream, long now, FactSink sink, int limit) throws IOException {
    int given = 0;
    for (int i = 0; i < limit; i++) {
      LineReader reader = lines == null ? next() : lines;
      if (reader == null) {
        return -1;
      }
      if (!reader.next()) {
        if (files.isEmpty()) {
          return given == 0 ? -1 : given;
        }
        lines = null;
        continue;
      }
      long time = time(reader.buffer(), reader.from(), reader.to());
      if (time >= 0) {
        oldest = Math.min(oldest, time);
      }
      if (time >= since && !reader.cut()) {
        stream.line(reader.buffer(), reader.from(), reader.to(), now, sink);
        given++;
      }
    }
    return given;
  }

  private @Nullable LineReader next() throws IOException {
    Path file = files.pollFirst();
    if (file == null) {
      return null;
    }
    close();
    InputStream input = new FileInputStream(file.toFile());
    open = input;
    lines = new LineReader(input::read, BLOCK, LineReader.MAX_LINE);
    return lines;
  }

  /// Time of the oldest line seen, microseconds since the epoch.
  long oldest() {
    return oldest;
  }

  /// Event time of a line; -1 when it has none.
  static long time(byte[] line, int from, int to) {
    int end = Math.min(to, from + MAX_HEAD);
    for (int at = from; at < end - STAMP.length; at++) {
      int matched = 0;
      while (matched < STAMP.length && line[at + matched] == STAMP[matched]) {
        matched++;
      }
      if (matched == STAMP.length) {
        return micros(line, at + matched, end);
      }
    }
    return -1;
  }

  /// `1795487614.404:` in microseconds.
  private static long micros(byte[] line, int from, int end) {
    long seconds = 0;
    int at = from;
    for (; at < end && line[at] >= '0' && line[at] <= '9' && at - from < 12; at++) {
      seconds = seconds * 10 + line[at] - '0';
    }
    if (at + 4 >= end || line[at] != '.' || line[at + 4] != ':') {
      return -1;
    }
    long millis = 0;
    for (int i = at + 1; i < at + 4; i++) {
      millis = millis * 10 + line[i] - '0';
    }
    return seconds * Micros.SECOND + millis * 1000;
  }

  @Override
  public void close() throws IOException {
    InputStream input = open;
    if (input != null) {
      open = null;
      lines = null;
      input.close();
    }
  }
}
