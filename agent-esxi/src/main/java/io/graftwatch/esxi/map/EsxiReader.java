package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser.Outcome;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.esxi.line.Message;
import org.jspecify.annotations.Nullable;

/// Reads the messages of one stream, wire or file, in their order, and counts what becomes of them.
public final class EsxiReader {
  private final Origin origin;
  private final double trust;
  private final boolean wire;
  private final @Nullable String host;
  private final Message message;
  private final SourceCounters counters;
  private final OwnSessions own;
  private boolean begun;

  /// @param trust how far the stream can be believed
  /// @param wire messages as they come over the wire; else lines of log files
  /// @param own sessions of the agent itself, which are filtered out
  /// @param host whose messages they are; null to believe what they name
  public EsxiReader(
      Origin origin,
      double trust,
      boolean wire,
      @Nullable String host,
      SourceCounters counters,
      OwnSessions own) {
    this.origin = origin;
    this.trust = trust;
    this.wire = wire;
    this.host = host;
    this.message = new Message(origin.zone(), origin.reference());
    this.counters = counters;
    this.own = own;
  }

  /// Reads a message, or with `lines` possibly the continuation of the one before.
  ///
  /// @param lines messages end with a line feed, so what begins like none goes on with the last
  /// @param broken it is known to be no whole message
  public void read(Line line, boolean lines, boolean broken, FactSink sink) {
    if (line.truncated()) {
      counters.note("message_truncated", 1);
    }
    switch (broken ? Outcome.MALFORMED : outcome(line, lines, sink)) {
      case PARSED -> counters.parsed(1);
      case FILTERED -> counters.filtered(1);
      case MALFORMED -> counters.malformed(1);
    }
  }

  private Outcome outcome(Line line, boolean lines, FactSink sink) {
    byte[] bytes = line.bytes();
    int from = line.from();
    int to = from + line.length();
    if (from == to) {
      return Outcome.FILTERED;
    }
    if (wire && lines && begun && !Message.begins(bytes, from, to)) {
      return Outcome.FILTERED;
    }
    boolean read = wire ? message.wire(bytes, from, to) : message.file(bytes, from, to);
    if (!read) {
      return !wire && begun ? Outcome.FILTERED : Outcome.MALFORMED;
    }
    begun = true;
    if (message.shortened() && !line.truncated()) {
      counters.note("message_truncated", 1);
    }
    Fact fact = EsxiMapper.map(message, () -> provenance(line));
    if (fact == null || own.covers(fact)) {
      return Outcome.FILTERED;
    }
    sink.accept(fact);
    return Outcome.PARSED;
  }

  private Provenance provenance(Line line) {
    long time = message.time() == Long.MIN_VALUE ? origin.reference().getAsLong() : message.time();
    Provenance provenance = origin.provenance(line, trust, time);
    String named = host != null ? host : message.host();
    return named == null ? provenance : provenance.at(named);
  }
}
