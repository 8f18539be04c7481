package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.linux.line.Scan;
import org.jspecify.annotations.Nullable;

/// What MariaDB and MySQL say: `0 [ERROR] …`, MySQL 8 with `[MY-010119] [Server]` behind it.
final class MysqlLog {
  private static final int MAX_PATH = 512;

  private MysqlLog() {}

  /// Whether text, with or without its stamp, has this form.
  static boolean spoken(String text) {
    var scan = new Scan(text);
    numbers(scan);
    return scan.take("[ERROR] ")
        || scan.take("[Note] ")
        || scan.take("[Warning] ")
        || scan.take("[System] ");
  }

  /// What a message says, with or without a stamp before it.
  static @Nullable Reading message(String message) {
    var scan = new Scan(message);
    numbers(scan);
    for (int group = 0; group < 3 && scan.take('['); group++) {
      if (scan.until("] ", 32) == null) {
        return null;
      }
    }
    program(scan);
    if (scan.take("(initiated by: ")) {
      return scan.until("): Normal shutdown", 256) == null ? null : Reading.of(Kind.STOP);
    }
    if (scan.take("Can't open shared library '") || scan.take("Can't find symbol '")) {
      String component = scan.until("'", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    if (scan.take("ready for connections")) {
      return Reading.of(Kind.START);
    }
    if (scan.take("Normal shutdown") || scan.take("Shutdown complete")) {
      return Reading.of(Kind.STOP);
    }
    return scan.take("got signal ") && Signals.fault(scan.number(1, 3)) ? Reading.crash(-1) : null;
  }

  /// Skips the stamp and the thread's number: words that begin with a digit.
  private static void numbers(Scan scan) {
    scan.blanks();
    for (int word = 0; word < 4 && scan.peek() >= '0' && scan.peek() <= '9'; word++) {
      int mark = scan.at();
      if (scan.until(" ", 32) == null) {
        scan.back(mark);
        return;
      }
      scan.blanks();
    }
  }

  /// `/usr/sbin/mariadbd: ` or `mysqld `, the name by which the server was started.
  private static void program(Scan scan) {
    int mark = scan.at();
    String word = scan.until(" ", 128);
    if (word == null) {
      return;
    }
    String name = word.endsWith(":") ? word.substring(0, word.length() - 1) : word;
    name = name.substring(name.lastIndexOf('/') + 1);
    if (!name.equals("mysqld") && !name.equals("mariadbd")) {
      scan.back(mark);
    }
  }
}
