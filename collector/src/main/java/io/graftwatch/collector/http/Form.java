package io.graftwatch.collector.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The fields of a posted form. A field may come several times, as ticked boxes do.
public record Form(Map<String, List<String>> fields) {
  public static final Form EMPTY = new Form(Map.of());

  /// @param body URL-encoded
  /// @throws Refusal 400
  static Form of(byte[] body) throws Refusal {
    var fields = new LinkedHashMap<String, List<String>>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        try {
          fields
              .computeIfAbsent(decoded(pair.substring(0, equals)), _ -> new ArrayList<>())
              .add(decoded(pair.substring(equals + 1)));
        } catch (IllegalArgumentException _) {
          throw Refusal.of(400, "malformed_form", "the form is not URL-encoded");
        }
      }
    }
    return new Form(fields);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /// The first value of a field, as it was sent; empty when there is none.
  public String text(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? "" : values.getFirst();
  }

  public List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }
}
