package io.graftwatch.core.source;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;

/// All live sources of this host: starts them, starts them again when they break, and says how they
/// fare. One thread sleeps until a source is due; a source that is not running costs no thread, and
/// those that wait at the same [Bell] share one.
public final class Supervisor implements Runnable {
  /// A pump returns after 5 s at most; one that takes longer than this hangs.
  private static final Duration PUMP_LIMIT = Duration.ofSeconds(60);

  private final List<Lane> lanes;
  private final InstantSource clock;
  private final Thread keeper = Thread.ofPlatform().name("sources").daemon(true).unstarted(this);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean stopping;
  private boolean again;

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
    var byThread = new LinkedHashMap<Object, Lane>();
    for (SourceType type : types) {
      String from = checkpoints.get(type.kind());
      var feed =
          new Feed(
              type,
              configs.apply(type.kind()),
              host,
              from == null ? null : new Checkpoint(from),
              intake,
              clock,
              this::again);
      Bell bell = type.bell();
      byThread.computeIfAbsent(bell == null ? feed : bell, _ -> new Lane(bell)).add(feed);
    }
    lanes = List.copyOf(byThread.values());
  }

  public void start() {
    keeper.start();
  }

  @Override
  public void run() {
    try {
      while (launch()) {
        rest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Launches what is due.
  ///
  /// @return false when all is over
  private boolean launch() {
    for (Lane lane : lanes) {
      for (Feed feed : lane.feeds()) {
        if (stopping()) {
          return false;
        }
        if (feed.due() <= clock.millis() && feed.probe()) {
          lane.start();
        }
      }
    }
    return true;
  }

  private void rest() throws InterruptedException {
    lock.lock();
    try {
      long due = feeds().mapToLong(Feed::due).min().orElse(Long.MAX_VALUE);
      long left = TimeUnit.MILLISECONDS.toNanos(Math.max(0, due - clock.millis()));
      while (!stopping && !again && left > 0) {
        left = changed.awaitNanos(left);
      }
      again = false;
    } finally {
      lock.unlock();
    }
  }

  private Stream<Feed> feeds() {
    return lanes.stream().flatMap(lane -> lane.feeds().stream());
  }

  private void again() {
    lock.lock();
    try {
      again = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean stopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /// Stops all sources.
  ///
  /// @param atMost for all of them together; one that does not end is left behind
  public void stop(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    long end = clock.millis() + atMost.toMillis();
    if (keeper.getState() != Thread.State.NEW) {
      boolean _ = keeper.join(atMost);
    }
    lanes.forEach(Lane::stop);
    for (Lane lane : lanes) {
      long left = Math.clamp(end - clock.millis(), 1, atMost.toMillis());
      boolean _ = lane.join(Duration.ofMillis(left));
    }
  }

  public List<SourceState> states() {
    return lanes.stream().flatMap(lane -> lane.states(PUMP_LIMIT).stream()).toList();
  }
}
