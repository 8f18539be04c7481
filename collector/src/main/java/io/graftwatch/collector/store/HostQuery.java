package io.graftwatch.collector.store;

import org.jspecify.annotations.Nullable;

/// Which hosts, and from where on: what needs a look first, then by name.
///
/// @param state null for any
/// @param text part of a host's name or group; null for any
/// @param after null for the first page
public record HostQuery(
    Horizon horizon,
    @Nullable HostState state,
    @Nullable String text,
    @Nullable Cursor after,
    int limit) {
  /// The last row of the page before.
  public record Cursor(HostState state, String host, String agentId) {}
}
