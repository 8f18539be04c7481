package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.core.line.Origin;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import org.jspecify.annotations.Nullable;

/// Kind `nginx-error`.
///
/// ```
/// 2026/11/24 03:02:58 [alert] 1234#1234: worker process 1240 exited on signal 11
/// ```
///
/// A message that begins with `*` and a connection's number comes from handling a request and holds
/// text that the client chose; it is never read.
final class NginxLog extends ServerLogParser {
  private static final int MAX_PATH = 512;
  private static final int SIGQUIT = 3;
  private static final int SIGTERM = 15;

  NginxLog(Origin origin) {
    super(origin, "nginx");
  }

  @Override
  boolean stamped(String text) {
    return text.length() > 5
        && text.charAt(4) == '/'
        && text.charAt(0) >= '0'
        && text.charAt(0) <= '9';
  }

  @Override
  long stamp(Scan scan) {
    long time = stamps.nginx(scan);
    return scan.take(' ') ? time : Stamps.NONE;
  }

  @Override
  @Nullable Reading message(Scan scan) {
    return message(scan.rest());
  }

  @Override
  @Nullable Reading unstamped(String text) {
    return text.startsWith("nginx: ") ? message(text) : Traces.read(text);
  }

  /// What nginx said, from `[level]` on; on standard error `nginx: ` comes first, and to syslog a
  /// stamp of its own.
  static @Nullable Reading message(String message) {
    var scan = new Scan(message);
    scan.take("nginx: ");
    stampOfItsOwn(scan);
    if (!scan.take('[')) {
      return null;
    }
    String level = scan.until("] ", 8);
    if (level == null) {
      return null;
    }
    process(scan);
    return switch (level) {
      case "emerg" -> loadError(scan);
      case "alert" -> crash(scan);
      case "notice" -> life(scan);
      default -> null;
    };
  }

  /// `2026/11/24 03:02:58 `.
  private static void stampOfItsOwn(Scan scan) {
    int mark = scan.at();
    if (scan.number(4, 4) < 0 || !scan.take('/') || scan.until(" [", 16) == null) {
      scan.back(mark);
    } else {
      scan.back(scan.at() - 1);
    }
  }

  /// `1234#1234: `.
  private static void process(Scan scan) {
    int mark = scan.at();
    if (scan.number(1, 9) < 0 || !scan.take('#') || scan.number(1, 9) < 0 || !scan.take(": ")) {
      scan.back(mark);
    }
  }

  private static @Nullable Reading loadError(Scan scan) {
    if (scan.take("dlopen() \"")) {
      String component = scan.until("\" failed (", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    if (scan.take("dlsym() \"")) {
      String component = scan.until("\", \"", MAX_PATH);
      return component == null ? null : Reading.about(Kind.LOAD_ERROR, component);
    }
    if (scan.take("module \"")) {
      String component = scan.until("\" ", MAX_PATH);
      boolean fault =
          scan.take("version ") || scan.take("is not binary compatible") || scan.take("is already");
      return component != null && fault ? Reading.about(Kind.LOAD_ERROR, component) : null;
    }
    return scan.take("unknown directive \"") ? Reading.of(Kind.LOAD_ERROR) : null;
  }

  /// `worker process 1240 exited on signal 11 (core dumped)`.
  private static @Nullable Reading crash(Scan scan) {
    if (!scan.take("worker process ") && !scan.take("cache manager process ")) {
      return null;
    }
    int pid = scan.number(1, 9);
    return pid > 0 && scan.take(" exited on signal ") && Signals.fault(scan.number(1, 3))
        ? Reading.crash(pid)
        : null;
  }

  private static @Nullable Reading life(Scan scan) {
    if (scan.take("nginx/") || scan.take("openresty/")) {
      return Reading.of(Kind.START);
    }
    if (scan.take("reconfiguring")) {
      return Reading.of(Kind.RELOAD);
    }
    if (!scan.take("signal ")) {
      return null;
    }
    int signal = scan.number(1, 3);
    return signal == SIGQUIT || signal == SIGTERM ? Reading.of(Kind.STOP) : null;
  }
}
