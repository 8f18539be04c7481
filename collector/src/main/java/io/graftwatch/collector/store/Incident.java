package io.graftwatch.collector.store;

import org.jspecify.annotations.Nullable;

/// The present state of a case of one agent. Times are milliseconds since the epoch.
///
/// @param id the store's own number
/// @param revision of the record that is the present state
/// @param records how many states arrived
/// @param changedAt when the present state arrived
public record Incident(
    long id,
    String agentId,
    String findingUid,
    int revision,
    int records,
    int severity,
    boolean alert,
    boolean open,
    String host,
    String analytic,
    String title,
    String message,
    String state,
    String codes,
    @Nullable String mergedInto,
    long firstSeen,
    long lastSeen,
    long changedAt) {}
