package io.graftwatch.collector.console.view;

import java.util.List;

/// The tokens that agents enrol with.
///
/// @param made the token that was just made and is shown this once, or empty
public record EnrolView(List<Row> rows, String made) {
  public record Row(String id, String group, int left, When expires) {}
}
