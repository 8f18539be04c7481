package io.graftwatch.windows.map;

import io.graftwatch.windows.event.XmlScanner;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a scheduled task will run, out of its definition. Whoever makes a task writes this text, so
/// it is hostile: it is bounded by its event, a document type ends the reading, nothing is
/// resolved.
///
/// @param command programs with their arguments, `; ` between several; what is wrong with a
///   definition that cannot be read; null when there is none
/// @param runAs account of the first principal
record TaskDefinition(@Nullable String command, @Nullable String runAs) {
  static final TaskDefinition EMPTY = new TaskDefinition(null, null);

  private static final int MAX_COMMAND = 8192;

  /// Reads a definition, whatever encoding it declares: it came as text.
  static TaskDefinition of(String xml) {
    byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    var scanner = new XmlScanner();
    scanner.over(bytes, 0, bytes.length);
    var command = new StringBuilder();
    String runAs = null;
    while (true) {
      switch (scanner.next()) {
        case START -> {
          String element = scanner.name();
          boolean first = element.equals("Command") || element.equals("ClassId");
          if (first || element.equals("Arguments") || element.equals("UserId")) {
            String text = scanner.elementText();
            if (text == null) {
              return unreadable(scanner, command, runAs);
            }
            if (element.equals("UserId")) {
              runAs = runAs == null ? text.strip() : runAs;
            } else {
              append(command, text.strip(), first);
            }
          }
        }
        case END, TEXT -> {}
        case BAD -> {
          return unreadable(scanner, command, runAs);
        }
        case DONE -> {
          return new TaskDefinition(command.isEmpty() ? null : command.toString(), runAs);
        }
      }
    }
  }

  private static void append(StringBuilder command, String text, boolean first) {
    if (!command.isEmpty()) {
      command.append(first ? "; " : " ");
    }
    command.append(text, 0, Math.min(text.length(), Math.max(0, MAX_COMMAND - command.length())));
  }

  private static TaskDefinition unreadable(
      XmlScanner scanner, StringBuilder command, @Nullable String runAs) {
    String note = "PARSE_HOSTILE: " + scanner.problem();
    return new TaskDefinition(command.isEmpty() ? note : command + " (" + note + ")", runAs);
  }
}
