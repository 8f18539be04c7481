package io.graftwatch.linux.audit;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.LineReader;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.tail.FileWatch;
import io.graftwatch.linux.tail.LogTail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `audit.log`, followed as the audit daemon writes and rotates it.
///
/// The first start ever begins [#LOOK_BACK] bytes before the end; every other one where the last
/// commit left off, rotations included.
final class AuditLogSource implements Source {
  /// How far before the end the very first start begins.
  static final long LOOK_BACK = 256 * 1024;

  private static final int IDLE_MILLIS = 5000;

  /// An incomplete event is given up after 2 s, so somebody must look then.
  private static final int BUSY_MILLIS = 2000;

  /// The daemon writes record by record: what belongs together is taken in one go, and a steady
  /// flow at a pace that nobody feels.
  private static final int GATHER_MILLIS = 10;

  private static final int PACE_MILLIS = 75;

  private static final int MAX_RECORDS = 1 << 16;
  private static final long SECOND = 1_000_000;

  private final SourceCounters counters = new SourceCounters();
  private final AuditStream stream = AuditStream.ofLog(counters);
  private final List<String> troubles = new ArrayList<>();
  private final LogTail tail;
  private final FileWatch watch = new FileWatch();
  private final InstantSource clock;

  /// A position at which no event was incomplete.
  private @Nullable String safe;

  private long safeAt;
  private int troubled;
  private boolean drained;

  AuditLogSource(Path log, @Nullable Checkpoint from, InstantSource clock) throws IOException {
    this.clock = clock;
    this.safe = from == null || from.value().isEmpty() ? null : from.value();
    this.tail = LogTail.open(log, safe, LOOK_BACK, troubles::add);
    watch.add(log, tail);
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (drained) {
      drained = false;
      watch.await(stream.inFlight() > 0 ? BUSY_MILLIS : IDLE_MILLIS);
      watch.gather(GATHER_MILLIS, PACE_MILLIS);
    }
    long now = micros();
    int records = read(sink, limit, now);
    gaps(sink, now);
    drained = records == 0 || drained;
    stream.idle(now, sink);
    stream.settle();
    remember(now);
    return records;
  }

  private int read(FactSink sink, int limit, long now) throws IOException {
    int records = 0;
    long enough = stream.facts() + limit;
    while (stream.facts() < enough && records < MAX_RECORDS) {
      if (!tail.next(now)) {
        drained = true;
        break;
      }
      records++;
      LineReader line = tail.line();
      if (line.cut()) {
        counters.note("line_cut", 1);
        stream.malformed();
      } else {
        stream.line(line.buffer(), line.from(), line.to(), now, sink);
      }
    }
    return records;
  }

  /// Lines were or may have been lost; how many, nobody knows.
  private void gaps(FactSink sink, long now) {
    for (String reason : troubles) {
      counters.note(reason, 1);
      long from = stream.newest() == 0 ? now : stream.newest();
      String record = reason + ":" + now + "." + troubled++;
      sink.accept(
          new SourceGap(
              new Provenance(AuditdType.KIND, record, Provenance.KERNEL, now, now, null, Raw.NONE),
              from,
              now,
              -1,
              reason));
    }
    troubles.clear();
  }

  private void remember(long now) throws IOException {
    if (stream.inFlight() == 0 && (now - safeAt >= SECOND || now < safeAt)) {
      safe = tail.position();
      safeAt = now;
    }
  }

  @Override
  public void wake() {
    watch.wake();
  }

  /// Behind an incomplete event nothing may be committed: its first records would be lost. Records
  /// after the position that were handed out already bear the same ids when they come again.
  @Override
  public Checkpoint position() {
    try {
      String here = stream.inFlight() == 0 ? tail.position() : safe;
      return here == null ? Checkpoint.START : new Checkpoint(here);
    } catch (IOException e) {
      return safe == null ? Checkpoint.START : new Checkpoint(safe);
    }
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  private long micros() {
    Instant now = clock.instant();
    return now.getEpochSecond() * SECOND + now.getNano() / 1000;
  }

  @Override
  public void close() {
    stream.settle();
    tail.close();
    watch.close();
  }
}
