package io.graftwatch.collector.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The audit log.
///
/// @param subject that it is limited to, or empty
/// @param more address of the next page
public record AuditView(List<Row> rows, String subject, @Nullable String more) {
  public record Row(
      When at, String who, String action, String subject, String subjectHref, String detail) {}
}
