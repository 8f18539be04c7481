package io.graftwatch.linux.log;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.AdminCommand;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.linux.line.Scan;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Messages of the syslog and the journal: the program that wrote one decides how it is read.
final class Programs {
  private Programs() {}

  /// @param program the program's tag: `apachectl`, `php-fpm8.2`, `apache2.logrotate`, `kernel`
  /// @param message its message; further lines may follow the first
  /// @param unit the systemd unit that the record belongs to, where known
  /// @return makes the fact when given its record, or null when the message says nothing for us
  static @Nullable Function<Provenance, Fact> read(
      String program, String message, @Nullable String unit) {
    return switch (program) {
      case "kernel" -> log("kernel", null, message, KernelLog.message(message));
      case "systemd" -> systemd(message);
      case "systemd-coredump" -> coredump(message);
      case "auditd" -> auditd(message);
      case "sudo" -> sudo(message);
      default -> {
        String server = server(program);
        yield server == null
            ? null
            : log(server, instance(server, unit), message, server(server, message));
      }
    };
  }

  private static @Nullable Function<Provenance, Fact> log(
      String server, @Nullable String instance, String message, @Nullable Reading reading) {
    return reading == null ? null : record -> reading.fact(record, server, instance, message);
  }

  /// The unit, when it is the server's own and not that of logrotate or of a login session.
  private static @Nullable String instance(String server, @Nullable String unit) {
    return unit != null && server.equals(server(unit)) ? unit : null;
  }

  /// The server kind of a program or of a unit without its `.service`; null for all others.
  static @Nullable String server(String name) {
    String program = name.substring(name.lastIndexOf('/') + 1);
    if (program.startsWith("apache2")
        || program.startsWith("httpd")
        || program.equals("apachectl")) {
      return "apache";
    }
    if (program.startsWith("nginx") || program.startsWith("openresty")) {
      return "nginx";
    }
    if (program.startsWith("php")) {
      return "php";
    }
    if (program.startsWith("tomcat") || program.equals("catalina") || program.equals("java")) {
      return "tomcat";
    }
    if (program.startsWith("postgres") || program.equals("postmaster")) {
      return "postgres";
    }
    if (program.startsWith("mysql") || program.startsWith("mariadb")) {
      return "mysql";
    }
    return program.equals("postfix") || program.startsWith("exim") ? "mail" : null;
  }

  private static @Nullable Reading server(String server, String message) {
    String text = firstLine(message);
    Reading reading =
        switch (server) {
          case "apache" -> ApacheLog.message(text);
          case "nginx" -> NginxLog.message(text);
          case "php" -> PhpLog.message(text);
          case "tomcat" -> tomcat(message, text);
          case "postgres" -> postgres(text);
          case "mysql" -> MysqlLog.message(text);
          default -> null;
        };
    return reading != null ? reading : Traces.read(text);
  }

  private static @Nullable Reading tomcat(String message, String first) {
    Reading reading = TomcatLog.message(first);
    if (reading != null) {
      return reading;
    }
    return message.contains("\n\tat ") || message.contains("#012#011at ")
        ? Reading.of(Kind.STACK_TRACE)
        : TomcatLog.printed(first);
  }

  /// PostgreSQL numbers the chunks of a message: `[5-1] 2026-… ERROR: …`.
  private static @Nullable Reading postgres(String text) {
    int severity = PostgresLog.severity(text, 0);
    if (severity < 0) {
      return null;
    }
    String message = text.substring(severity);
    String sql = PostgresLog.statement(message);
    return sql == null ? PostgresLog.message(message) : Statements.read(sql);
  }

  /// `Reloaded apache2.service - The Apache HTTP Server.`, `apache2.service: Main process exited,
  /// code=dumped, status=11/SEGV`.
  private static @Nullable Function<Provenance, Fact> systemd(String message) {
    var scan = new Scan(message);
    if (scan.take("Stopped auditd.service")) {
      return change(SourceChange.Kind.DISABLED, message);
    }
    Kind life =
        scan.take("Started ")
            ? Kind.START
            : scan.take("Reloaded ") ? Kind.RELOAD : scan.take("Stopped ") ? Kind.STOP : null;
    String unit = scan.until(".service", 96);
    String server = unit == null ? null : server(unit);
    if (unit == null || server == null) {
      return null;
    }
    if (life != null) {
      return log(server, unit + ".service", message, Reading.of(life));
    }
    if (!scan.take(": Main process exited, code=") || scan.until(", status=", 8) == null) {
      return null;
    }
    boolean fault = message.contains("code=dumped") || message.contains("code=killed");
    return fault && Signals.fault(scan.number(1, 3))
        ? log(server, unit + ".service", message, Reading.crash(-1))
        : null;
  }

  /// `Process 27842 (apache2) of user 33 dumped core.`, then the stack; the first frame outside the
  /// C library names the culprit.
  private static @Nullable Function<Provenance, Fact> coredump(String message) {
    var scan = new Scan(message);
    int pid = scan.take("Process ") ? scan.number(1, 9) : -1;
    String name = scan.take(" (") ? scan.until(") of user ", 16) : null;
    if (pid < 0 || name == null) {
      return null;
    }
    String culprit = null;
    for (String line : message.replace("#012", "\n").split("\n", 256)) {
      String library = Traces.library(line.strip());
      if (library != null && !library.startsWith("libc.so") && culprit == null) {
        culprit = library;
      }
    }
    return log("kernel", null, message, new Reading(Kind.WORKER_CRASH, culprit, pid, name));
  }

  private static @Nullable Function<Provenance, Fact> auditd(String message) {
    if (message.startsWith("The audit daemon is exiting")) {
      return change(SourceChange.Kind.DISABLED, message);
    }
    return message.startsWith("Init complete") ? change(SourceChange.Kind.ENABLED, message) : null;
  }

  private static Function<Provenance, Fact> change(SourceChange.Kind kind, String detail) {
    return record -> new SourceChange(record, "auditd", kind, detail, Actor.UNKNOWN);
  }

  /// `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/sbin/a2enmod cache`.
  private static @Nullable Function<Provenance, Fact> sudo(String message) {
    var scan = new Scan(message);
    scan.blanks();
    String user = scan.until(" : TTY=", 64);
    if (user == null || user.indexOf(' ') >= 0 || scan.until(" ; COMMAND=", 512) == null) {
      return null;
    }
    String command = scan.rest();
    return record -> new AdminCommand(record, user, command, AdminCommand.Channel.SHELL, null);
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
