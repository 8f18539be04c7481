package io.graftwatch.macos.live;

import io.graftwatch.core.child.ChildLines;
import io.graftwatch.core.child.Respawn;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.macos.unified.Stamp;
import io.graftwatch.macos.unified.UnifiedLogParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The live unified log: a `log stream` child, started again whenever it ends, and before what the
/// new one prints what `log show` has of the time between.
///
/// The stream is started first and waits, bounded, while `log show` is read, so that nothing falls
/// between the two; what both print is handed out once.
final class UnifiedLogSource implements Source {
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final long MINUTE = 60_000;

  /// Between two starts of a child, milliseconds.
  private static final long LEAST_BETWEEN = 1_000;

  /// A child that lived this long was good for something, milliseconds.
  private static final long LIVED = 10_000;

  /// Without a row for so long the child may be deaf: another one and `log show` will tell.
  private static final long SILENCE = 15 * MINUTE;

  private final String log;
  private final String predicate;
  private final Switches switches;
  private final InstantSource clock;
  private final SourceCounters counters = new SourceCounters();
  private final Respawn respawn;
  private final UnifiedLogParser parser;
  private final LineParser once;
  private final Completion completion;
  private final RecentRecords recent = new RecentRecords();
  private final Semaphore woken = new Semaphore(0);
  private final Line line = new Line();

  private volatile @Nullable ChildLines stream;
  private volatile @Nullable CatchUp catchUp;

  /// What the switches leave to be seen, once they were read anew.
  private volatile @Nullable Applicability condition;

  private long begun;
  private long heard;
  private long due;
  private long checked;
  private long number;
  private boolean spoke;
  private boolean introduced;

  /// There is a time before the stream that `log show` has to tell of.
  private boolean resuming;

  private String words = "";
  private LogPosition reached;

  /// @param log absolute path
  /// @param lookUps makes the look-up, given who counts what was not asked
  /// @param from null on the first start ever: begins now
  UnifiedLogSource(
      String log,
      String predicate,
      Switches switches,
      BiFunction<InstantSource, LongConsumer, LookUp> lookUps,
      InstantSource clock,
      @Nullable Checkpoint from) {
    this.log = log;
    this.predicate = predicate;
    this.switches = switches;
    this.clock = clock;
    this.respawn = new Respawn(log);
    this.completion =
        new Completion(
            lookUps.apply(clock, skipped -> counters.note("look_up_skipped", skipped)), this::now);
    this.parser =
        new UnifiedLogParser(
            new Origin("unifiedlog", "log", ZoneOffset.UTC, this::now, _ -> now()),
            completion::executed);
    this.once =
        (read, sink) ->
            parser.parse(
                read,
                fact -> {
                  if (recent.add(fact)) {
                    sink.accept(fact);
                  }
                });
    this.reached = from == null ? LogPosition.at(now()) : LogPosition.read(from.value(), now());
    if (reached.skipped() >= 0) {
      parser.resume(
          new long[] {reached.skipped(), reached.skippedTime(), reached.skippedMachTime()});
    }
    this.heard = clock.millis();
    this.checked = clock.millis();
    this.resuming = from != null;
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    FactSink completed = fact -> completion.complete(fact, sink);
    if (!introduced) {
      introduced = true;
      completion.introduce(sink);
    }
    look(sink);
    if (stream == null && !start(sink)) {
      return 0;
    }
    CatchUp missed = catchUp;
    ChildLines from = missed != null ? missed.child() : stream;
    if (from == null) {
      return 0;
    }
    List<byte[]> lines = from.take(limit, WAIT);
    for (byte[] each : lines) {
      take(each, missed != null, completed);
    }
    completion.flush(sink);
    if (!lines.isEmpty()) {
      heard = clock.millis();
    } else if (from.over()) {
      ended(missed, sink);
    } else if (clock.millis() - heard > SILENCE) {
      counters.note("silent_child", 1);
      heard = clock.millis();
      from.close();
    }
    return lines.size();
  }

  private void take(byte[] bytes, boolean missed, FactSink sink) {
    line.at(bytes, 0, bytes.length, ++number, bytes.length >= Line.MAX, true);
    if (!missed) {
      spoke |= bytes.length > 0 && bytes[0] == '{';
    }
    if (bytes.length > 0 && bytes[0] != '{') {
      words = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8);
    }
    LineRecording.count(once, line, sink, counters);
  }

  /// Starts the stream when it is time, and what reads the time between.
  ///
  /// @return false when it is not time yet
  private boolean start(FactSink sink) throws IOException {
    long left = due - clock.millis();
    if (left > 0) {
      pause(Math.min(left, WAIT.toMillis()));
      return false;
    }
    begun = clock.millis();
    spoke = false;
    words = "";
    stream =
        ChildLines.start(
            List.of(log, "stream", "--style", "ndjson", "--predicate", predicate), true, Line.MAX);
    if (resuming) {
      catchUp = CatchUp.start(log, predicate, position(sink), true);
    }
    resuming = true;
    return true;
  }

  /// Where to read on from; what lies further back than the log is asked for is a gap.
  private long position(FactSink sink) {
    long from = time();
    long earliest = now() - CatchUp.LOOK_BACK;
    if (from < earliest) {
      gap(from, earliest, "look_back", sink);
      return earliest;
    }
    return from;
  }

  private void ended(@Nullable CatchUp missed, FactSink sink) throws IOException {
    if (missed != null) {
      boolean whole = missed.child().succeeded();
      missed.child().close();
      catchUp = whole ? null : missed.again(log, predicate);
      if (!whole && catchUp == null) {
        gap(time(), now(), "catch_up_failed", sink);
      }
      return;
    }
    ChildLines child = stream;
    stream = null;
    if (child != null) {
      child.close();
    }
    counters.note("child_restart", 1);
    long lived = clock.millis() - begun;
    Duration wait = respawn.ended(spoke || lived >= LIVED, words);
    due = Math.max(clock.millis() + wait.toMillis(), begun + LEAST_BETWEEN);
  }

  /// Reads the switches every minute: while the kernel's log is off the source is blind.
  private void look(FactSink sink) {
    long now = clock.millis();
    if (now - checked < MINUTE) {
      return;
    }
    Switches.State state = switches.read();
    condition = new Applicability.Usable(state.lacks());
    if (!state.tcp()) {
      gap(checked * 1000, now * 1000, "tcp_log_off", sink);
      counters.note("tcp_log_off", 1);
    }
    checked = now;
  }

  private void gap(long from, long to, String reason, FactSink sink) {
    String record = to + ":" + reason;
    var provenance =
        new Provenance("unifiedlog", record, Provenance.KERNEL, to, to, null, Raw.NONE);
    Fact gap = new SourceGap(provenance, from, to, -1, reason);
    sink.accept(gap);
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

  /// The newest time that was read, microseconds.
  private long time() {
    return parser.lastTime() == Stamp.NONE
        ? reached.time()
        : Math.max(reached.time(), parser.lastTime());
  }

  @Override
  public void wake() {
    woken.release();
    ChildLines streaming = stream;
    CatchUp missed = catchUp;
    if (streaming != null) {
      streaming.wake();
    }
    if (missed != null) {
      missed.child().wake();
    }
  }

  @Override
  public Checkpoint position() {
    long[] skipped = parser.skippedState();
    // While the time between is read the newest row is not the last one that is missing.
    long time = catchUp == null ? time() : reached.time();
    reached = new LogPosition(time, skipped[0], skipped[1], skipped[2]);
    return new Checkpoint(reached.toString());
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public @Nullable Applicability condition() {
    return condition;
  }

  @Override
  public void close() {
    ChildLines streaming = stream;
    CatchUp missed = catchUp;
    if (streaming != null) {
      streaming.close();
    }
    if (missed != null) {
      missed.child().close();
    }
  }
}
