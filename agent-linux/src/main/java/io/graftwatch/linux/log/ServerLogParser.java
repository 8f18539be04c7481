package io.graftwatch.linux.log;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import org.jspecify.annotations.Nullable;

/// A server's own log file: stamped lines, and between them what was printed without a stamp, which
/// takes the time of the line before it.
abstract class ServerLogParser implements LineParser {
  final Stamps stamps;
  private final Origin origin;
  private final String server;
  private long last;

  ServerLogParser(Origin origin, String server) {
    this.origin = origin;
    this.server = server;
    this.stamps = new Stamps(origin);
    this.last = origin.reference().getAsLong();
  }

  /// Whether a line begins as this log's stamped lines do.
  abstract boolean stamped(String text);

  /// Reads the stamp and moves behind it; [Stamps#NONE] when it is none.
  abstract long stamp(Scan scan);

  /// What a stamped line says, from behind its stamp on; null when it says nothing for us.
  abstract @Nullable Reading message(Scan scan);

  /// What a line without a stamp says.
  @Nullable Reading unstamped(String text) {
    return Traces.read(text);
  }

  /// The server that wrote the line last parsed.
  String server() {
    return server;
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    if (!line.terminated()) {
      return Outcome.MALFORMED;
    }
    String text = line.text();
    Reading reading;
    if (stamped(text)) {
      var scan = new Scan(text);
      long time = stamp(scan);
      if (time == Stamps.NONE) {
        return Outcome.MALFORMED;
      }
      last = time;
      reading = message(scan);
    } else {
      reading = unstamped(text);
    }
    if (reading == null) {
      return Outcome.FILTERED;
    }
    Provenance provenance = origin.provenance(line, Provenance.APPLICATION, last);
    sink.accept(reading.fact(provenance, server(), null, text));
    return Outcome.PARSED;
  }
}
