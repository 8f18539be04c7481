package io.graftwatch.linux.flow;

import com.fasterxml.jackson.core.JsonToken;
import io.graftwatch.core.fact.Connection.State;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.line.Decimal;
import io.graftwatch.linux.line.JsonLine;
import io.graftwatch.linux.line.Scan;
import io.graftwatch.linux.line.Stamps;
import org.jspecify.annotations.Nullable;

/// Kind `suricata-eve`: Suricata's eve.json. `flow` events, and the `netflow` event of the opener's
/// side, are connections; all other event types mean nothing here. The time is that of the flow's
/// start; Suricata writes it when it ended.
final class SuricataParser implements LineParser {
  private final Origin origin;
  private final Stamps stamps;
  private String netflow = "";

  SuricataParser(Origin origin) {
    this.origin = origin;
    this.stamps = new Stamps(origin);
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    var event = new Event();
    if (!JsonLine.read(line, event) || event.type.isEmpty()) {
      return Outcome.MALFORMED;
    }
    boolean half = event.type.equals("netflow");
    if (half ? answered(event) : !event.type.equals("flow")) {
      return Outcome.FILTERED;
    }
    String protocol = Flow.protocol(event.protocol);
    if (protocol == null) {
      return Outcome.FILTERED;
    }
    long time = stamps.yearFirst(new Scan(event.start.isEmpty() ? event.written : event.start));
    Endpoint opener = Flow.end(event.source, event.sourcePort);
    Endpoint other = Flow.end(event.destination, event.destinationPort);
    if (time == Stamps.NONE || opener == null || other == null) {
      return Outcome.MALFORMED;
    }
    Provenance provenance =
        half || event.id.isEmpty()
            ? origin.provenance(line, Provenance.KERNEL, time)
            : origin.provenance(line, event.id, Provenance.KERNEL, time);
    sink.accept(Flow.seen(provenance, state(event.state), protocol, opener, other));
    return Outcome.PARSED;
  }

  /// A netflow event tells one direction; the answer's event follows with the same flow id.
  private boolean answered(Event event) {
    boolean answer = !event.id.isEmpty() && event.id.equals(netflow);
    netflow = event.id;
    return answer;
  }

  private static State state(String name) {
    return switch (name) {
      case "new" -> State.ATTEMPTED;
      case "established" -> State.ESTABLISHED;
      default -> State.CLOSED;
    };
  }

  /// The fields that matter.
  private static final class Event implements JsonLine.Fields {
    private String written = "";
    private String type = "";
    private String id = "";
    private @Nullable String source;
    private int sourcePort = -1;
    private @Nullable String destination;
    private int destinationPort = -1;
    private String protocol = "";
    private String start = "";
    private String state = "";

    @Override
    public void accept(String name, JsonToken token, String value) {
      switch (name) {
        case "timestamp" -> written = value;
        case "event_type" -> type = value;
        case "flow_id" -> id = value.length() > 24 ? "" : value;
        case "src_ip" -> source = value;
        case "src_port" -> sourcePort = Decimal.integer(value);
        case "dest_ip" -> destination = value;
        case "dest_port" -> destinationPort = Decimal.integer(value);
        case "proto" -> protocol = value;
        case "flow.start", "netflow.start" -> start = value;
        case "flow.state" -> state = value;
        default -> {
          // Counters and application layers.
        }
      }
    }
  }
}
