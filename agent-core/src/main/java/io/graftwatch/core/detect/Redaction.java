package io.graftwatch.core.detect;

import java.util.List;
import java.util.Locale;

/// Takes secrets out of command lines before they leave the host: what follows a word that names a
/// secret, up to the next blank, becomes `***`. Linear, no patterns of an attacker's choosing.
final class Redaction {
  private static final List<String> NAMES =
      List.of(
          "password=",
          "passwd=",
          "pwd=",
          "token=",
          "secret=",
          "api_key=",
          "apikey=",
          "--password ",
          "--token ",
          "authorization: bearer ",
          "authorization: basic ",
          "aws_secret_access_key=",
          "mysql_pwd=",
          "pgpassword=");

  private Redaction() {}

  static String of(String commandLine) {
    String lower = commandLine.toLowerCase(Locale.ROOT);
    String result = commandLine;
    for (String name : NAMES) {
      int at = lower.indexOf(name);
      if (lower.length() != commandLine.length()) {
        return commandLine;
      }
      while (at >= 0) {
        int from = at + name.length();
        int to = from;
        while (to < result.length() && !Character.isWhitespace(result.charAt(to))) {
          to++;
        }
        result = result.substring(0, from) + "***" + result.substring(to);
        lower = result.toLowerCase(Locale.ROOT);
        at = lower.indexOf(name, from + 3);
      }
    }
    return result;
  }
}
