package io.graftwatch.macos.live;

import io.graftwatch.core.child.ChildLines;
import io.graftwatch.core.child.Respawn;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.macos.es.EsloggerParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The live process events, through an `eslogger` child. What happens while none runs nobody keeps:
/// it is a gap. One that lags behind is ended and started again, as waiting makes it lose more.
final class EsloggerSource implements Source {
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final long LEAST_BETWEEN = 1_000;
  private static final long LIVED = 10_000;

  /// So old an event means that the child has fallen behind. Microseconds.
  private static final long LAG = TimeUnit.SECONDS.toMicros(60);

  private final String eslogger;
  private final InstantSource clock;
  private final SourceCounters counters = new SourceCounters();
  private final Respawn respawn;
  private final Semaphore woken = new Semaphore(0);
  private final Line line = new Line();
  private EsloggerParser parser;
  private volatile @Nullable ChildLines child;
  private long begun;
  private long due;
  private long endedAt;
  private long number;
  private long newest;
  private boolean spoke;
  private String words = "";

  /// @param eslogger absolute path
  EsloggerSource(String eslogger, InstantSource clock) {
    this.eslogger = eslogger;
    this.clock = clock;
    this.respawn = new Respawn(eslogger);
    this.parser = parser();
  }

  private EsloggerParser parser() {
    return new EsloggerParser(
        new Origin("eslogger", "eslogger", ZoneOffset.UTC, this::now, _ -> now()));
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    ChildLines running = child;
    if (running == null) {
      running = start(sink);
    }
    if (running == null) {
      return 0;
    }
    List<byte[]> lines = running.take(limit, WAIT);
    for (byte[] each : lines) {
      take(each, sink);
    }
    if (lines.isEmpty() && running.over()) {
      ended(running);
    } else if (!lines.isEmpty() && now() - newest > LAG && newest > 0) {
      counters.note("lagging_child", 1);
      running.close();
    }
    return lines.size();
  }

  private void take(byte[] bytes, FactSink sink) {
    line.at(bytes, 0, bytes.length, ++number, bytes.length >= EsloggerParser.MAX_LINE, true);
    boolean event = bytes.length > 0 && bytes[0] == '{';
    spoke |= event;
    if (!event) {
      words = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8);
    }
    LineRecording.count(
        parser,
        line,
        fact -> {
          newest = Math.max(newest, fact.time());
          sink.accept(fact);
        },
        counters);
  }

  private @Nullable ChildLines start(FactSink sink) throws IOException {
    long left = due - clock.millis();
    if (left > 0) {
      pause(Math.min(left, WAIT.toMillis()));
      return null;
    }
    begun = clock.millis();
    spoke = false;
    words = "";
    newest = 0;
    ChildLines started =
        ChildLines.start(List.of(eslogger, "exec", "fork", "exit"), true, EsloggerParser.MAX_LINE);
    child = started;
    if (endedAt > 0) {
      long now = now();
      var provenance =
          new Provenance(
              "eslogger", now + ":child_restart", Provenance.KERNEL, now, now, null, Raw.NONE);
      sink.accept(new SourceGap(provenance, endedAt, now, -1, "child_restart"));
    }
    return started;
  }

  private void ended(ChildLines running) throws IOException {
    running.close();
    child = null;
    parser = parser(); // the next child counts from the beginning
    endedAt = now();
    counters.note("child_restart", 1);
    boolean good = spoke || clock.millis() - begun >= LIVED;
    Duration wait = respawn.ended(good, words);
    due = Math.max(clock.millis() + wait.toMillis(), begun + LEAST_BETWEEN);
  }

  private void pause(long millis) {
    try {
      boolean _ = woken.tryAcquire(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private long now() {
    return clock.millis() * 1000;
  }

  @Override
  public void wake() {
    woken.release();
    ChildLines running = child;
    if (running != null) {
      running.wake();
    }
  }

  /// Nothing can be read again.
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
    ChildLines running = child;
    if (running != null) {
      running.close();
    }
  }
}
