package io.graftwatch.core.ledger;

import java.util.List;

/// How much of an analytic can be seen on this host.
///
/// @param analytic MITRE analytic id: `AN1508`
/// @param level full, partial or none
/// @param reasons why it is not full, each one sentence
/// @param blind intervals in which records were lost, newest last, at most [#MAX_BLIND]
public record Coverage(
    String analytic, Level level, List<String> reasons, List<BlindInterval> blind) {
  public static final int MAX_BLIND = 16;

  public enum Level {
    FULL,
    PARTIAL,
    NONE
  }

  /// @param source source kind
  /// @param from microseconds since the epoch
  /// @param to microseconds since the epoch
  /// @param lost records known to be lost; -1 when not known
  /// @param reason as in [io.graftwatch.core.fact.SourceGap]
  public record BlindInterval(String source, long from, long to, long lost, String reason) {}

  public Coverage {
    reasons = List.copyOf(reasons);
    blind = List.copyOf(blind);
  }
}
