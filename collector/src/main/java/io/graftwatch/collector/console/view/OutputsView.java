package io.graftwatch.collector.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The outputs.
///
/// @param said what a test gave; empty when none was made
/// @param fine whether that is good news
public record OutputsView(List<Row> rows, String said, boolean fine) {
  /// @param state `works`, `fails`, `has not run yet`
  /// @param problem why it fails, one sentence; may be empty
  /// @param waiting findings that it has not seen yet
  /// @param last when it last took one, null for never
  /// @param letters the newest ones
  public record Row(
      String name,
      String type,
      String where,
      String state,
      String problem,
      long waiting,
      long delivered,
      @Nullable When last,
      long deadLetters,
      List<Letter> letters) {
    public Row {
      letters = List.copyOf(letters);
    }
  }

  /// @param again whether it is tried once more
  public record Letter(
      String sentence, String href, String host, String reason, When died, boolean again) {}

  public OutputsView {
    rows = List.copyOf(rows);
  }
}
