package io.graftwatch.windows.event;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.windows.map.EventMapper;

/// Event XML, one `<Event>` a line, as EvtRender gives it and most exporters write it. Lines that
/// only frame the events (an XML declaration, `<Events>`) are passed over.
public final class EventXmlLog implements LineParser {
  /// Longest record that is read, bytes: an event is at most 64 KiB of binary XML.
  public static final int MAX_RECORD = 256 * 1024;

  private static final byte[] BEGIN = {'<', 'E', 'v', 'e', 'n', 't'};
  private static final byte[] END = {'<', '/', 'E', 'v', 'e', 'n', 't', '>'};

  private final Origin origin;
  private final Skim skim = new Skim(EventMapper.ids());
  private final EventXml reader = new EventXml();
  private final EventMapper mapper = new EventMapper();

  public EventXmlLog(Origin origin) {
    this.origin = origin;
  }

  @Override
  public Outcome parse(Line line, FactSink sink) {
    byte[] bytes = line.bytes();
    int from = line.from();
    int to = from + line.length();
    while (from < to && bytes[from] <= ' ' && bytes[from] >= 0) {
      from++;
    }
    while (to > from && bytes[to - 1] <= ' ' && bytes[to - 1] >= 0) {
      to--;
    }
    if (from == to) {
      return Outcome.FILTERED;
    }
    if (!isAt(BEGIN, bytes, from, to) || (from + BEGIN.length < to && bytes[from + 6] == 's')) {
      return isFrame(bytes, from, to) ? Outcome.FILTERED : Outcome.MALFORMED;
    }
    if (!isAt(END, bytes, to - END.length, to)) {
      return Outcome.MALFORMED;
    }
    if (!skim.matters(bytes, from, to)) {
      return Outcome.FILTERED;
    }
    return switch (reader.read(bytes, from, to)) {
      case EventXml.Read.Malformed _ -> Outcome.MALFORMED;
      case EventXml.Read.Event(WinEvent event) ->
          mapper.map(event, provenance(event, line), sink) ? Outcome.PARSED : Outcome.FILTERED;
    };
  }

  private Provenance provenance(WinEvent event, Line line) {
    String id = Long.toString(event.recordId());
    String identity = event.channel() + ':' + id + ':' + event.time();
    if (event.recordId() == 0) {
      // A conversion lost the ids: the bytes tell records apart.
      return origin.provenance(line, trust(event), event.time()).at(event.computer());
    }
    return new Provenance(
        origin.kind(),
        identity,
        id,
        trust(event),
        event.time(),
        origin.seen().applyAsLong(event.time()),
        event.computer(),
        false,
        line.raw());
  }

  /// Any program may write to these two under any provider's name.
  private static double trust(WinEvent event) {
    return switch (event.channel()) {
      case "Application", "MSExchange Management" -> Provenance.APPLICATION;
      default -> Provenance.KERNEL;
    };
  }

  private static boolean isFrame(byte[] bytes, int from, int to) {
    return bytes[from] == '<'
        && from + 1 < to
        && (bytes[from + 1] == '?' || bytes[from + 1] == '/' || isAt(BEGIN, bytes, from, to));
  }

  private static boolean isAt(byte[] wanted, byte[] bytes, int from, int to) {
    return from >= 0
        && to - from >= wanted.length
        && java.util.Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
  }
}
