package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.IncidentView;
import io.graftwatch.collector.text.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the agent could not see while the case was made (`unmapped.graftwatch.coverage`).
final class Blindness {
  private Blindness() {}

  /// @return null when the record does not say
  static IncidentView.@Nullable Coverage of(@Nullable Object coverage) {
    if (!(coverage instanceof Map<?, ?> map)) {
      return null;
    }
    var reasons = new ArrayList<String>();
    for (Object reason : list(map.get("reasons"))) {
      reasons.add(Visible.line(String.valueOf(reason)));
    }
    var blind = new ArrayList<IncidentView.Blind>();
    for (Object entry : list(map.get("blind"))) {
      if (entry instanceof Map<?, ?> interval) {
        blind.add(blind(interval));
      }
    }
    return new IncidentView.Coverage(
        text(map.get("analytic")), text(map.get("level")), reasons, blind);
  }

  private static IncidentView.Blind blind(Map<?, ?> interval) {
    long from = number(interval.get("from"));
    long to = number(interval.get("to"));
    long lost = number(interval.get("lost"));
    return new IncidentView.Blind(
        text(interval.get("source")),
        Times.full(from) + " to " + Times.full(to) + " (" + Times.span(to - from) + ")",
        lost < 0 ? "not known" : String.valueOf(lost),
        text(interval.get("reason")));
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : Visible.line(String.valueOf(value));
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }
}
