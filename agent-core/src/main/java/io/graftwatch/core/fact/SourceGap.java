package io.graftwatch.core.fact;

/// The agent was blind on a source for a while.
///
/// @param from start of the interval, microseconds since the epoch
/// @param to end of the interval
/// @param lost records known to be lost; -1 when their number is not known
/// @param reason `kernel_lost`, `socket_gap`, `ring_dropped`, `restart`, `source_loss`, …
public record SourceGap(Provenance provenance, long from, long to, long lost, String reason)
    implements Fact {}
