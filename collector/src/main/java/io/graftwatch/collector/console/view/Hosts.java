package io.graftwatch.collector.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fleet.
///
/// @param states all of them, each with how many hosts are in it
/// @param text what is searched for; may be empty
/// @param state that is asked for; empty for any
/// @param none whether nobody has enrolled yet
/// @param more address of the next page, null on the last one
public record Hosts(
    List<Count> states,
    String text,
    String state,
    boolean none,
    List<Row> rows,
    @Nullable String more) {
  public record Count(String word, long count, String href, boolean taken) {}

  /// @param state a word: `healthy`, `silent`
  /// @param why the state is what it is, one sentence; may be empty
  /// @param seen the last heartbeat, null when there was none
  /// @param proven when a staged attack was last found there, null for never
  /// @param ledgers equations that do not close, one sentence each
  public record Row(
      String host,
      String incidentsHref,
      String agentId,
      String os,
      String version,
      String group,
      String state,
      String why,
      @Nullable When seen,
      @Nullable When proven,
      List<Cover> coverage,
      List<Source> sources,
      List<String> ledgers,
      String spool,
      String cost,
      List<String> notices) {
    public Row {
      coverage = List.copyOf(coverage);
      sources = List.copyOf(sources);
      ledgers = List.copyOf(ledgers);
      notices = List.copyOf(notices);
    }
  }

  public record Cover(String analytic, String level, String reasons) {}

  public record Source(String name, String state, String counts) {}

  public Hosts {
    states = List.copyOf(states);
    rows = List.copyOf(rows);
  }
}
