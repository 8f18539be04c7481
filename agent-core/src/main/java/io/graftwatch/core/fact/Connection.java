package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// A process opened, tried, or was seen holding a network connection.
///
/// @param process who; [ProcessId#UNKNOWN] when the source has no process (conntrack, NSM)
/// @param ppid its parent's pid as the record gives it; -1 when unknown
/// @param exe its executable as the record gives it
/// @param identity on whose behalf
/// @param direction who opened it, as far as the source tells
/// @param state how far it came; an attempt is an intent and counts
/// @param protocol `tcp`, `udp`, or null when the record does not say
/// @param local own end; port -1 and address null when unknown
/// @param remote other end
/// @param via an event of its own, or found by a sweep of the socket table
public record Connection(
    Provenance provenance,
    ProcessId process,
    int ppid,
    @Nullable String exe,
    Identity identity,
    Direction direction,
    State state,
    @Nullable String protocol,
    Endpoint local,
    Endpoint remote,
    Via via)
    implements Fact {

  public enum Direction {
    OUTBOUND,
    INBOUND,
    UNKNOWN
  }

  public enum State {
    ATTEMPTED,
    IN_PROGRESS,
    ESTABLISHED,
    REFUSED,
    CLOSED,
    UNKNOWN
  }

  public enum Via {
    EVENT,
    SWEEP,
    FLOW
  }
}
