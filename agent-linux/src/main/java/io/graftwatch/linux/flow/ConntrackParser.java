package io.graftwatch.linux.flow;

import io.graftwatch.core.fact.Connection.State;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.line.Decimal;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import org.jspecify.annotations.Nullable;

/// Kind `conntrack`: what `conntrack -E -o timestamp,extended,id` prints.
///
/// ```
/// [1795489505.875731] [NEW] ipv4 2 tcp 6 120 SYN_SENT src=… dst=… sport=41990 dport=8081 … id=16…
/// ```
///
/// The first `src=`, `dst=`, `sport=`, `dport=` are the opener's view; the second set is the
/// reply's.
final class ConntrackParser implements LineParser {
  private static final int MAX_FIELD = 64;

  private final Origin origin;
  private long last;

  ConntrackParser(Origin origin) {
    this.origin = origin;
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
    var scan = new Scan(line.text().replace('\t', ' '));
    scan.blanks();
    if (stamped(scan)) {
      String stamp = scan.take('[') ? scan.until("]", MAX_FIELD) : null;
      long time = stamp == null ? Stamps.NONE : Decimal.micros(stamp);
      if (time == Stamps.NONE) {
        return Outcome.MALFORMED;
      }
      last = time;
      scan.blanks();
    }
    String event = scan.take('[') ? scan.until("]", MAX_FIELD) : "NEW";
    return event == null ? Outcome.MALFORMED : flow(event.strip(), scan, line, sink);
  }

  private static boolean stamped(Scan scan) {
    int mark = scan.at();
    boolean digits = scan.take('[') && scan.number(1, 9) >= 0;
    scan.back(mark);
    return digits;
  }

  private Outcome flow(String event, Scan scan, Line line, FactSink sink) {
    String protocol = null;
    String source = null;
    String destination = null;
    int sourcePort = -1;
    int destinationPort = -1;
    boolean established = false;
    while (!scan.ended() && destinationPort < 0) {
      scan.blanks();
      int begin = scan.at();
      String word = scan.until(" ", MAX_FIELD);
      if (word == null) {
        word = scan.rest();
        scan.back(begin + word.length());
      }
      int equals = word.indexOf('=');
      switch (equals < 0 ? word : word.substring(0, equals)) {
        case "tcp", "udp" -> protocol = word;
        case "ESTABLISHED" -> established = true;
        case "src" -> source = value(word, equals);
        case "dst" -> destination = value(word, equals);
        case "sport" -> sourcePort = Decimal.integer(word.substring(equals + 1));
        case "dport" -> destinationPort = Decimal.integer(word.substring(equals + 1));
        default -> {
          // Time-outs, states on the way down, flags.
        }
      }
    }
    if (source == null || destination == null) {
      return Outcome.MALFORMED;
    }
    if (protocol == null) {
      return Outcome.FILTERED;
    }
    Endpoint opener = Flow.end(source, sourcePort);
    Endpoint other = Flow.end(destination, destinationPort);
    if (opener == null || other == null) {
      return Outcome.MALFORMED;
    }
    State state =
        switch (event) {
          case "NEW" -> State.ATTEMPTED;
          case "DESTROY" -> State.CLOSED;
          default -> established ? State.ESTABLISHED : State.IN_PROGRESS;
        };
    Provenance provenance = origin.provenance(line, Provenance.KERNEL, last);
    sink.accept(Flow.seen(provenance, state, protocol, opener, other));
    return Outcome.PARSED;
  }

  private static @Nullable String value(String word, int equals) {
    return equals < 0 ? null : word.substring(equals + 1);
  }
}
