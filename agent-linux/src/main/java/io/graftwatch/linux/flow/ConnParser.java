package io.graftwatch.linux.flow;

import com.fasterxml.jackson.core.JsonToken;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Connection.Direction;
import io.graftwatch.core.fact.Connection.State;
import io.graftwatch.core.fact.Connection.Via;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.line.Decimal;
import io.graftwatch.linux.line.JsonLine;
import io.graftwatch.linux.line.Stamps;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Kind `conn`: sweeps of the socket table, one JSON object a line (design.md, command line). A
/// socket in state LISTEN is a listener; an unconnected UDP socket has no other end and is left
/// out.
final class ConnParser implements LineParser {
  private final Origin origin;

  ConnParser(Origin origin) {
    this.origin = origin;
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    var socket = new Socket();
    if (!JsonLine.read(line, socket) || socket.time == Stamps.NONE) {
      return Outcome.MALFORMED;
    }
    Endpoint local = Flow.end(socket.localAddress, socket.localPort);
    String protocol = Flow.protocol(socket.protocol);
    if (local == null) {
      return Outcome.MALFORMED;
    }
    Endpoint remote = Flow.end(socket.remoteAddress, socket.remotePort);
    boolean listening = socket.state.equals("LISTEN");
    if (!listening && (remote == null || remote.port() == 0)) {
      return Outcome.FILTERED;
    }
    Provenance provenance = origin.provenance(line, Provenance.KERNEL, socket.time);
    ProcessId process = socket.pid < 0 ? ProcessId.UNKNOWN : ProcessId.of(socket.pid);
    sink.accept(
        listening || remote == null
            ? new Listener(
                provenance, process, -1, null, Identity.UNKNOWN, protocol, local, Via.SWEEP)
            : connection(provenance, process, protocol, socket.state, local, remote));
    return Outcome.PARSED;
  }

  private static Fact connection(
      Provenance provenance,
      ProcessId process,
      @Nullable String protocol,
      String name,
      Endpoint local,
      Endpoint remote) {
    Direction direction =
        switch (name) {
          case "SYN_SENT" -> Direction.OUTBOUND;
          case "SYN_RECV", "NEW_SYN_RECV" -> Direction.INBOUND;
          default -> Direction.UNKNOWN;
        };
    State state =
        switch (name) {
          case "SYN_SENT", "SYN_RECV", "NEW_SYN_RECV" -> State.IN_PROGRESS;
          case "ESTABLISHED" -> State.ESTABLISHED;
          case "FIN_WAIT1",
              "FIN_WAIT2",
              "TIME_WAIT",
              "CLOSE",
              "CLOSE_WAIT",
              "LAST_ACK",
              "CLOSING" ->
              State.CLOSED;
          default -> State.UNKNOWN;
        };
    return new Connection(
        provenance,
        process,
        -1,
        null,
        Identity.UNKNOWN,
        direction,
        state,
        protocol,
        local,
        remote,
        Via.SWEEP);
  }

  /// The fields of one line.
  private static final class Socket implements JsonLine.Fields {
    private long time = Stamps.NONE;
    private int pid = -1;
    private String protocol = "";
    private @Nullable String localAddress;
    private int localPort = -1;
    private @Nullable String remoteAddress;
    private int remotePort = -1;
    private String state = "";

    @Override
    public void accept(String name, JsonToken token, String value) {
      switch (name) {
        case "t" -> time = Decimal.micros(value);
        case "pid" -> pid = Decimal.integer(value);
        case "proto" -> protocol = value;
        case "localAddress" -> localAddress = value;
        case "localPort" -> localPort = Decimal.integer(value);
        case "remoteAddress" -> remoteAddress = value;
        case "remotePort" -> remotePort = Decimal.integer(value);
        case "state" -> state = value.toUpperCase(Locale.ROOT).replace('-', '_');
        default -> {
          // Nothing else is said of a socket.
        }
      }
    }
  }
}
