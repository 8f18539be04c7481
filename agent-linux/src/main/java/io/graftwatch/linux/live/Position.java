package io.graftwatch.linux.live;

import io.graftwatch.core.source.Checkpoint;
import org.jspecify.annotations.Nullable;

/// How far live audit was read, as the journal keeps it: `time serial enabledAt`.
///
/// @param time of the newest record, microseconds since the epoch; 0 = none yet
/// @param serial of the newest event; -1 = none yet
/// @param enabledAt when we switched audit on; -1 = it was on before we came
record Position(long time, long serial, long enabledAt) {
  static final Position NONE = new Position(0, -1, -1);

  Checkpoint checkpoint() {
    return new Checkpoint(time + " " + serial + " " + enabledAt);
  }

  /// Reads a checkpoint; [#NONE] for one that was made by another mode or version.
  static Position of(@Nullable Checkpoint checkpoint) {
    String[] parts = checkpoint == null ? new String[0] : checkpoint.value().split(" ", 4);
    if (parts.length != 3) {
      return NONE;
    }
    try {
      return new Position(
          Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    } catch (NumberFormatException e) {
      return NONE;
    }
  }
}
