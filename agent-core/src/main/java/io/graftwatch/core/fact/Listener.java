package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// A process bound a port or was found listening.
///
/// @param process who
/// @param ppid its parent's pid as the record gives it; -1 when unknown
/// @param exe its executable as the record gives it
/// @param identity on whose behalf
/// @param protocol `tcp`, `udp`, or null
/// @param local address and port
/// @param via an event of its own, or a sweep
public record Listener(
    Provenance provenance,
    ProcessId process,
    int ppid,
    @Nullable String exe,
    Identity identity,
    @Nullable String protocol,
    Endpoint local,
    Connection.Via via)
    implements Fact {}
