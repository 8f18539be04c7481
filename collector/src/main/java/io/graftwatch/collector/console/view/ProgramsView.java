package io.graftwatch.collector.console.view;

import java.util.List;

/// The tokens of programs.
///
/// @param made the token that was just made and is shown this once, or empty
/// @param problem with what was asked for, or empty
public record ProgramsView(List<Row> rows, List<String> roles, String made, String problem) {
  public record Row(String name, String role, String madeBy, When expires, boolean expired) {}
}
