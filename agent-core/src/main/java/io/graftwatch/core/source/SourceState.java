package io.graftwatch.core.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a source fares, for status, heartbeat and coverage.
///
/// @param kind the source
/// @param state see [State]
/// @param problem why it is not running, or what keeps it from all that it should read; null when
///   nothing does
/// @param remedy what mends it; null when nothing is known to
/// @param lacks what it could see with more rights
/// @param counters native records, over all of its incarnations
/// @param lastEvent time of the newest event, microseconds since the epoch; 0 for none yet
/// @param lag how old that event was when it was read, microseconds
public record SourceState(
    String kind,
    State state,
    @Nullable String problem,
    @Nullable String remedy,
    List<Applicability.Lack> lacks,
    SourceCounters.Snapshot counters,
    long lastEvent,
    long lag) {

  /// What a source is doing.
  public enum State {
    /// Not tried yet.
    STARTING,
    /// Read as it should be.
    RUNNING,
    /// Broke; tried again with growing pauses.
    FAILED,
    /// Its thread has been inside one read for too long.
    STALLED,
    /// Not to be had on this host.
    UNUSABLE,
    /// Switched off in the configuration.
    OFF
  }

  public SourceState {
    lacks = List.copyOf(lacks);
  }

  public boolean running() {
    return state == State.RUNNING;
  }
}
