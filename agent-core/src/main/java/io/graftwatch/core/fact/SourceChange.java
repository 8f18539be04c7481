package io.graftwatch.core.fact;

/// Somebody changed what a log source records: rules deleted, channel cleared, auditing off.
///
/// @param changed the source that was changed, by its kind
/// @param kind what happened
/// @param detail in the source's own words
/// @param actor who did it
public record SourceChange(
    Provenance provenance, String changed, Kind kind, String detail, Actor actor) implements Fact {

  public enum Kind {
    DISABLED,
    ENABLED,
    RULES_REMOVED,
    RULES_ADDED,
    FILTERED,
    CLEARED
  }
}
