package io.graftwatch.core.source;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// All live sources of this host: starts them, keeps them going, says how they fare.
public final class Supervisor {
  /// A pump returns after 5 s at most; one that takes longer than this hangs.
  private static final Duration PUMP_LIMIT = Duration.ofSeconds(60);

  private final List<Feed> feeds;
  private final InstantSource clock;

  /// @param types what the platforms offer
  /// @param configs the table of each kind
  /// @param checkpoints where each kind left off; a kind that is not in it starts for the first
  ///   time
  public Supervisor(
      List<SourceType> types,
      Function<String, SourceConfig> configs,
      Host host,
      Map<String, String> checkpoints,
      Intake intake,
      InstantSource clock) {
    this.clock = clock;
    feeds =
        types.stream()
            .map(type -> {
              String from = checkpoints.get(type.kind());
              return new Feed(
                  type,
                  configs.apply(type.kind()),
                  host,
                  from == null ? null : new Checkpoint(from),
                  intake,
                  clock);
            })
            .toList();
  }

  public void start() {
    feeds.forEach(Feed::start);
  }

  /// Stops all sources.
  ///
  /// @param atMost for all of them together; one that does not end is left behind
  public void stop(Duration atMost) throws InterruptedException {
    feeds.forEach(Feed::stop);
    long end = clock.millis() + atMost.toMillis();
    for (Feed feed : feeds) {
      long left = Math.clamp(end - clock.millis(), 1, atMost.toMillis());
      boolean _ = feed.join(Duration.ofMillis(left));
    }
  }

  public List<SourceState> states() {
    return feeds.stream().map(feed -> feed.state(PUMP_LIMIT)).toList();
  }
}
