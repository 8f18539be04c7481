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
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kind `zeek-conn`: Zeek's conn.log, tab-separated behind a `#fields` line or as JSON. `ts` is
/// when the connection began; Zeek writes it when it ended.
final class ZeekParser implements LineParser {
  private static final List<String> DEFAULT =
      List.of("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto");
  private static final int MAX_COLUMNS = 128;

  private final Origin origin;
  private final Stamps stamps;
  private List<String> columns = DEFAULT;

  ZeekParser(Origin origin) {
    this.origin = origin;
    this.stamps = new Stamps(origin);
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    if (line.isEmpty()) {
      return Outcome.FILTERED;
    }
    var row = new Row();
    String text = line.text();
    if (text.charAt(0) == '{') {
      if (!JsonLine.read(line, row)) {
        return Outcome.MALFORMED;
      }
    } else if (!line.terminated()) {
      return Outcome.MALFORMED;
    } else if (text.charAt(0) == '#') {
      if (text.startsWith("#fields\t")) {
        columns = List.of(text.substring(8).split("\t", MAX_COLUMNS));
      }
      return Outcome.FILTERED;
    } else {
      String[] values = text.split("\t", MAX_COLUMNS);
      for (int i = 0; i < values.length && i < columns.size(); i++) {
        row.accept(columns.get(i), JsonToken.VALUE_STRING, values[i]);
      }
    }
    return flow(row, line, sink);
  }

  private Outcome flow(Row row, Line line, FactSink sink) {
    long time = time(row.stamp);
    Endpoint opener = Flow.end(row.opener, row.openerPort);
    Endpoint other = Flow.end(row.other, row.otherPort);
    if (time == Stamps.NONE || opener == null || other == null) {
      return Outcome.MALFORMED;
    }
    String protocol = Flow.protocol(row.protocol);
    if (protocol == null) {
      return Outcome.FILTERED;
    }
    State state =
        switch (row.state) {
          case "S0", "SH", "SHR", "OTH" -> State.ATTEMPTED;
          case "REJ" -> State.REFUSED;
          case "S1" -> State.ESTABLISHED;
          default -> State.CLOSED;
        };
    Provenance provenance =
        row.uid.isEmpty()
            ? origin.provenance(line, Provenance.KERNEL, time)
            : origin.provenance(line, row.uid, Provenance.KERNEL, time);
    sink.accept(Flow.seen(provenance, state, protocol, opener, other));
    return Outcome.PARSED;
  }

  private long time(String stamp) {
    long epoch = Decimal.micros(stamp);
    return epoch == Stamps.NONE ? stamps.yearFirst(new Scan(stamp)) : epoch;
  }

  /// The columns that matter.
  private static final class Row implements JsonLine.Fields {
    private String stamp = "";
    private String uid = "";
    private @Nullable String opener;
    private int openerPort = -1;
    private @Nullable String other;
    private int otherPort = -1;
    private String protocol = "";
    private String state = "";

    @Override
    public void accept(String name, JsonToken token, String value) {
      switch (name) {
        case "ts" -> stamp = value;
        case "uid" -> uid = value.length() > 32 ? "" : value;
        case "id.orig_h" -> opener = value;
        case "id.orig_p" -> openerPort = Decimal.integer(value);
        case "id.resp_h" -> other = value;
        case "id.resp_p" -> otherPort = Decimal.integer(value);
        case "proto" -> protocol = value;
        case "conn_state" -> state = value;
        default -> {
          // Byte counts, history, services.
        }
      }
    }
  }
}
