package io.graftwatch.collector.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The list of incidents.
///
/// @param hidden filters that the search form carries along
/// @param active filters that can be taken away again
/// @param verdicts that an incident can be closed with
/// @param back this page's own address
/// @param news where to ask how much has changed
/// @param ndjson address of all rows as lines of JSON
/// @param csv address of all rows as a table
/// @param ocsf address of the latest OCSF record of each row
/// @param older address of the next page, null on the last one
/// @param newest address of the first page, null on it
public record Inbox(
    List<Count> counts,
    List<Choice> kinds,
    List<Choice> states,
    List<Choice> severities,
    List<Choice> suppressed,
    List<Choice> active,
    List<Field> hidden,
    String text,
    List<Row> rows,
    List<Answer> verdicts,
    String back,
    String news,
    String ndjson,
    String csv,
    String ocsf,
    @Nullable String older,
    @Nullable String newest) {
  /// Open alerts of one severity.
  public record Count(Level level, long count, String href) {}

  public record Field(String name, String value) {}

  /// @param id the store's number
  /// @param message the sentence
  /// @param suppressHref where it can be suppressed
  /// @param triage what people made of it, or that the agent closed it; empty when it is new
  /// @param listed whether it still asks for somebody
  /// @param states of the same case that arrived
  public record Row(
      long id,
      String href,
      Level level,
      String message,
      String host,
      String hostHref,
      String analytic,
      List<String> codes,
      String state,
      String suppressHref,
      String triage,
      boolean listed,
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
    suppressed = List.copyOf(suppressed);
    active = List.copyOf(active);
    hidden = List.copyOf(hidden);
    rows = List.copyOf(rows);
    verdicts = List.copyOf(verdicts);
  }
}
