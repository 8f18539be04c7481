package io.graftwatch.collector.console.view;

/// A severity: number of bars, word and colour say the same.
///
/// @param id OCSF `severity_id`, 0 to 5
public record Level(int id, String word) {
  public static Level of(int id) {
    return switch (id) {
      case 1 -> new Level(1, "Info");
      case 2 -> new Level(2, "Low");
      case 3 -> new Level(3, "Medium");
      case 4 -> new Level(4, "High");
      case 5 -> new Level(5, "Critical");
      default -> new Level(0, "Unknown");
    };
  }

  public String style() {
    return "sev sev-" + id;
  }

  /// Whether the bar at this place, from 1, is full.
  public boolean has(int bar) {
    return bar <= id;
  }
}
