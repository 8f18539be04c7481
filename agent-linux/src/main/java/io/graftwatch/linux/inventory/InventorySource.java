package io.graftwatch.linux.inventory;

import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.kernel.Inotify;
import io.graftwatch.linux.kernel.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Kind `inventory`: looks when a component or configuration folder changed (two seconds after, so
/// that a package or an editor can finish), when a minute has passed, and at new server processes
/// every five seconds.
///
/// The checkpoint is the time of the last look: change times on the file system tell the rest.
final class InventorySource implements Source {
  private static final long SETTLE = 2_000_000;
  private static final long PERIOD = 60_000_000;
  private static final int GLANCE_MILLIS = 5_000;
  private static final int MAX_WATCHES = 1024;
  private static final int CHANGES =
      Inotify.CLOSE_WRITE
          | Inotify.ATTRIB
          | Inotify.MOVED_FROM
          | Inotify.MOVED_TO
          | Inotify.CREATE
          | Inotify.DELETE
          | Inotify.ONLYDIR;

  private final Inventory inventory;
  private final InstantSource clock;
  private final Inotify inotify = new Inotify();
  private final Waiter waiter = new Waiter(inotify);
  private final SourceCounters counters = new SourceCounters();
  private final Set<Path> watched = new HashSet<>();
  private long since;
  private long due;

  /// @param from the checkpoint's text; null on the first start ever
  InventorySource(Inventory inventory, InstantSource clock, @Nullable String from)
      throws IOException {
    this.inventory = inventory;
    this.clock = clock;
    this.since = from == null ? Report.NEVER : time(from);
  }

  /// A checkpoint that cannot be read tells nothing old from new: all is told again.
  private static long time(String from) {
    try {
      return Long.parseLong(from);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    long now = now();
    if (now < due) {
      waiter.await(Math.clamp((due - now) / 1000 + 1, 1, GLANCE_MILLIS));
      if (inotify.read((_, _, _, _) -> {}) > 0) {
        due = Math.min(due, now() + SETTLE);
      }
      now = now();
    }
    var told = new int[1];
    FactSink counting =
        fact -> {
          told[0]++;
          sink.accept(fact);
        };
    if (now >= due || due - now > PERIOD) {
      boolean again = inventory.look(now, since, counting);
      since = now;
      due = now + (again ? SETTLE : PERIOD);
      watch();
    } else if (inventory.glance(now, since, counting)) {
      due = Math.min(due, now + SETTLE);
    }
    counters.parsed(told[0]);
    return told[0];
  }

  private void watch() {
    for (Path folder : inventory.folders()) {
      if (watched.size() < MAX_WATCHES && watched.add(folder)) {
        try {
          inotify.watch(folder, CHANGES);
        } catch (IOException _) {
          // The minute's look sees its changes.
          counters.note("unwatched", 1);
        }
      }
    }
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  @Override
  public void wake() {
    waiter.wake();
  }

  @Override
  public Checkpoint position() {
    return new Checkpoint(since == Report.NEVER ? "0" : Long.toString(since));
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    waiter.close();
    inotify.close();
  }
}
