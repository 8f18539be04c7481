package io.graftwatch.linux.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts a recording into its lines, as bytes.
final class Lines {
  private Lines() {}

  static List<byte[]> of(byte[] log) {
    var lines = new ArrayList<byte[]>();
    int from = 0;
    for (int i = 0; i < log.length; i++) {
      if (log[i] == '\n') {
        lines.add(Arrays.copyOfRange(log, from, i));
        from = i + 1;
      }
    }
    if (from < log.length) {
      lines.add(Arrays.copyOfRange(log, from, log.length));
    }
    return lines;
  }
}
