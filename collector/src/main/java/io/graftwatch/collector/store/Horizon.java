package io.graftwatch.collector.store;

/// Where silence begins. Times are milliseconds since the epoch.
///
/// @param now the collector's time
/// @param late an agent that was last heard before is late
/// @param silent an agent that was last heard before is silent
/// @param future an agent that was last heard after this is silent too: it was heard while the
///   collector's own clock ran ahead
public record Horizon(long now, long late, long silent, long future) {}
