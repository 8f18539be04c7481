package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.core.line.Origin;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import org.jspecify.annotations.Nullable;

/// Kind `php-error`: PHP-FPM's log and PHP's own `error_log`.
///
/// ```
/// [24-Nov-2026 03:02:58] WARNING: [pool www] child 27842 exited on signal 11 (SIGSEGV) after 2.7 seconds …
/// [24-Nov-2026 03:02:58 UTC] PHP Warning:  PHP Startup: Unable to load dynamic library 'x.so' (tried: …
/// ```
///
/// What a child printed stands behind `said into stderr: "` and is the application's text: of it
/// only a shell's complaint is read, and only as that.
final class PhpLog extends ServerLogParser {
  private static final int MAX_NAME = 256;

  PhpLog(Origin origin) {
    super(origin, "php");
  }

  @Override
  boolean stamped(String text) {
    return text.length() > 4 && text.charAt(0) == '[' && text.charAt(3) == '-';
  }

  @Override
  long stamp(Scan scan) {
    scan.take('[');
    long time = stamps.php(scan);
    return scan.take("] ") ? time : Stamps.NONE;
  }

  @Override
  @Nullable Reading message(Scan scan) {
    return message(scan.rest());
  }

  @Override
  @Nullable Reading unstamped(String text) {
    Reading startup = startup(text);
    return startup != null ? startup : Traces.read(text);
  }

  /// What PHP or its process manager said, from behind the stamp on.
  static @Nullable Reading message(String message) {
    var scan = new Scan(message);
    if (scan.take("WARNING: [pool ")) {
      return scan.until("] child ", MAX_NAME) == null ? null : child(scan);
    }
    if (scan.take("NOTICE: ")) {
      if (scan.take("PHP message: ")) {
        return startup(scan.rest());
      }
      return life(scan);
    }
    return startup(message);
  }

  private static @Nullable Reading life(Scan scan) {
    if (scan.take("fpm is running, pid ")) {
      return new Reading(Kind.START, null, scan.number(1, 9), null);
    }
    if (scan.take("Reloading in progress")) {
      return Reading.of(Kind.RELOAD);
    }
    return scan.take("Terminating ...") ? Reading.of(Kind.STOP) : null;
  }

  private static @Nullable Reading child(Scan scan) {
    int pid = scan.number(1, 9);
    if (scan.take(" exited on signal ")) {
      return Signals.fault(scan.number(1, 3)) ? Reading.crash(pid) : null;
    }
    return scan.take(" said into stderr: \"") ? Traces.child(scan.rest()) : null;
  }

  /// A component that PHP could not load when it started; the same words wherever they are printed.
  static @Nullable Reading startup(String message) {
    var scan = new Scan(message);
    if (scan.take("PHP Warning:  ") || scan.take("Warning: ") || scan.take("PHP Fatal error:  ")) {
      scan.take("PHP Startup: ");
    } else if (!scan.take("PHP Startup: ")) {
      return zend(scan);
    }
    if (scan.take("Unable to load dynamic library '")) {
      return quoted(scan);
    }
    if (scan.take("Invalid library (maybe not a PHP library) '")) {
      return quoted(scan);
    }
    int mark = scan.at();
    String name = scan.until(": Unable to initialize module", MAX_NAME);
    if (name != null && name.indexOf(' ') < 0) {
      return Reading.about(Kind.LOAD_ERROR, name);
    }
    scan.back(mark);
    return zend(scan);
  }

  /// `Failed loading Zend extension 'x.so' (tried: /usr/lib/php/20220829/x.so (…), …)`, or before
  /// PHP 7.4 `Failed loading /usr/lib/php/x.so: /usr/lib/php/x.so: cannot open …`.
  private static @Nullable Reading zend(Scan scan) {
    if (scan.take("Failed loading Zend extension '")) {
      return quoted(scan);
    }
    if (scan.take("Failed loading ")) {
      String path = scan.until(":  ", MAX_NAME);
      return path == null ? null : Reading.about(Kind.LOAD_ERROR, path);
    }
    return null;
  }

  /// The name up to its closing quote, or better the first path that was tried for it.
  private static @Nullable Reading quoted(Scan scan) {
    String name = scan.until("'", MAX_NAME);
    if (name == null) {
      return null;
    }
    String tried = scan.take(" (tried: ") ? scan.until(" (", MAX_NAME) : null;
    return Reading.about(Kind.LOAD_ERROR, tried == null ? name : tried);
  }
}
