package io.graftwatch.macos.unified;

import java.nio.charset.StandardCharsets;

/// Text in a JSON string.
final class JsonText {
  private static final int SHORT = 2;
  private static final int UNICODE = 6;

  private JsonText() {}

  /// Length of the escape that begins with the backslash at `at`; 0 when it is none.
  static int escape(byte[] b, int at, int end) {
    if (at + 1 >= end) {
      return 0;
    }
    return switch (b[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> SHORT;
      case 'u' -> at + UNICODE <= end && code(b, at + 2) >= 0 ? UNICODE : 0;
      default -> 0;
    };
  }

  /// The text between the quotes, its escapes known to be right. Bytes that are no UTF-8 become
  /// U+FFFD.
  static String decode(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] != '\\') {
      at++;
    }
    if (at == to) {
      return new String(b, from, to - from, StandardCharsets.UTF_8);
    }
    var text = new StringBuilder(to - from);
    int plain = from;
    while (at < to) {
      if (b[at] != '\\') {
        at++;
        continue;
      }
      text.append(new String(b, plain, at - plain, StandardCharsets.UTF_8));
      char kind = (char) b[at + 1];
      text.append(
          switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) code(b, at + 2);
            default -> kind;
          });
      at += kind == 'u' ? UNICODE : SHORT;
      plain = at;
    }
    return text.append(new String(b, plain, to - plain, StandardCharsets.UTF_8)).toString();
  }

  /// Four hexadecimal digits; -1 when they are none.
  private static int code(byte[] b, int at) {
    int code = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(b[i], 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }
}
