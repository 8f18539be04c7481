package io.graftwatch.testbed.audit;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.audit.AuditdType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;

/// Replays an audit log through parser, reassembler and mapper, without an engine behind them, on
/// one thread, and prints what came out and how fast. Argument: file.
public final class AuditReplayBench {
  private AuditReplayBench() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    var recording =
        new Recording(file, file.toString(), ZoneOffset.UTC, Instant.EPOCH, SourceConfig.AUTO);
    long start = System.nanoTime();
    var sink = new Counter();
    try (Source source = new AuditdType().replay(recording)) {
      while (source.pump(sink, 1024) >= 0) {
        // reads on
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      SourceCounters.Snapshot count = source.counters().snapshot();
      System.out.printf(
          "graftwatch: %.0f MB/s, %d records, %d facts, %d malformed, %.2f s%n",
          Files.size(file) / seconds / 1e6, count.read(), sink.facts, count.malformed(), seconds);
    }
  }

  private static final class Counter implements FactSink {
    private long facts;

    @Override
    public void accept(Fact fact) {
      facts++;
    }
  }
}
