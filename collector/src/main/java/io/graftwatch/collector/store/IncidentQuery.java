package io.graftwatch.collector.store;

import org.jspecify.annotations.Nullable;

/// Which incidents, and from where on: a page is named by the last row of the one before (keyset),
/// so its cost does not grow with its distance.
///
/// @param kind alerts are Medium or above, records below
/// @param minSeverity OCSF `severity_id`
/// @param text words that must all occur, each as a prefix; null for any
/// @param now moment that suppressions are asked about, milliseconds since the epoch
/// @param before null for the first page
/// @param limit rows
public record IncidentQuery(
    Kind kind,
    State state,
    int minSeverity,
    @Nullable String host,
    @Nullable String analytic,
    @Nullable String text,
    Suppressed suppressed,
    long now,
    @Nullable Cursor before,
    int limit) {
  public enum Kind {
    ALERTS,
    RECORDS,
    ANY
  }

  /// Open is what still asks for somebody, new or acknowledged; closed is what the agent or
  /// somebody closed.
  public enum State {
    OPEN,
    NEW,
    ACKNOWLEDGED,
    CLOSED,
    ANY
  }

  /// What becomes of incidents that a suppression covers.
  public enum Suppressed {
    HIDDEN,
    SHOWN,
    ONLY
  }

  /// @param changedAt of the last row seen
  /// @param id of the last row seen
  public record Cursor(long changedAt, long id) {}

  /// The first page without any filter.
  public static IncidentQuery all(int limit) {
    return new IncidentQuery(
        Kind.ANY, State.ANY, 0, null, null, null, Suppressed.SHOWN, 0, null, limit);
  }
}
