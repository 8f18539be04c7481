package io.graftwatch.collector.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An address on this server: a path and what is asked of it, in a fixed order, empty values left
/// out.
final class Links {
  private final String path;
  private final Map<String, String> query = new LinkedHashMap<>();

  private Links(String path) {
    this.path = path;
  }

  static Links to(String path) {
    return new Links(path);
  }

  Links with(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      query.remove(name);
    } else {
      query.put(name, value);
    }
    return this;
  }

  Map<String, String> query() {
    return query;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// The page of an incident.
  static String incident(String findingUid, String agentId) {
    return to("/incidents/" + encoded(findingUid)).with("agent", agentId).toString();
  }

  /// The page on which an incident can be suppressed.
  static String suppress(String findingUid, String agentId) {
    return to("/incidents/" + encoded(findingUid) + "/suppress").with("agent", agentId).toString();
  }

  /// All records of an incident as a file.
  ///
  /// @param ending `ndjson` or `csv`
  static String records(String findingUid, String agentId, String ending) {
    return to("/incidents/" + encoded(findingUid) + "/export." + ending)
        .with("agent", agentId)
        .toString();
  }

  /// The JSON of one revision of an incident.
  static String export(String findingUid, String agentId, int revision) {
    return to("/incidents/" + encoded(findingUid) + "/ocsf")
        .with("agent", agentId)
        .with("revision", String.valueOf(revision))
        .toString();
  }

  @Override
  public String toString() {
    var text = new StringBuilder(path);
    char mark = '?';
    for (Map.Entry<String, String> entry : query.entrySet()) {
      text.append(mark).append(entry.getKey()).append('=').append(encoded(entry.getValue()));
      mark = '&';
    }
    return text.toString();
  }
}
