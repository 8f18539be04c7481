package io.graftwatch.collector.keep;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Lease;
import io.graftwatch.collector.store.Retention;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.tinylog.Logger;

/// Removes what is older than it is to be kept, and gives the disk its space back. One collector
/// does it at a time, in steps of a few milliseconds with longer pauses between, so that findings
/// that arrive do not wait for it.
public final class Keeper implements AutoCloseable {
  static final Duration PAUSE = Duration.ofMillis(100);
  static final Duration REST = Duration.ofMinutes(1);
  private static final Duration LEASE = Duration.ofMinutes(3);
  private static final int AT_ONCE = 40;

  /// What stays free inside the store for what comes next, unless the disk is short.
  private static final long FREE_INSIDE = 64L << 20;

  private final Retention retention;
  private final Config.Keep keep;
  private final Retention.Reader reader;
  private final Disk disk;
  private final InstantSource clock;
  private final Steadiness steadiness;
  private final Lease lease;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("keeper").factory());
  private boolean failing;
  private boolean wasShort;

  /// @param reader for what migrations left to fill in
  /// @param process a name that no other process has
  public Keeper(
      Store store,
      Config.Keep keep,
      Retention.Reader reader,
      Disk disk,
      String process,
      InstantSource clock) {
    this(store, keep, reader, disk, process, clock, System::nanoTime);
  }

  /// @param nanos time that nobody sets, as [System#nanoTime]
  Keeper(
      Store store,
      Config.Keep keep,
      Retention.Reader reader,
      Disk disk,
      String process,
      InstantSource clock,
      LongSupplier nanos) {
    this.retention = store.retention();
    this.keep = keep;
    this.reader = reader;
    this.disk = disk;
    this.clock = clock;
    this.steadiness = new Steadiness(nanos, clock.millis());
    this.lease = new Lease(store.leases(), "keep", process, LEASE);
  }

  public void start() {
    again(REST);
  }

  private void again(Duration pause) {
    try {
      var _ = thread.schedule(this::run, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) {
      // It is being closed.
    }
  }

  private void run() {
    Duration pause = REST;
    try {
      pause = step();
      failing = false;
    } catch (StoreException | RuntimeException e) {
      if (!failing) {
        Logger.error("what is old cannot be removed: {}", e.getMessage());
      }
      failing = true;
    }
    again(pause);
  }

  /// Does a little.
  ///
  /// @return how long to wait before the next step
  Duration step() throws StoreException {
    long now = clock.millis();
    boolean isShort = disk.isShort(now);
    if (isShort != wasShort) {
      wasShort = isShort;
      if (isShort) {
        Logger.error("the disk is nearly full: agents are asked to keep their findings");
      } else {
        Logger.info("the disk has room again: findings are taken");
      }
    }
    boolean steady = steadiness.holds(now);
    boolean more =
        lease.held(now)
            && (retention.complete(reader, AT_ONCE)
                || (steady && retention.remove(keep.cut(now), AT_ONCE, now))
                || retention.giveBack(isShort ? 0 : FREE_INSIDE));
    return more ? PAUSE : REST;
  }

  /// Lets another collector take over at once.
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      var _ = thread.awaitTermination(5, TimeUnit.SECONDS);
      lease.release();
    } catch (StoreException e) {
      Logger.debug("the lease runs out by itself: {}", e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
