package io.graftwatch.core.replay;

import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Replays recordings: a merge by event time, ties in the order given, `warm` process lines first.
public final class Replay {
  private static final int BATCH = 4096;

  /// More processes than any host runs; what is beyond would not fit the table either.
  private static final int MAX_WARM = 1 << 20;

  /// One input as the command line names it.
  ///
  /// @param type the source type of its kind
  /// @param path the file, null for standard input
  /// @param config the table of its kind in the configuration
  public record Input(SourceType type, @Nullable Path path, SourceConfig config) {
    String name() {
      Path file = path == null ? null : path.getFileName();
      return file == null ? "-" : file.toString();
    }
  }

  /// The engine that watches a host.
  @FunctionalInterface
  public interface Engines {
    /// @param host as the record names it, null for the configured one
    /// @throws IOException when there are more hosts than a replay takes
    Engine of(Input input, @Nullable String host) throws IOException;
  }

  /// What became of one input.
  public record Outcome(String kind, String name, SourceCounters.Snapshot counters) {}

  private final List<Input> inputs;
  private final ZoneId zone;
  private final Instant now;

  /// @param zone zone of stamps that have none
  /// @param now for stamps without a year when nothing else tells
  public Replay(List<Input> inputs, ZoneId zone, Instant now) {
    this.inputs = List.copyOf(inputs);
    this.zone = zone;
    this.now = now;
  }

  /// Runs all inputs through the engines.
  ///
  /// @param engineOf the engine for the records of an input about a host
  /// @param engines a view of all engines, finished at the end
  /// @param told called after every few facts, so that findings can be taken
  /// @throws IOException when an input cannot be read
  public List<Outcome> run(Engines engineOf, Collection<Engine> engines, Runnable told)
      throws IOException {
    Instant yearHint = yearHint();
    for (Input input : inputs) {
      if (isProc(input) && input.path() != null) {
        warm(input, yearHint, engineOf.of(input, null));
      }
    }
    var feeds = new ArrayList<Feed>();
    try {
      for (Input input : inputs) {
        boolean warmed = isProc(input) && input.path() != null;
        feeds.add(new Feed(input.type().kind(), open(input, yearHint), warmed, size(input.path())));
      }
      merge(feeds, engineOf, told);
      engines.forEach(Engine::finish);
      told.run();
      return outcomes(feeds);
    } finally {
      feeds.forEach(Feed::close);
    }
  }

  private static long size(@Nullable Path path) throws IOException {
    return path != null && Files.isRegularFile(path) ? Files.size(path) : 0;
  }

  private static boolean isProc(Input input) {
    return input.type().kind().equals("proc");
  }

  /// Takes in what ran when the recording began, parents before children whatever the order of the
  /// lines: a worker must not be taken for a server of its own.
  private void warm(Input input, Instant yearHint, Engine engine) throws IOException {
    var running = new ArrayList<ProcessStart>();
    try (Source source = open(input, yearHint)) {
      while (source.pump(
              fact -> {
                if (Feed.isWarm(fact) && running.size() < MAX_WARM) {
                  running.add((ProcessStart) fact);
                }
              },
              BATCH)
          >= 0) {}
    }
    running.sort(Feed.PARENTS_FIRST);
    running.forEach(engine::accept);
  }

  private void merge(List<Feed> feeds, Engines engineOf, Runnable told) throws IOException {
    int sinceTold = 0;
    while (true) {
      int next = -1;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < feeds.size(); i++) {
        long order = feeds.get(i).order();
        if (order < least) {
          least = order;
          next = i;
        }
      }
      if (next < 0) {
        return;
      }
      // As long as this input stays the earliest, the others need not be asked again.
      long limit = Long.MAX_VALUE;
      for (int i = 0; i < feeds.size(); i++) {
        if (i != next) {
          limit = Math.min(limit, feeds.get(i).order());
        }
      }
      Feed feed = feeds.get(next);
      Input input = inputs.get(next);
      do {
        Fact fact = feed.take();
        if (fact == null) {
          break;
        }
        engineOf.of(input, fact.provenance().host()).accept(fact);
        if (++sinceTold >= BATCH) {
          sinceTold = 0;
          told.run();
        }
      } while (feed.order() < limit);
    }
  }

  private Source open(Input input, Instant yearHint) throws IOException {
    Source source =
        input
            .type()
            .replay(new Recording(input.path(), input.name(), zone, yearHint, input.config()));
    if (source == null) {
      throw new IOException("recordings of kind " + input.type().kind() + " cannot be replayed");
    }
    return source;
  }

  /// The newest dated record of the other inputs, else the file's own time, else now.
  private Instant yearHint() throws IOException {
    boolean undated = inputs.stream().anyMatch(i -> i.type().kind().equals("syslog"));
    if (!undated) {
      return now;
    }
    long newest = Long.MIN_VALUE;
    for (Input input : inputs) {
      if (input.type().kind().equals("syslog") || input.path() == null) {
        continue;
      }
      long[] max = {Long.MIN_VALUE};
      try (Source source = open(input, now)) {
        while (source.pump(fact -> max[0] = Math.max(max[0], fact.time()), BATCH) >= 0) {}
      }
      newest = Math.max(newest, max[0]);
    }
    if (newest != Long.MIN_VALUE) {
      return Instant.ofEpochSecond(Math.floorDiv(newest, 1_000_000L));
    }
    for (Input input : inputs) {
      if (input.path() != null && Files.isRegularFile(input.path())) {
        return Files.getLastModifiedTime(input.path()).toInstant();
      }
    }
    return now;
  }

  private List<Outcome> outcomes(List<Feed> feeds) {
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < feeds.size(); i++) {
      outcomes.add(
          new Outcome(
              feeds.get(i).kind(), inputs.get(i).name(), feeds.get(i).counters().snapshot()));
    }
    return outcomes;
  }
}
