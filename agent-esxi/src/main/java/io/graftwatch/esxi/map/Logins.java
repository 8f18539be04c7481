package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Fact;
import org.jspecify.annotations.Nullable;

/// Sessions, as hostd, vobd and sshd tell of them.
final class Logins {
  private Logins() {}

  /// `User NAME@ADDRESS logged in as AGENT`, `… logged out (…)`, `Accepted password for user NAME
  /// from ADDRESS`.
  static @Nullable Fact hostd(Facts facts, String text) {
    if (text.startsWith("Accepted ")) {
      String[] words = text.split(" ", 9);
      return words.length > 6 && words[5].equals("from")
          ? facts.login(true, words[4], words[6])
          : null;
    }
    int in = text.indexOf(" logged in as ");
    int out = text.indexOf(" logged out");
    int end = in >= 0 ? in : out;
    int at = end < 0 ? -1 : text.lastIndexOf('@', end);
    return at < 0
        ? null
        : facts.login(in >= 0, text.substring("User ".length(), at), text.substring(at + 1, end));
  }

  /// `SSH session was opened for 'root@192.0.2.1'.`
  static @Nullable Fact sshSession(Facts facts, String text) {
    boolean opened = text.contains("was opened");
    if (!opened && !text.contains("was closed")) {
      return null;
    }
    int begin = text.indexOf('\'') + 1;
    int end = text.indexOf('\'', begin);
    int at = end < 0 ? -1 : text.lastIndexOf('@', end);
    return at < begin || begin == 0
        ? null
        : facts.ssh(opened, text.substring(begin, at), text.substring(at + 1, end));
  }

  /// `Accepted METHOD for NAME from ADDRESS port N ssh2…`, `Disconnected from user NAME ADDRESS
  /// port N`.
  static @Nullable Fact sshd(Facts facts, String text) {
    String[] words = text.split(" ", 8);
    if (words.length > 6
        && words[0].equals("Accepted")
        && words[2].equals("for")
        && words[4].equals("from")) {
      return facts.ssh(true, words[3], words[5]);
    }
    return words.length > 4 && text.startsWith("Disconnected from user ")
        ? facts.ssh(false, words[3], words[4])
        : null;
  }
}
