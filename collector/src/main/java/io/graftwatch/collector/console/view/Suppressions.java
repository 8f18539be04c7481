package io.graftwatch.collector.console.view;

import java.util.List;

/// What is or was kept off the list.
public record Suppressions(List<Row> rows) {
  /// @param what is hidden
  /// @param endAction where the form goes that ends it; empty when it has ended
  public record Row(
      String what, String reason, String by, When made, String until, String endAction) {}

  public Suppressions {
    rows = List.copyOf(rows);
  }
}
