package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.core.line.Origin;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import org.jspecify.annotations.Nullable;

/// Kind `apache-error`, Apache 2.2 and 2.4.
///
/// ```
/// [Tue Nov 24 03:13:38.363045 2026] [mpm_event:notice] [pid 1095:tid 1095] AH00489: Apache/2.4.71 …
/// ```
///
/// A line with `[client …]` comes from handling a request and holds text that the client chose; it
/// is never read. What a failed start or reload says goes to the standard error of `apachectl`, so
/// these messages are read without a stamp too, as syslog and the journal carry them.
final class ApacheLog extends ServerLogParser {
  private static final int MAX_GROUP = 64;
  private static final int MAX_PATH = 512;

  ApacheLog(Origin origin) {
    super(origin, "apache");
  }

  @Override
  boolean stamped(String text) {
    return text.length() > 8 && text.charAt(0) == '[' && text.charAt(4) == ' ' && letter(text, 5);
  }

  private static boolean letter(String text, int index) {
    char c = text.charAt(index);
    return c >= 'A' && c <= 'Z';
  }

  @Override
  long stamp(Scan scan) {
    scan.take('[');
    long time = stamps.apache(scan);
    return scan.take(']') ? time : Stamps.NONE;
  }

  @Override
  @Nullable Reading message(Scan scan) {
    scan.blanks();
    while (scan.peek() == '[') {
      if (scan.take("[client ") || scan.take("[remote ")) {
        return null;
      }
      if (scan.until("]", MAX_GROUP) == null) {
        return null;
      }
      scan.blanks();
    }
    return message(scan.rest());
  }

  @Override
  @Nullable Reading unstamped(String text) {
    Reading startup = message(text);
    if (startup != null) {
      return startup;
    }
    // mod_php starts up inside Apache.
    Reading php = PhpLog.startup(text);
    return php != null ? php : Traces.read(text);
  }

  /// What Apache or `apachectl` said, from the beginning of the message.
  static @Nullable Reading message(String message) {
    var scan = new Scan(message);
    if (!scan.take("apache2: ")) {
      scan.take("httpd: ");
    }
    source(scan);
    code(scan);
    String text = scan.rest();
    if (text.startsWith("child pid ")) {
      return crash(new Scan(text, 10));
    }
    if (text.startsWith("loaded module ")) {
      int from = text.indexOf(" from ");
      return from < 0 ? null : Reading.about(Kind.LOADED, text.substring(from + 6));
    }
    if (text.endsWith("configured -- resuming normal operations")) {
      return Reading.of(Kind.START);
    }
    if (text.startsWith("caught SIGTERM, shutting down")
        || text.startsWith("caught SIGWINCH, shutting down")) {
      return Reading.of(Kind.STOP);
    }
    if (text.startsWith("SIGHUP received.")
        || text.startsWith("SIGUSR1 received.")
        || text.startsWith("Graceful restart requested")
        || text.startsWith("Reloading Apache httpd web server")) {
      return Reading.of(Kind.RELOAD);
    }
    return loadError(scan);
  }

  /// `mod_so.c(336): `, in front of messages of debug level.
  private static void source(Scan scan) {
    int mark = scan.at();
    String file = scan.until(".c(", 32);
    if (file == null || file.indexOf(' ') >= 0 || scan.number(1, 6) < 0 || !scan.take("): ")) {
      scan.back(mark);
    }
  }

  /// `AH00052: `.
  private static void code(Scan scan) {
    int mark = scan.at();
    if (!scan.take("AH") || scan.number(5, 5) < 0 || !scan.take(": ")) {
      scan.back(mark);
    }
  }

  /// `27842 exit signal Segmentation fault (11)`, possibly with a core dump's folder.
  private static @Nullable Reading crash(Scan scan) {
    int pid = scan.number(1, 9);
    if (pid < 0 || !scan.take(" exit signal ") || scan.until(" (", MAX_GROUP) == null) {
      return null;
    }
    return Signals.fault(scan.number(1, 3)) ? Reading.crash(pid) : null;
  }

  /// `Syntax error on line 146 of FILE: Syntax error on line 1 of FILE: Cannot load …`.
  private static @Nullable Reading loadError(Scan scan) {
    while (scan.take("Syntax error on line ")) {
      if (scan.number(1, 9) < 0 || !scan.take(" of ") || scan.until(": ", MAX_PATH) == null) {
        return null;
      }
    }
    if (scan.take("Cannot load ")) {
      String component = scan.until(" into server: ", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    if (scan.take("Can't locate API module structure `")) {
      String component =
          scan.until("' in file ", MAX_PATH) == null ? null : scan.until(": ", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    if (scan.take("API module structure '") || scan.take("API module structure `")) {
      String component =
          scan.until("' in file ", MAX_PATH) == null ? null : scan.until(" is garbled", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    if (scan.take("Invalid command '")) {
      return scan.until("', perhaps misspelled or defined by a module not included", MAX_PATH)
              == null
          ? null
          : Reading.of(Kind.LOAD_ERROR);
    }
    return null;
  }
}
