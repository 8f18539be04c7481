package io.graftwatch.linux.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a process event as the line of kind `proc` that `replay` reads, so that what the live
/// source saw can be recorded and read again.
final class ProcLine {
  private final StringBuilder line = new StringBuilder(160);

  /// @param time microseconds since the epoch
  ProcLine(long time, String event, int pid) {
    line.append("{\"t\":");
    seconds(time);
    line.append(",\"ev\":\"").append(event).append("\",\"pid\":").append(pid);
  }

  ProcLine number(String name, long value) {
    if (value >= 0) {
      line.append(",\"").append(name).append("\":").append(value);
    }
    return this;
  }

  ProcLine time(String name, long micros) {
    if (micros >= 0) {
      line.append(",\"").append(name).append("\":");
      seconds(micros);
    }
    return this;
  }

  ProcLine text(String name, @Nullable String value) {
    if (value != null) {
      line.append(",\"").append(name).append("\":");
      quoted(value);
    }
    return this;
  }

  ProcLine texts(String name, List<String> values) {
    line.append(",\"").append(name).append("\":[");
    for (int i = 0; i < values.size(); i++) {
      line.append(i == 0 ? "" : ",");
      quoted(values.get(i));
    }
    line.append(']');
    return this;
  }

  private void seconds(long micros) {
    line.append(micros / 1_000_000).append('.');
    String fraction = Long.toString(1_000_000 + micros % 1_000_000);
    line.append(fraction, 1, 7);
  }

  private void quoted(String value) {
    line.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ') {
        line.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(hexLow(c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }

  private static char hexLow(char c) {
    return Character.forDigit(c & 15, 16);
  }

  @Override
  public String toString() {
    return line + "}";
  }
}
