package io.graftwatch.core.source;

import java.util.Map;

/// A source's table in the configuration, `[sources.<kind>]`, already validated.
///
/// @param mode `auto`, `off`, or a mode of the kind's own
/// @param values further keys of the table, as text
public record SourceConfig(String mode, Map<String, String> values) {
  public static final SourceConfig AUTO = new SourceConfig("auto", Map.of());

  public SourceConfig {
    values = Map.copyOf(values);
  }

  public String get(String key, String fallback) {
    return values.getOrDefault(key, fallback);
  }
}
