package io.graftwatch.core.source;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.Applicability.Lack;
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

/// One source: opened by its lane's thread when it is due, read in steps until it breaks, and due
/// again after a pause that grows, from the last position whose facts were handed over.
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
  private final Runnable broken;

  private volatile State state;
  private volatile @Nullable String problem;
  private volatile @Nullable String remedy;
  private volatile List<Lack> lacks = List.of();
  private volatile @Nullable Source source;
  private volatile boolean wanted;
  private volatile long pumpBegan;
  private volatile long lastEvent;
  private volatile long lag;
  private volatile long due;
  private volatile SourceCounters.Snapshot earlier =
      new SourceCounters.Snapshot(0, 0, 0, 0, java.util.Map.of());
  private @Nullable Checkpoint position;
  private long opened;
  private Duration pause = FIRST_PAUSE;

  /// @param broken told when the source is to be looked at again later
  Feed(
      SourceType type,
      SourceConfig config,
      Host host,
      @Nullable Checkpoint from,
      Intake intake,
      InstantSource clock,
      Runnable broken) {
    this.type = type;
    this.config = config;
    this.host = host;
    this.position = from;
    this.intake = intake;
    this.clock = clock;
    this.broken = broken;
    boolean off = config.mode().equals("off");
    this.state = off ? State.OFF : State.STARTING;
    this.due = off ? Long.MAX_VALUE : 0;
  }

  String kind() {
    return type.kind();
  }

  /// When to call [#probe], milliseconds since the epoch.
  long due() {
    return due;
  }

  /// Looks whether the source can be used.
  ///
  /// @return whether the lane's thread has something to open
  boolean probe() {
    due = Long.MAX_VALUE;
    switch (type.probe(host)) {
      case Applicability.Unusable unusable -> {
        unusable(unusable);
        due = clock.millis() + LONGEST_PAUSE.toMillis();
      }
      case Applicability.Usable(List<Lack> missing) -> {
        lacks = missing;
        wanted = true;
      }
    }
    return wanted;
  }

  /// Whether it is open or should be.
  boolean busy() {
    return wanted || source != null;
  }

  boolean isOpen() {
    return source != null;
  }

  /// Ends the read in progress. Any thread.
  void wake() {
    Source open = source;
    if (open != null) {
      open.wake();
    }
  }

  /// How long the read in progress has taken if that is longer than `limit`, else 0: milliseconds.
  long inside(Duration limit) {
    long began = pumpBegan;
    long took = began == 0 || state != State.RUNNING ? 0 : clock.millis() - began;
    return took > limit.toMillis() ? took : 0;
  }

  /// @param hanging the source of this lane that hangs in a read
  SourceState state(@Nullable Feed hanging, Duration pumpLimit) {
    State shown = state;
    String why = problem;
    String mend = remedy;
    List<Lack> missing = lacks;
    Source open = source;
    switch (open == null ? null : open.condition()) {
      case null -> {}
      case Applicability.Usable(List<Lack> now) -> {
        missing = now;
        why = now.isEmpty() ? why : String.join("; ", now.stream().map(Lack::what).toList());
      }
      case Applicability.Unusable(String reason, String with) -> {
        shown = State.FAILED;
        why = reason;
        mend = with;
      }
    }
    if (hanging != null && busy()) {
      shown = State.STALLED;
      long seconds = hanging.inside(pumpLimit) / 1000;
      why =
          hanging == this
              ? "has been inside one read for " + seconds + " s"
              : "waits for " + hanging.kind() + ", inside one read for " + seconds + " s";
    }
    return new SourceState(type.kind(), shown, why, mend, missing, counters(), lastEvent, lag);
  }

  private void unusable(Applicability.Unusable unusable) {
    // The state comes last: whoever sees it sees why.
    problem = unusable.reason();
    remedy = unusable.remedy();
    state = State.UNUSABLE;
  }

  /// Opens the source if that is wanted, else reads on if it is open.
  ///
  /// @return native records read
  int step() throws InterruptedException {
    Source open = source;
    // A source may be wrong in any way; whatever it throws is its failure alone.
    try {
      if (open != null) {
        return pump(open);
      }
      if (wanted) {
        wanted = false;
        open();
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      broke(e);
    }
    return 0;
  }

  private void open() throws IOException, InterruptedException {
    opened = clock.millis();
    Source open = type.open(config, host, position);
    source = open;
    problem = null;
    remedy = null;
    state = State.RUNNING;
    if (position == null) {
      // Where the first start ever begins is decided once: told now, it is committed before any
      // fact, and a crash does not make the next start the first one again.
      hand(List.of(), open.position());
    }
  }

  private int pump(Source open) throws IOException, InterruptedException {
    var facts = new ArrayList<Fact>();
    pumpBegan = clock.millis();
    int read;
    try {
      read = open.pump(facts::add, LIMIT);
    } catch (IOException e) {
      // A log is read again from the last position; what cannot be read again is in here.
      hand(facts, position);
      throw e;
    } finally {
      pumpBegan = 0;
    }
    hand(facts, open.position());
    if (read < 0) {
      throw new IOException("it has ended");
    }
    return read;
  }

  /// Closes the source after a failure; it is due again after a pause.
  void broke(Throwable failure) {
    String sentence = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (!sentence.equals(problem)) {
      Logger.warn("SOURCE_FAILED {}: {}", type.kind(), Terminal.safe(sentence));
    }
    close();
    problem = sentence;
    state = State.FAILED;
    boolean good = clock.millis() - opened > GOOD.toMillis();
    pause = good ? FIRST_PAUSE : longer(pause);
    due = clock.millis() + pause.toMillis();
    broken.run();
  }

  /// Closes the source if it is open.
  void close() {
    Source open = source;
    if (open == null) {
      return;
    }
    source = null;
    earlier = sum(earlier, open.counters().snapshot());
    try {
      open.close();
    } catch (RuntimeException | LinkageError e) {
      Logger.warn("{} could not be closed: {}", type.kind(), Terminal.safe(String.valueOf(e)));
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
