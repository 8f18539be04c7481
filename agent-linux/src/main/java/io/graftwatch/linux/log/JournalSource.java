package io.graftwatch.linux.log;

import io.graftwatch.core.child.ChildLines;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The live journal, through a `journalctl --follow` child. When the child ends or is silent while
/// the journal grows, [#pump] fails and the supervisor opens the journal again behind the last
/// cursor.
final class JournalSource implements Source {
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final long SILENCE = TimeUnit.MINUTES.toMicros(4);

  private final InstantSource clock;
  private final JournalFiles journal;
  private final LineParser parser;
  private final SourceCounters counters = new SourceCounters();
  private final ChildLines child;
  private final Line line = new Line();
  private long number;
  private long heard;
  private String cursor;
  private boolean dead;

  /// @param journalctl absolute path
  /// @param from the cursor's text; null on the first start ever: begins at the end
  JournalSource(
      Path journalctl, JournalFiles journal, InstantSource clock, @Nullable Checkpoint from)
      throws IOException {
    this.clock = clock;
    this.journal = journal;
    this.cursor = from == null ? "" : from.value();
    this.heard = now();
    this.parser =
        new JournalParser(new Origin("journal", "journal", ZoneOffset.UTC, this::now, _ -> now()));
    this.child = ChildLines.start(command(journalctl, cursor), false, Line.MAX);
  }

  static List<String> command(Path journalctl, String cursor) {
    var command = new ArrayList<String>();
    command.add(journalctl.toString());
    command.add("--follow");
    command.add("--output=json");
    command.add("--all");
    command.add("--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_EXE,_SYSTEMD_UNIT,_TRANSPORT");
    if (cursor.isEmpty()) {
      command.add("--lines=0");
    } else {
      command.add("--no-tail");
      command.add("--after-cursor=" + cursor);
    }
    return command;
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (dead) {
      throw new IOException("journalctl has ended");
    }
    List<byte[]> entries = child.take(limit, WAIT);
    for (byte[] entry : entries) {
      take(entry, sink);
    }
    if (!entries.isEmpty()) {
      heard = now();
    } else if (child.over()) {
      ended(sink);
    } else if (now() - heard > SILENCE && journal.written(heard, now())) {
      throw new IOException("SOURCE_STALLED: journalctl is silent while the journal grows");
    }
    return entries.size();
  }

  private void take(byte[] entry, FactSink sink) {
    line.at(entry, 0, entry.length, ++number, entry.length >= Line.MAX, true);
    switch (parser.parse(line, sink)) {
      case PARSED -> counters.parsed(1);
      case FILTERED -> counters.filtered(1);
      case MALFORMED -> counters.malformed(1);
    }
    String reached = cursor(entry);
    if (reached != null) {
      cursor = reached;
    }
  }

  /// The record's cursor, which journalctl writes first.
  static @Nullable String cursor(byte[] entry) {
    String head = new String(entry, 0, Math.min(entry.length, 600), StandardCharsets.UTF_8);
    int at = head.indexOf("\"__CURSOR\"");
    int open = at < 0 ? -1 : head.indexOf('"', at + 11);
    int close = open < 0 ? -1 : head.indexOf('"', open + 1);
    return close < 0 ? null : head.substring(open + 1, close);
  }

  /// The next call fails, after what was read has been handed over. A child that ends before its
  /// first word did not know the cursor: the next one starts at the end, and what lies between is a
  /// gap.
  private void ended(FactSink sink) {
    dead = true;
    if (number == 0 && !cursor.isEmpty()) {
      long now = now();
      var provenance =
          new Provenance(
              "journal", "gap:" + cursor, Provenance.APPLICATION, now, now, null, Raw.NONE);
      sink.accept(new SourceGap(provenance, now, now, -1, "cursor_gone"));
      cursor = "";
    }
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  @Override
  public void wake() {
    child.wake();
  }

  @Override
  public Checkpoint position() {
    return new Checkpoint(cursor);
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    child.close();
  }
}
