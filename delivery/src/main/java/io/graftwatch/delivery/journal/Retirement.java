package io.graftwatch.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The way out of the journal: a segment's numbers are made durable in [Counters], then it is
/// unlinked. Works with no byte free: the counters have a fixed size, and 1 MiB lies in reserve for
/// file systems that copy on write.
final class Retirement {
  static final String RESERVE = "reserve";
  private static final int RESERVE_BYTES = 1 << 20;

  private final Disk disk;
  private final Path folder;
  private final Counters counters;
  private final Notices notices;
  private boolean reserved;

  /// A retired segment that could not be unlinked; until it is, no other is retired.
  private @Nullable Path leftover;

  Retirement(Disk disk, Path folder, Counters counters, Notices notices) {
    this.disk = disk;
    this.folder = folder;
    this.counters = counters;
    this.notices = notices;
  }

  /// An action on files.
  interface Action {
    void run() throws IOException;
  }

  /// Finishes what a crash interrupted.
  void recover() throws IOException {
    if (!counters.retiring.isEmpty()) {
      Path path = folder.resolve(counters.retiring);
      if (disk.isRegular(path)) {
        disk.delete(path);
        disk.sync(folder);
      }
    }
  }

  /// Runs an action; on a full disk once more with the reserve given up.
  void evenWhenFull(Action action) throws IOException {
    try {
      action.run();
    } catch (Disk.FullException e) {
      disk.delete(folder.resolve(RESERVE));
      reserved = false;
      action.run();
    }
  }

  /// Puts the reserve back when there is room for it.
  void reserve() {
    if (reserved) {
      return;
    }
    Path path = folder.resolve(RESERVE);
    try (Disk.DiskFile file = disk.open(path, true)) {
      if (file.size() != RESERVE_BYTES) {
        file.write(ByteBuffer.allocate(RESERVE_BYTES), 0);
        file.force();
      }
      reserved = true;
    } catch (IOException e) {
      try {
        disk.delete(path);
      } catch (IOException again) {
        notices.add(path + " cannot be removed: " + again.getMessage());
      }
    }
  }

  /// Counts a segment's records and unlinks it; unfinished ones are dropped. A damaged one is set
  /// aside instead.
  ///
  /// @return false when it stays
  boolean retire(Segment segment) {
    try {
      if (leftover != null) {
        disk.delete(leftover);
        leftover = null;
      }
      add(segment, 1);
      counters.retiring = segment.name;
      evenWhenFull(counters::write);
    } catch (IOException e) {
      if (counters.retiring.equals(segment.name)) {
        add(segment, -1);
      }
      notices.add("%s cannot be given up: %s".formatted(segment.path, e.getMessage()));
      return false;
    }
    segment.gone = true;
    segment.close();
    if (segment.damaged) {
      notices.quarantine(segment.path);
    }
    try {
      evenWhenFull(() -> disk.delete(segment.path));
      disk.sync(folder);
    } catch (IOException e) {
      leftover = segment.path;
      notices.add("%s cannot be deleted: %s".formatted(segment.path, e.getMessage()));
    }
    return true;
  }

  private void add(Segment segment, int sign) {
    counters.stored += sign * segment.stored;
    counters.rejected += sign * segment.rejected;
    counters.dropped += sign * (long) segment.unfinished;
  }
}
