package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.esxi.line.Frames;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A recording of ESXi's messages, from a file or standard input, read once from beginning to end.
public final class EsxiRecording implements Source {
  private static final int BLOCK = 256 * 1024;

  private final InputStream input;
  private final Frames frames;
  private final EsxiReader reader;
  private final Line line = new Line();
  private final SourceCounters counters = new SourceCounters();
  private long number;

  /// @param wire bytes as they come over the wire, any framing; else lines of log files
  /// @throws IOException when the file cannot be opened
  public EsxiRecording(String kind, boolean wire, Recording recording) throws IOException {
    long reference = ChronoUnit.MICROS.between(Instant.EPOCH, recording.yearHint());
    var origin =
        new Origin(kind, recording.name(), recording.zone(), () -> reference, time -> time);
    this.frames = new Frames(BLOCK, wire, true);
    this.reader = new EsxiReader(origin, Provenance.KERNEL, wire, null, counters, OwnSessions.NONE);
    this.input =
        recording.path() == null
            ? new FileInputStream(FileDescriptor.in)
            : Files.newInputStream(recording.path());
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    var handed = new int[1];
    FactSink counting =
        fact -> {
          handed[0]++;
          sink.accept(fact);
        };
    int messages = 0;
    while (handed[0] < limit) {
      boolean whole = frames.next();
      if (!whole && frames.fill(input::read) > 0) {
        continue;
      }
      if (!whole && !frames.rest()) {
        return messages == 0 ? -1 : messages;
      }
      messages++;
      line.at(frames.buffer(), frames.from(), frames.to(), ++number, frames.cut(), whole);
      reader.read(line, frames.lines(), frames.broken(), counting);
    }
    return messages;
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
