package io.graftwatch.core.text;

/// Makes text of unknown origin safe to show. What a log says may hold escape sequences that move
/// the cursor, write the clipboard (OSC 52) or turn the reading direction.
public final class Terminal {
  private Terminal() {}

  /// The text with every control, format and lone surrogate character written as hex escapes of two
  /// or four digits; line breaks too, so that one value stays one line.
  public static String safe(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!plain(text.charAt(i))) {
        return escape(text, i);
      }
    }
    return text;
  }

  /// As [#safe], but keeps the line breaks of text that we composed ourselves.
  public static String safeLines(String text) {
    var out = new StringBuilder(text.length());
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      out.append(safe(text.substring(from, end))).append('\n');
      from = end + 1;
    }
    return out.append(safe(text.substring(from))).toString();
  }

  private static boolean plain(char c) {
    return (c >= ' ' && c < 0x7F) || (c > 0x9F && !hidden(c));
  }

  /// Characters that show nothing or change how their neighbours show, and surrogates, which
  /// [#escape] looks at in pairs.
  private static boolean hidden(char c) {
    return Character.getType(c) == Character.FORMAT
        || Character.isSurrogate(c)
        || c == '\u2028'
        || c == '\u2029';
  }

  private static String escape(String text, int from) {
    var out = new StringBuilder(text.length() + 16).append(text, 0, from);
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (plain(c)) {
        out.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))
          && Character.getType(text.codePointAt(i)) != Character.FORMAT) {
        out.append(c).append(text.charAt(++i));
      } else if (c <= 0xFF) {
        out.append("\\x").append(hex(c >> 4)).append(hex(c));
      } else {
        out.append("\\u").append(hex(c >> 12)).append(hex(c >> 8)).append(hex(c >> 4));
        out.append(hex(c));
      }
    }
    return out.toString();
  }

  private static char hex(int value) {
    return Character.forDigit(value & 0xF, 16);
  }
}
