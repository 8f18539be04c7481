package io.graftwatch.delivery.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.Map;
import java.util.StringJoiner;

/// The one place that knows the TOML library.
final class Toml {
  private Toml() {}

  /// @throws ConfigException with line and column when it is not TOML
  static JsonNode parse(String file, String text) throws ConfigException {
    try {
      return new TomlMapper().readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation where = e.getLocation();
      Problem problem =
          new Problem(
              file,
              where == null ? 1 : where.getLineNr(),
              where == null ? 1 : where.getColumnNr(),
              "this is not TOML: " + e.getOriginalMessage());
      throw new ConfigException(java.util.List.of(problem));
    }
  }

  /// A value as TOML writes it, on one line.
  static String show(JsonNode value) {
    if (value.isArray()) {
      var list = new StringJoiner(", ", "[", "]");
      value.forEach(entry -> list.add(show(entry)));
      return list.toString();
    }
    if (value.isObject()) {
      var table = new StringJoiner(", ", "{ ", " }");
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        table.add(entry.getKey() + " = " + show(entry.getValue()));
      }
      return table.toString();
    }
    return value.toString();
  }
}
