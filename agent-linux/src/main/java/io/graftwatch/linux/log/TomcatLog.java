package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.core.line.Origin;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import org.jspecify.annotations.Nullable;

/// Kind `tomcat-log`: catalina.out and catalina.log.
///
/// ```
/// 24-Nov-2026 03:00:13.386 INFO [Catalina-utility-1] org.apache.catalina.startup.HostConfig.deployWAR Deployment …
/// ```
///
/// The class and method that logged stand before any text of a client. Of a Java stack trace,
/// however many lines it has, the first frame makes the one fact, with the exception before it.
final class TomcatLog extends ServerLogParser {
  private static final int MAX_NAME = 256;
  private static final int MAX_PATH = 512;

  private boolean inTrace;

  TomcatLog(Origin origin) {
    super(origin, "tomcat");
  }

  @Override
  boolean stamped(String text) {
    return text.length() > 12
        && text.charAt(2) == '-'
        && text.charAt(6) == '-'
        && text.charAt(0) >= '0'
        && text.charAt(0) <= '3';
  }

  @Override
  long stamp(Scan scan) {
    long time = stamps.tomcat(scan);
    return scan.take(' ') ? time : Stamps.NONE;
  }

  @Override
  @Nullable Reading message(Scan scan) {
    inTrace = false;
    return message(scan.rest());
  }

  @Override
  @Nullable Reading unstamped(String text) {
    if (text.startsWith("\tat ")) {
      boolean first = !inTrace;
      inTrace = true;
      return first ? Reading.of(Kind.STACK_TRACE) : null;
    }
    if (text.startsWith("Caused by: ")) {
      return exception(text, 11);
    }
    inTrace = false;
    Reading reading = exception(text, 0);
    return reading != null ? reading : printed(text);
  }

  /// What the JVM itself prints: `# SIGSEGV (0xb) at pc=0x00007f…, pid=123, tid=456`.
  static @Nullable Reading printed(String text) {
    var scan = new Scan(text);
    if (scan.take("#  SIG") && scan.until(" at pc=", 32) != null) {
      int pid = scan.until(", pid=", 32) == null ? -1 : scan.number(1, 9);
      return Reading.crash(pid);
    }
    return Traces.read(text);
  }

  /// A native library that Java could not load.
  private static @Nullable Reading exception(String text, int from) {
    var scan = new Scan(text, from);
    if (!scan.take("java.lang.UnsatisfiedLinkError: ")) {
      return null;
    }
    if (scan.take("no ")) {
      return Reading.about(Kind.LOAD_ERROR, scan.until(" in java.library.path", MAX_NAME));
    }
    return Reading.about(Kind.LOAD_ERROR, scan.until(": ", MAX_PATH));
  }

  /// `INFO [thread] class.method text`, from the level on.
  static @Nullable Reading message(String message) {
    var scan = new Scan(message);
    if (scan.until(" [", 8) == null || scan.until("] ", MAX_NAME) == null) {
      return null;
    }
    String method = scan.until(" ", MAX_NAME);
    return method == null || !method.startsWith("org.apache.catalina.") ? null : life(method, scan);
  }

  private static @Nullable Reading life(String method, Scan scan) {
    return switch (method.substring("org.apache.catalina.".length())) {
      case "startup.HostConfig.deployWAR",
          "startup.HostConfig.deployDirectory",
          "startup.HostConfig.deployDescriptor" ->
          deployment(scan);
      case "startup.Catalina.start" ->
          scan.take("Server startup in ") ? Reading.of(Kind.START) : null;
      case "core.StandardService.stopInternal" -> Reading.of(Kind.STOP);
      case "core.StandardContext.reload" -> {
        boolean context = scan.take("Reloading Context with name [");
        String name = context ? scan.until("] has started", MAX_NAME) : null;
        yield name == null ? null : Reading.about(Kind.RELOAD, name);
      }
      default -> null;
    };
  }

  /// `Deployment of web application archive [PATH] has finished in [3,214] ms`, or `Error deploying
  /// web application archive [PATH]`.
  private static @Nullable Reading deployment(Scan scan) {
    boolean failed = scan.take("Error deploying ");
    if (!failed && !scan.take("Deployment of ")) {
      return null;
    }
    if (scan.until("[", 64) == null) {
      return null;
    }
    String path = scan.until("]", MAX_PATH);
    if (path == null) {
      return null;
    }
    if (failed) {
      return Reading.about(Kind.LOAD_ERROR, path);
    }
    return scan.take(" has finished in [") ? Reading.about(Kind.LOADED, path) : null;
  }
}
