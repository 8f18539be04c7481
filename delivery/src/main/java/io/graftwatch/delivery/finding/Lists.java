package io.graftwatch.delivery.finding;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Immutable copies for the records of this package; what JSON leaves out comes back as empty.
final class Lists {
  private Lists() {}

  static <T> List<T> copy(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /// Sorted by key, so that equal maps print equally.
  static <T> Map<String, T> copy(@Nullable Map<String, T> map) {
    return map == null || map.isEmpty()
        ? Map.of()
        : Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
