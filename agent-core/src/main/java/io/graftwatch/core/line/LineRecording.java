package io.graftwatch.core.line;

import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A recorded log of lines, from a file or standard input, read once from beginning to end.
public final class LineRecording implements Source {
  private static final int BLOCK = 256 * 1024;

  private final InputStream input;
  private final LineReader reader;
  private final Line line = new Line();
  private final LineParser parser;
  private final SourceCounters counters = new SourceCounters();
  private long number;

  /// @throws IOException when the file cannot be opened
  public LineRecording(String kind, Recording recording, Function<Origin, LineParser> parsers)
      throws IOException {
    this(kind, recording, Line.MAX, parsers);
  }

  /// @param maxLine bytes of a line that are handed out; the rest of a longer one is passed over
  LineRecording(String kind, Recording recording, int maxLine, Function<Origin, LineParser> parsers)
      throws IOException {
    long reference = ChronoUnit.MICROS.between(Instant.EPOCH, recording.yearHint());
    var origin =
        new Origin(kind, recording.name(), recording.zone(), () -> reference, time -> time);
    this.parser = parsers.apply(origin);
    this.input = TextInput.of(open(recording.path()));
    this.reader = new LineReader(input::read, BLOCK, maxLine);
  }

  private static InputStream open(@Nullable Path path) throws IOException {
    return path == null ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(path);
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    var handed = new int[1];
    FactSink counting =
        fact -> {
          handed[0]++;
          sink.accept(fact);
        };
    int lines = 0;
    while (handed[0] < limit) {
      boolean terminated = reader.next();
      if (!terminated && !reader.rest()) {
        return lines == 0 ? -1 : lines;
      }
      lines++;
      line.at(reader.buffer(), reader.from(), reader.to(), ++number, reader.cut(), terminated);
      count(parser, line, counting, counters);
    }
    return lines;
  }

  /// Parses one line and counts what became of it, and what it says was lost before it.
  public static void count(LineParser parser, Line line, FactSink sink, SourceCounters counters) {
    if (line.truncated()) {
      counters.note("message_truncated", 1);
    }
    FactSink counting =
        fact -> {
          if (fact instanceof SourceGap gap) {
            counters.lost(Math.max(0, gap.lost()));
            counters.note(gap.reason(), 1);
          }
          sink.accept(fact);
        };
    switch (parser.parse(line, counting)) {
      case PARSED -> counters.parsed(1);
      case FILTERED -> counters.filtered(1);
      case MALFORMED -> counters.malformed(1);
    }
  }

  @Override
  public void wake() {}

  @Override
  public Checkpoint position() {
    return Checkpoint.START;
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
