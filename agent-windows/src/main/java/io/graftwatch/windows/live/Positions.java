package io.graftwatch.windows.live;

import io.graftwatch.core.source.Checkpoint;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The last record number of each channel, as text: `Security=123` a line.
final class Positions {
  private Positions() {}

  static Checkpoint checkpoint(Map<String, Long> records) {
    var text = new StringBuilder();
    new TreeMap<>(records)
        .forEach((channel, record) -> text.append(channel).append('=').append(record).append('\n'));
    return new Checkpoint(text.toString());
  }

  /// Lines that are none are passed over: those channels start anew.
  static Map<String, Long> of(@Nullable Checkpoint checkpoint) {
    Map<String, Long> records = new TreeMap<>();
    if (checkpoint != null) {
      for (String line : checkpoint.value().split("\n", -1)) {
        int equals = line.lastIndexOf('=');
        if (equals > 0) {
          try {
            records.put(line.substring(0, equals), Long.parseLong(line.substring(equals + 1)));
          } catch (NumberFormatException _) {
            // Not a line that we wrote.
          }
        }
      }
    }
    return records;
  }
}
