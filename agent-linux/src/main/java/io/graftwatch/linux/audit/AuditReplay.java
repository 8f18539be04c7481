package io.graftwatch.linux.audit;

import io.graftwatch.core.line.LineReader;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// A recorded `audit.log`, from a file or standard input. Memory does not depend on its size.
final class AuditReplay implements Source {
  private static final int BLOCK = 256 * 1024;

  private final InputStream input;
  private final boolean own;
  private final LineReader lines;
  private final SourceCounters counters = new SourceCounters();
  private final AuditStream stream = AuditStream.ofRecording(counters);
  private boolean ended;

  AuditReplay(Recording recording) throws IOException {
    Path path = recording.path();
    own = path != null;
    input = path == null ? System.in : new FileInputStream(path.toFile());
    lines = new LineReader(input::read, BLOCK, LineReader.MAX_LINE);
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (ended) {
      return -1;
    }
    int records = 0;
    long enough = stream.facts() + limit;
    while (stream.facts() < enough && records < 1 << 16) {
      if (lines.next()) {
        records++;
        if (lines.cut()) {
          counters.note("line_cut", 1);
          stream.malformed();
        } else {
          stream.line(lines.buffer(), lines.from(), lines.to(), 0, sink);
        }
      } else {
        end(sink);
        records++;
        break;
      }
    }
    stream.settle();
    return records;
  }

  private void end(FactSink sink) {
    ended = true;
    if (lines.rest()) {
      stream.lastLine(lines.buffer(), lines.from(), lines.to(), sink);
    }
    stream.flush(sink);
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
    if (own) {
      try {
        input.close();
      } catch (IOException _) {
        // A file that was only read has nothing left to lose.
      }
    }
  }
}
