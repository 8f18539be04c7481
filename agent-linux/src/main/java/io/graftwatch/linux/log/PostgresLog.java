package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.linux.line.Scan;
import org.jspecify.annotations.Nullable;

/// What PostgreSQL says: severity, two blanks, message.
///
/// The prefix before the severity may hold user and database names that a client chose before it
/// was let in. A client that puts a severity of its own there cannot remove the real one behind it,
/// so a message with a second severity in it is not read at all.
final class PostgresLog {
  private static final String[] SEVERITIES = {
    "LOG:  ",
    "ERROR:  ",
    "FATAL:  ",
    "PANIC:  ",
    "WARNING:  ",
    "NOTICE:  ",
    "INFO:  ",
    "STATEMENT:  ",
    "DETAIL:  ",
    "HINT:  ",
    "CONTEXT:  ",
    "QUERY:  ",
    "LOCATION:  "
  };
  private static final int MAX_PREFIX = 256;
  private static final int MAX_PATH = 512;

  private PostgresLog() {}

  /// Where the one severity of a line begins; -1 when there is none, or more than one.
  static int severity(String line, int from) {
    int found = -1;
    for (int colon = line.indexOf(":  ", from);
        colon >= 0;
        colon = line.indexOf(":  ", colon + 1)) {
      int begin = severityBefore(line, from, colon);
      if (begin >= 0) {
        if (found >= 0) {
          return -1;
        }
        found = begin;
      }
    }
    return found - from > MAX_PREFIX ? -1 : found;
  }

  private static int severityBefore(String line, int from, int colon) {
    for (String severity : SEVERITIES) {
      int begin = colon - severity.length() + 3;
      if (begin >= from
          && line.startsWith(severity, begin)
          && (begin == from || line.charAt(begin - 1) == ' ' || line.charAt(begin - 1) == ':')) {
        return begin;
      }
    }
    return -1;
  }

  /// What a message says, from its severity on, without the statements that it may carry.
  static @Nullable Reading message(String text) {
    var scan = new Scan(text);
    if (scan.take("LOG:  ")) {
      return life(scan);
    }
    return scan.take("ERROR:  ") || scan.take("FATAL:  ") ? loadError(scan) : null;
  }

  /// The statement that a message carries, or null: `STATEMENT: …`, `LOG: statement: …`, `LOG:
  /// execute <unnamed>: …`.
  static @Nullable String statement(String text) {
    var scan = new Scan(text);
    if (scan.take("STATEMENT:  ") || scan.take("LOG:  statement: ")) {
      return scan.rest();
    }
    return scan.take("LOG:  execute ") && scan.until(": ", 80) != null ? scan.rest() : null;
  }

  private static @Nullable Reading life(Scan scan) {
    if (scan.take("database system is ready to accept")) {
      return Reading.of(Kind.START);
    }
    if (scan.take("received fast shutdown request")
        || scan.take("received smart shutdown request")
        || scan.take("received immediate shutdown request")) {
      return Reading.of(Kind.STOP);
    }
    if (scan.take("received SIGHUP, reloading configuration files")) {
      return Reading.of(Kind.RELOAD);
    }
    if (scan.take("parameter \"")) {
      return option(scan);
    }
    boolean worker = scan.take("background worker \"") && scan.until("\" (PID ", 96) != null;
    if (worker || scan.take("server process (PID ")) {
      int pid = scan.number(1, 9);
      return pid > 0 && scan.take(") was terminated by signal ") && Signals.fault(scan.number(1, 3))
          ? Reading.crash(pid)
          : null;
    }
    return null;
  }

  /// `parameter "shared_preload_libraries" changed to "x"`, or that it cannot change before a
  /// restart.
  private static @Nullable Reading option(Scan scan) {
    String name = scan.until("\" ", 64);
    if (name == null
        || !(name.endsWith("_preload_libraries") || name.equals("dynamic_library_path"))) {
      return null;
    }
    String value = scan.take("changed to \"") ? scan.until("\"", MAX_PATH) : null;
    return Reading.about(Kind.OPTION_CHANGE, value);
  }

  private static @Nullable Reading loadError(Scan scan) {
    if (scan.take("incompatible library \"")
        || scan.take("could not load library \"")
        || scan.take("could not access file \"")) {
      String component = scan.until("\": ", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    if (scan.take("could not find function \"") && scan.until("\" in file \"", 96) != null) {
      String component = scan.until("\"", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    return null;
  }
}
