package io.graftwatch.linux.log;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Kind `syslog`: RFC 3164 with or without priority, the same with an RFC 3339 stamp, RFC 5424.
///
/// ```
/// Nov 24 03:02:58 web01 apachectl: Action 'graceful' failed.
/// <13>1 2026-11-24T03:02:58.123Z web01 nginx 1234 - - nginx: [emerg] …
/// ```
///
/// The first header of a line counts; what looks like another one behind it is message.
final class SyslogParser implements LineParser {
  private static final int MAX_NAME = 255;

  private final Origin origin;
  private final Stamps stamps;
  private long last;

  SyslogParser(Origin origin) {
    this.origin = origin;
    this.stamps = new Stamps(origin);
    this.last = origin.reference().getAsLong();
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    if (!line.terminated()) {
      return Outcome.MALFORMED;
    }
    var scan = new Scan(line.text());
    priority(scan);
    boolean modern = scan.take("1 ");
    int mark = scan.at();
    boolean stamped = stamp(scan);
    if (!stamped) {
      scan.back(mark);
    }
    String program = modern ? structured(scan) : program(scan, stamped);
    if (program == null) {
      return continues(line) ? Outcome.FILTERED : Outcome.MALFORMED;
    }
    String message = scan.rest();
    Function<Provenance, Fact> fact = Programs.read(program, message, null);
    if (fact == null) {
      return Outcome.FILTERED;
    }
    double trust = program.equals("kernel") ? Provenance.KERNEL : Provenance.APPLICATION;
    sink.accept(fact.apply(origin.provenance(line, trust, last)));
    return Outcome.PARSED;
  }

  private static boolean continues(Line line) {
    char first = line.text().charAt(0);
    return first == ' ' || first == '\t';
  }

  /// `<13>`; a number out of range says no less about the rest of the line.
  private static void priority(Scan scan) {
    int mark = scan.at();
    if (!scan.take('<') || scan.number(1, 3) < 0 || !scan.take('>')) {
      scan.back(mark);
    }
  }

  private boolean stamp(Scan scan) {
    char first = scan.peek();
    long time = first >= '0' && first <= '9' ? stamps.yearFirst(scan) : stamps.syslog(scan);
    if (time == Stamps.NONE || !scan.take(' ')) {
      return false;
    }
    scan.blanks();
    last = time;
    return true;
  }

  /// `web01 php-fpm8.2[27842]: ` in front of the message; the host may be missing.
  private static @Nullable String program(Scan scan, boolean stamped) {
    String tag = tag(scan);
    if (tag != null || !stamped) {
      return tag;
    }
    String host = scan.until(" ", MAX_NAME);
    return host == null ? null : tag(scan);
  }

  /// `php-fpm8.2[27842]: ` or `apachectl: `; null and unmoved when the next word is no tag.
  private static @Nullable String tag(Scan scan) {
    int mark = scan.at();
    String word = scan.until(":", MAX_NAME);
    if (word == null || word.isEmpty() || word.indexOf(' ') >= 0) {
      scan.back(mark);
      return null;
    }
    scan.take(' ');
    int open = word.indexOf('[');
    return open < 0 ? word : word.substring(0, open);
  }

  /// RFC 5424: host, program, process id, message id, structured data.
  private static @Nullable String structured(Scan scan) {
    if (scan.until(" ", MAX_NAME) == null) {
      return null;
    }
    String program = scan.until(" ", MAX_NAME);
    if (program == null || scan.until(" ", MAX_NAME) == null || scan.until(" ", MAX_NAME) == null) {
      return null;
    }
    if (!scan.take("- ")) {
      while (scan.take('[')) {
        if (scan.until("]", 4096) == null) {
          return null;
        }
      }
      scan.take(' ');
    }
    return program;
  }
}
