package io.graftwatch.collector.text;

/// Makes what would be invisible visible: control characters, direction marks, zero-width
/// characters and lone surrogates become an escape such as `\u202e`, so that a line looks like what
/// it is. Markup is left alone: escaping it is the template's duty.
public final class Visible {
  private Visible() {}

  /// Line feeds and tabs are kept.
  public static String text(String raw) {
    return of(raw, true);
  }

  /// Line feeds and tabs are escaped too, so the result is one line.
  public static String line(String raw) {
    return of(raw, false);
  }

  private static String of(String raw, boolean lines) {
    int i = 0;
    while (i < raw.length() && isPlain(raw.charAt(i))) {
      i++;
    }
    if (i == raw.length()) {
      return raw;
    }
    var shown = new StringBuilder(raw.length() + 16).append(raw, 0, i);
    while (i < raw.length()) {
      int c = raw.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\n' || c == '\t') {
        shown.append(lines ? String.valueOf((char) c) : c == '\n' ? "\\n" : "\\t");
      } else if (isHidden(c)) {
        shown.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
      } else {
        shown.appendCodePoint(c);
      }
    }
    return shown.toString();
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f;
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.SPACE_SEPARATOR -> c != ' ';
      default -> c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
    };
  }
}
