package io.graftwatch.core.source;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.SourceState.State;
import io.graftwatch.core.text.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// One source: opened on a thread of its own when it is due, pumped until it breaks, and due again
/// after a pause that grows, from the last position whose facts were handed over.
final class Feed {
  private static final int LIMIT = 512;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /// Running this long makes a source good again: the next pause is the first one.
  private static final Duration GOOD = Duration.ofMinutes(1);

  private final SourceType type;
  private final SourceConfig config;
  private final Host host;
  private final Intake intake;
  private final InstantSource clock;
  private final Runnable ended;

  private volatile State state;
  private volatile @Nullable String problem;
  private volatile @Nullable String remedy;
  private volatile List<Applicability.Lack> lacks = List.of();
  private volatile @Nullable Source source;
  private volatile @Nullable Thread thread;
  private volatile long pumpBegan;
  private volatile long lastEvent;
  private volatile long lag;
  private volatile long due;
  private volatile boolean stopping;
  private volatile SourceCounters.Snapshot earlier =
      new SourceCounters.Snapshot(0, 0, 0, 0, java.util.Map.of());
  private @Nullable Checkpoint position;
  private Duration pause = FIRST_PAUSE;

  /// @param ended told when the thread of the source has ended
  Feed(
      SourceType type,
      SourceConfig config,
      Host host,
      @Nullable Checkpoint from,
      Intake intake,
      InstantSource clock,
      Runnable ended) {
    this.type = type;
    this.config = config;
    this.host = host;
    this.position = from;
    this.intake = intake;
    this.clock = clock;
    this.ended = ended;
    boolean off = config.mode().equals("off");
    this.state = off ? State.OFF : State.STARTING;
    this.due = off ? Long.MAX_VALUE : 0;
  }

  /// When to call [#launch], milliseconds since the epoch.
  long due() {
    return due;
  }

  /// Looks whether the source can be used, and if so starts its thread.
  void launch() {
    due = Long.MAX_VALUE;
    Applicability fit = type.probe(host);
    switch (fit) {
      case Applicability.Unusable unusable -> {
        unusable(unusable);
        due = clock.millis() + LONGEST_PAUSE.toMillis();
      }
      case Applicability.Usable(List<Applicability.Lack> missing) -> {
        lacks = missing;
        thread =
            Thread.ofPlatform().name("source-" + type.kind()).daemon(true).start(this::attempt);
      }
    }
  }

  /// Asks the thread to end; [#join] waits for it.
  void stop() {
    stopping = true;
    Source open = source;
    if (open != null) {
      open.wake();
    }
  }

  /// @return whether the thread has ended in time
  boolean join(Duration atMost) throws InterruptedException {
    Thread running = thread;
    return running == null || running.join(atMost);
  }

  SourceState state(Duration pumpLimit) {
    State shown = state;
    String why = problem;
    long began = pumpBegan;
    if (shown == State.RUNNING && began > 0 && clock.millis() - began > pumpLimit.toMillis()) {
      shown = State.STALLED;
      why = "has been inside one read for " + (clock.millis() - began) / 1000 + " s";
    }
    return new SourceState(type.kind(), shown, why, remedy, lacks, counters(), lastEvent, lag);
  }

  private void unusable(Applicability.Unusable unusable) {
    // The state comes last: whoever sees it sees why.
    problem = unusable.reason();
    remedy = unusable.remedy();
    state = State.UNUSABLE;
  }

  /// Opens the source and pumps until it breaks or the feed stops.
  private void attempt() {
    long began = clock.millis();
    open();
    boolean good = clock.millis() - began > GOOD.toMillis();
    pause = good ? FIRST_PAUSE : longer(pause);
    due = clock.millis() + pause.toMillis();
    ended.run();
  }

  private void open() {
    // A source may be wrong in any way; whatever it throws is its failure alone.
    try (Source open = type.open(config, host, position)) {
      source = open;
      problem = null;
      remedy = null;
      state = State.RUNNING;
      try {
        pump(open);
      } finally {
        source = null;
        earlier = sum(earlier, open.counters().snapshot());
        pumpBegan = 0;
      }
    } catch (InterruptedException e) {
      stopping = true;
    } catch (IOException | RuntimeException | LinkageError e) {
      String sentence = e.getMessage() == null ? e.toString() : e.getMessage();
      if (!sentence.equals(problem)) {
        Logger.warn("SOURCE_FAILED {}: {}", type.kind(), Terminal.safe(sentence));
      }
      problem = sentence;
      state = State.FAILED;
    }
  }

  private void pump(Source open) throws IOException, InterruptedException {
    if (position == null) {
      // Where the first start ever begins is decided once: told now, it is committed before any
      // fact, and a crash does not make the next start the first one again.
      hand(List.of(), open.position());
    }
    while (!stopping) {
      var facts = new ArrayList<Fact>();
      pumpBegan = clock.millis();
      int read;
      try {
        read = open.pump(facts::add, LIMIT);
      } catch (IOException e) {
        // A log is read again from the last position; what cannot be read again is in here.
        hand(facts, position);
        throw e;
      }
      pumpBegan = 0;
      hand(facts, open.position());
      if (read < 0) {
        throw new IOException("it has ended");
      }
    }
  }

  private void hand(List<Fact> facts, @Nullable Checkpoint reached) throws InterruptedException {
    if (facts.isEmpty() && Objects.equals(reached, position)) {
      return;
    }
    if (!facts.isEmpty()) {
      lastEvent = facts.getLast().time();
      lag = Math.max(0, facts.getLast().provenance().seen() - lastEvent);
    }
    if (intake.put(new Batch(type.kind(), facts, reached))) {
      position = reached;
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private SourceCounters.Snapshot counters() {
    Source open = source;
    return open == null ? earlier : sum(earlier, open.counters().snapshot());
  }

  private static SourceCounters.Snapshot sum(SourceCounters.Snapshot a, SourceCounters.Snapshot b) {
    var notes = new TreeMap<>(a.notes());
    b.notes().forEach((name, count) -> notes.merge(name, count, Long::sum));
    return new SourceCounters.Snapshot(
        a.parsed() + b.parsed(),
        a.malformed() + b.malformed(),
        a.filtered() + b.filtered(),
        a.lost() + b.lost(),
        notes);
  }
}
