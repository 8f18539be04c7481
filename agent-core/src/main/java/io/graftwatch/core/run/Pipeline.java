package io.graftwatch.core.run;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.ledger.CoverageBook;
import io.graftwatch.core.source.Batch;
import io.graftwatch.core.source.Intake;
import io.graftwatch.core.source.SourceState;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.journal.Journal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// The detection thread: facts in, findings into the journal, and now and then one commit of
/// checkpoints and detector state. It owns the detector; nobody else touches it.
final class Pipeline implements Runnable {
  /// Between two commits, and between two looks at health.
  static final Duration ROUND = Duration.ofSeconds(10);

  /// Facts that wait for a parent wait this long, so after a fact the clock is told more often.
  private static final Duration SETTLE = Duration.ofSeconds(6);

  /// So soon after a finding the status says what became of it.
  private static final Duration SHOW = Duration.ofSeconds(2);

  private static final Duration TICK = Duration.ofSeconds(1);

  /// A commit may take this part of the thread's time: state that is slow to write is written less
  /// often, unless there was a finding.
  private static final int COMMIT_SHARE = 1000;

  /// What no source keeps is lost with a crash, so nothing waits longer for its commit.
  private static final Duration LONGEST_COMMIT = Duration.ofSeconds(60);

  private final Intake intake;
  private final Journal journal;
  private final CoverageBook coverageBook;
  private final Supplier<List<SourceState>> states;
  private final InstantSource clock;
  private final Runnable eachRound;
  private final Map<String, String> positions;
  private final Set<String> heard = new HashSet<>();
  private final AtomicReference<@Nullable UnaryOperator<Detector>> exchange =
      new AtomicReference<>();

  private Detector detector;
  private boolean dirty;
  private long lastFact;
  private long nextRound;
  private long nextCommit;
  private volatile boolean stopping;
  private volatile List<Coverage> coverage = List.of();

  /// @param positions the checkpoints that the detector's state belongs to
  /// @param eachRound called every [#ROUND], after coverage has been worked out
  Pipeline(
      Intake intake,
      Detector detector,
      Journal journal,
      CoverageBook coverageBook,
      Map<String, String> positions,
      Supplier<List<SourceState>> states,
      InstantSource clock,
      Runnable eachRound) {
    this.intake = intake;
    this.detector = detector;
    this.journal = journal;
    this.coverageBook = coverageBook;
    this.positions = new HashMap<>(positions);
    this.states = states;
    this.clock = clock;
    this.eachRound = eachRound;
  }

  /// The coverage as last worked out. Any thread.
  List<Coverage> coverage() {
    return coverage;
  }

  /// Replaces the detector at the next opportunity, by one made from its state. Any thread.
  void exchange(UnaryOperator<Detector> next) {
    exchange.set(next);
    intake.wake();
  }

  /// Lets the thread end after what is in the intake. Any thread; close the intake first.
  void stop() {
    stopping = true;
    intake.wake();
  }

  @Override
  public void run() {
    try {
      round(micros());
      while (true) {
        boolean last = stopping;
        Batch batch = intake.take(last ? Duration.ZERO : pause());
        if (batch != null) {
          take(batch);
        } else if (last) {
          break;
        }
        exchangeNow();
        long now = micros();
        detector.advance(now);
        publish();
        if (now >= nextRound) {
          round(now);
        }
      }
      commit();
    } catch (InterruptedException e) {
      Logger.warn("The detection thread was interrupted; the last commit holds.");
    }
  }

  private void take(Batch batch) {
    if (heard.add(batch.source())) {
      // Its state has changed since the last look, and a finding must not say that it is blind.
      look(micros());
      nextRound = 0;
      nextCommit = 0;
    }
    for (Fact fact : batch.facts()) {
      if (fact instanceof SourceGap gap) {
        coverageBook.gap(gap);
        nextRound = 0;
      }
      detector.accept(fact);
    }
    if (!batch.facts().isEmpty()) {
      lastFact = micros();
    }
    if (batch.position() != null) {
      positions.put(batch.source(), batch.position().value());
    }
    dirty = true;
  }

  private void publish() {
    List<DetectionFinding> findings = detector.drain();
    if (findings.isEmpty()) {
      return;
    }
    List<Journal.Appended> fates = journal.append(findings);
    dirty = true;
    nextRound = Math.min(nextRound, micros() + SHOW.toNanos() / 1000);
    nextCommit = 0;
    for (int i = 0; i < findings.size(); i++) {
      DetectionFinding finding = findings.get(i);
      switch (fates.get(i)) {
        case STORED ->
            Logger.info(
                "Finding {} ({}): {}",
                finding.metadata().uid(),
                finding.severityId(),
                Terminal.safe(finding.message()));
        case KNOWN -> Logger.debug("Finding {} is known.", finding.metadata().uid());
        case DROPPED ->
            Logger.error("Finding {} found no room on the disk.", finding.metadata().uid());
      }
    }
  }

  private void round(long now) {
    boolean starting = look(now).stream().anyMatch(s -> s.state() == SourceState.State.STARTING);
    nextRound = now + (starting ? TICK : ROUND).toNanos() / 1000;
    if (dirty && now >= nextCommit) {
      commit();
      long after = micros();
      nextCommit =
          after + Math.clamp((after - now) * COMMIT_SHARE, 0, LONGEST_COMMIT.toNanos() / 1000);
    }
    eachRound.run();
  }

  /// Works out what can be seen.
  private List<SourceState> look(long now) {
    List<SourceState> seen = states.get();
    coverage = coverageBook.coverage(seen, now);
    detector.coverage(coverage);
    return seen;
  }

  private void commit() {
    if (journal.commit(positions, detector.snapshot())) {
      dirty = false;
    }
  }

  private void exchangeNow() {
    UnaryOperator<Detector> next = exchange.getAndSet(null);
    if (next != null) {
      detector = next.apply(detector);
      dirty = true;
      nextRound = 0;
    }
  }

  private Duration pause() {
    long now = micros();
    long left = Math.max(1, nextRound - now);
    boolean settling = now - lastFact < SETTLE.toNanos() / 1000;
    return Duration.of(
        settling ? Math.min(left, TICK.toNanos() / 1000) : left,
        java.time.temporal.ChronoUnit.MICROS);
  }

  private long micros() {
    Instant now = clock.instant();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }
}
