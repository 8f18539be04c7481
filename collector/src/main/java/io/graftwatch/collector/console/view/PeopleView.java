package io.graftwatch.collector.console.view;

import java.util.List;

/// The people of the console.
///
/// @param link that was just made and is shown this once, or empty
/// @param problem with what was asked for, or empty
public record PeopleView(List<Row> rows, List<String> roles, String link, String problem) {
  /// @param self whether it is the person who looks
  public record Row(String name, String role, When since, boolean disabled, boolean self) {}
}
