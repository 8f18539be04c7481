package io.graftwatch.collector.console.view;

import java.util.List;

/// The tokens that agents enrol with.
///
/// @param made the token that was just made and is shown this once, or empty
/// @param authorityEnds the day on which the certificate authority does
public record EnrolView(
    List<Row> rows, String made, String authorityEnds, boolean authorityEndsSoon) {
  public record Row(String id, String group, int left, When expires) {}
}
