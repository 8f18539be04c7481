package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.linux.line.Decimal;
import io.graftwatch.linux.line.Scan;
import org.jspecify.annotations.Nullable;

/// What the kernel prints about a process that died of its own fault.
///
/// ```
/// php-fpm8.2[27842]: segfault at 7fff8af83ff8 ip 0000… sp 0000… error 6 in mod_x.so[7f…+2000]
/// traps: apache2[814] general protection fault ip:7f… sp:7f… error:0 in mod_x.so[7f…+2000]
/// audit: type=1701 audit(1795487614.404:66): auid=… pid=814 comm="apache2" exe="/usr/sbin/apache2" sig=11 res=1
/// ```
///
/// The name before the pid is the thread's own choice, of at most 15 bytes; the file after `in` is
/// the mapping in which it died and names the culprit.
final class KernelLog {
  private static final int MAX_COMM = 15;

  private KernelLog() {}

  static @Nullable Reading message(String message) {
    var scan = new Scan(message);
    uptime(scan);
    if (scan.take("audit: type=1701 audit(")) {
      return abnormalEnd(scan.rest());
    }
    boolean trap = scan.take("traps: ");
    String name = scan.until("[", MAX_COMM);
    int pid = name == null ? -1 : scan.number(1, 9);
    if (pid < 0 || !scan.take(trap ? "] " : "]: segfault at ")) {
      return null;
    }
    if (trap && !scan.take("general protection") && !scan.take("trap ")) {
      return null;
    }
    return new Reading(Kind.WORKER_CRASH, library(scan.rest()), pid, name);
  }

  /// `[12345.678901] `, as rsyslog may keep it.
  private static void uptime(Scan scan) {
    int mark = scan.at();
    if (!scan.take('[') || scan.until("] ", 24) == null) {
      scan.back(mark);
    }
  }

  /// The name in `… in NAME[address+size]`.
  private static @Nullable String library(String rest) {
    int in = rest.lastIndexOf(" in ");
    if (in < 0) {
      return null;
    }
    String name = new Scan(rest, in + 4).until("[", 256);
    return name == null || name.isEmpty() ? null : name;
  }

  private static @Nullable Reading abnormalEnd(String record) {
    int signal = Decimal.integer(field(record, " sig="));
    int pid = Decimal.integer(field(record, " pid="));
    String exe = field(record, " exe=");
    boolean quoted = exe.length() > 2 && exe.startsWith("\"") && exe.endsWith("\"");
    return pid > 0 && Signals.fault(signal)
        ? new Reading(
            Kind.WORKER_CRASH, null, pid, quoted ? exe.substring(1, exe.length() - 1) : null)
        : null;
  }

  private static String field(String record, String name) {
    int at = record.indexOf(name);
    if (at < 0) {
      return "";
    }
    int from = at + name.length();
    int blank = record.indexOf(' ', from);
    return record.substring(from, blank < 0 ? record.length() : blank);
  }
}
