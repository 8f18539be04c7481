package io.graftwatch.core.config;

import io.graftwatch.delivery.config.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The mutable elements of the analytics, by MITRE's names: `[analytics.<id>]`.
///
/// @param elements analytic id → element name → values as written, validated; a duration or a
///   number is a list of one
public record Analytics(Map<String, Map<String, List<String>>> elements) {
  public static final Analytics DEFAULT = new Analytics(Map.of());

  private static final Duration TIME_WINDOW = Duration.ofDays(30);
  private static final Duration TIME_WINDOW_ESXI = Duration.ofMinutes(60);

  public Analytics {
    elements = Map.copyOf(elements);
  }

  /// The values of one element, or `fallback` when it is not set.
  public List<String> values(String analytic, String element, List<String> fallback) {
    Map<String, List<String>> table = elements.get(analytic);
    List<String> values = table == null ? null : table.get(element);
    return values == null ? fallback : values;
  }

  /// TimeWindow of an analytic: 30 days unless set, 60 minutes for AN1510.
  public Duration timeWindow(String analytic) {
    List<String> set = values(analytic, "TimeWindow", List.of());
    if (!set.isEmpty()) {
      return Durations.parse(set.getFirst());
    }
    return analytic.equals("AN1510") ? TIME_WINDOW_ESXI : TIME_WINDOW;
  }
}
