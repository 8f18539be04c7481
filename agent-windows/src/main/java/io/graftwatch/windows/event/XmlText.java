package io.graftwatch.windows.event;

import java.nio.charset.StandardCharsets;

/// Character data: entities and character references resolved, line ends made one, control
/// characters left out. What is no reference stays as it stands.
final class XmlText {
  private static final int MAX_REFERENCE = 12;

  private XmlText() {}

  /// Whether the bytes say just what they are: printable ASCII without a reference.
  static boolean isPlain(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b < ' ' || b == '&' || b == 0x7F) {
        return false;
      }
    }
    return true;
  }

  /// @param literal a CDATA section, where `&` is no reference
  static String decode(byte[] bytes, int from, int to, boolean literal) {
    if (isPlain(bytes, from, to)) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    var out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '&' && !literal) {
        int semicolon = text.indexOf(';', i);
        int code = semicolon < 0 ? -1 : reference(text, i + 1, semicolon);
        if (code >= 0) {
          if (isText(code)) {
            out.appendCodePoint(code);
          }
          i = semicolon + 1;
          continue;
        }
      }
      if (c == '\r') {
        boolean pair = i + 1 < text.length() && text.charAt(i + 1) == '\n';
        out.append('\n');
        i += pair ? 2 : 1;
        continue;
      }
      if (isText(c)) {
        out.append(c);
      }
      i++;
    }
    return out.toString();
  }

  private static boolean isText(int code) {
    return code >= ' ' ? code != 0x7F : code == '\t' || code == '\n' || code == '\r';
  }

  /// The character of `name;`, -1 when it is none.
  private static int reference(String text, int from, int to) {
    int length = to - from;
    if (length < 2 || length > MAX_REFERENCE) {
      return -1;
    }
    if (text.charAt(from) == '#') {
      boolean hex = text.charAt(from + 1) == 'x';
      return number(text, hex ? from + 2 : from + 1, to, hex ? 16 : 10);
    }
    return switch (text.substring(from, to)) {
      case "lt" -> '<';
      case "gt" -> '>';
      case "amp" -> '&';
      case "quot" -> '"';
      case "apos" -> '\'';
      default -> -1;
    };
  }

  private static int number(String text, int from, int to, int radix) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
      if (value > Character.MAX_CODE_POINT) {
        return -1;
      }
    }
    return from == to || (value >= 0xD800 && value < 0xE000) ? -1 : value;
  }
}
