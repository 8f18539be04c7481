package io.graftwatch.windows.map;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Splits command lines as CommandLineToArgvW does: blanks separate, quotes join, backslashes
/// before a quote escape it.
final class CommandLine {
  private static final int MAX_ARGUMENTS = 512;

  private CommandLine() {}

  /// @param line null or empty when the source did not record it
  static List<String> split(@Nullable String line) {
    if (line == null || line.isBlank()) {
      return List.of();
    }
    var arguments = new ArrayList<String>();
    int i = program(line, arguments);
    var current = new StringBuilder();
    while (arguments.size() < MAX_ARGUMENTS) {
      while (i < line.length() && isBlank(line.charAt(i))) {
        i++;
      }
      if (i >= line.length()) {
        return arguments;
      }
      i = argument(line, i, current);
      arguments.add(current.toString());
      current.setLength(0);
    }
    arguments.add(line.substring(i).strip());
    return arguments;
  }

  /// The program's name knows quotes but no escapes: its backslashes separate folders.
  private static int program(String line, List<String> arguments) {
    int i = 0;
    while (isBlank(line.charAt(i))) {
      i++;
    }
    if (line.charAt(i) == '"') {
      int close = line.indexOf('"', i + 1);
      int end = close < 0 ? line.length() : close;
      arguments.add(line.substring(i + 1, end));
      return Math.min(line.length(), end + 1);
    }
    int end = i;
    while (end < line.length() && !isBlank(line.charAt(end))) {
      end++;
    }
    arguments.add(line.substring(i, end));
    return end;
  }

  private static int argument(String line, int from, StringBuilder out) {
    boolean quoted = false;
    int i = from;
    while (i < line.length() && (quoted || !isBlank(line.charAt(i)))) {
      int slashes = 0;
      while (i < line.length() && line.charAt(i) == '\\') {
        slashes++;
        i++;
      }
      boolean quote = i < line.length() && line.charAt(i) == '"';
      out.repeat('\\', quote ? slashes / 2 : slashes);
      if (quote && slashes % 2 == 1) {
        out.append('"');
        i++;
      } else if (quote) {
        boolean doubled = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
        if (doubled) {
          out.append('"');
          i += 2;
        } else {
          quoted = !quoted;
          i++;
        }
      } else if (i < line.length() && (quoted || !isBlank(line.charAt(i)))) {
        out.append(line.charAt(i++));
      }
    }
    return i;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
