package io.graftwatch.collector.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The list of incidents.
///
/// @param hidden filters that the search form carries along
/// @param active filters that can be taken away again
/// @param older address of the next page, null on the last one
/// @param newest address of the first page, null on it
public record Inbox(
    List<Count> counts,
    List<Choice> kinds,
    List<Choice> states,
    List<Choice> severities,
    List<Choice> active,
    List<Field> hidden,
    String text,
    List<Row> rows,
    @Nullable String older,
    @Nullable String newest) {
  /// Open alerts of one severity.
  public record Count(Level level, long count, String href) {}

  public record Field(String name, String value) {}

  /// @param message the sentence
  /// @param states of the same case that arrived
  public record Row(
      String href,
      Level level,
      String message,
      String host,
      String hostHref,
      String analytic,
      List<String> codes,
      String state,
      boolean open,
      int states,
      When changed,
      When lastSeen) {
    public Row {
      codes = List.copyOf(codes);
    }
  }

  public Inbox {
    counts = List.copyOf(counts);
    kinds = List.copyOf(kinds);
    states = List.copyOf(states);
    severities = List.copyOf(severities);
    active = List.copyOf(active);
    hidden = List.copyOf(hidden);
    rows = List.copyOf(rows);
  }
}
