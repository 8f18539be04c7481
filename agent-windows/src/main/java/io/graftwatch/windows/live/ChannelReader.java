package io.graftwatch.windows.live;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.LineRecording;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.windows.win32.EventLog;
import io.graftwatch.windows.win32.EventLogException;
import io.graftwatch.windows.win32.Subscription;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Reads one channel on from a record number. A channel that is not there is looked for again every
/// few minutes; whatever else fails opens the subscription anew from the last record.
final class ChannelReader implements AutoCloseable {
  private static final int BATCH = 256;
  private static final long LOOK_AGAIN = 5 * 60_000L;

  /// This many polls in a row that the service calls invalid make the subscription a dead one.
  private static final int TOO_OFTEN = 10;

  private final EventLog log;
  private final Channel channel;
  private final LineParser parser;
  private final SourceCounters counters;
  private final InstantSource clock;
  private @Nullable Subscription subscription;
  private long position;

  /// Up to here records are known where the subscription begins at the oldest; -1 for none.
  private long floor = -1;

  private int batch = BATCH;
  private int invalid;
  private long lookAt;

  /// @param position last record number that was handed out; -1 on the very first start
  ChannelReader(
      EventLog log,
      Channel channel,
      long position,
      LineParser parser,
      SourceCounters counters,
      InstantSource clock) {
    this.log = log;
    this.channel = channel;
    this.position = position;
    this.parser = parser;
    this.counters = counters;
    this.clock = clock;
  }

  Channel channel() {
    return channel;
  }

  @Nullable Subscription subscription() {
    return subscription;
  }

  /// Last record number that was handed out; -1 before the channel was ever seen.
  long position() {
    return position;
  }

  /// Reads what is there, at most about `limit` records.
  ///
  /// @return records read
  int drain(FactSink sink, int limit) throws EventLogException {
    if (subscription == null && (clock.millis() < lookAt || !open(sink))) {
      return 0;
    }
    Subscription open = subscription;
    if (open == null) {
      return 0;
    }
    open.reset();
    int read = 0;
    try {
      int got;
      do {
        got = open.next(batch, xml -> take(xml, sink));
        read += got;
      } while (got > 0 && read < limit);
      invalid = 0;
    } catch (EventLogException e) {
      recover(e);
    }
    return read;
  }

  private void take(String xml, FactSink sink) {
    Line line = Line.of(xml);
    long record = recordId(xml);
    if (record > 0 && record <= floor) {
      return; // handed out before its bookmark was gone
    }
    LineRecording.count(parser, line, sink, counters);
    position = record > 0 ? record : position;
  }

  static long recordId(String xml) {
    int at = xml.indexOf("<EventRecordID>");
    long id = 0;
    for (int i = at + 15; at >= 0 && i < xml.length() && Character.isDigit(xml.charAt(i)); i++) {
      id = id * 10 + xml.charAt(i) - '0';
    }
    return id;
  }

  private void recover(EventLogException e) throws EventLogException {
    switch (e.code()) {
      case EventLogException.INVALID_BOUND -> {
        // The service has moved on although it gave nothing: back to the last record.
        batch = Math.max(1, batch / 2);
        close();
      }
      case EventLogException.INVALID_OPERATION -> {
        if (++invalid >= TOO_OFTEN) {
          invalid = 0;
          close();
        }
      }
      case EventLogException.RESULT_STALE, EventLogException.INVALID_POSITION -> close();
      default -> throw e;
    }
  }

  /// @return whether the channel is there
  private boolean open(FactSink sink) throws EventLogException {
    try {
      EventLog.Extent extent = log.extent(channel.name());
      if (position < 0) {
        // An anchor at once, or a crash before the first event would lose what lies between.
        position = extent.newest();
      }
      if (extent.records() > 0 && position > extent.newest()) {
        gap(sink, -1, "record_ids_restart");
        position = 0;
      } else if (extent.records() > 0 && position + 1 < extent.oldest()) {
        gap(sink, extent.oldest() - position - 1, "overwritten");
        position = extent.oldest() - 1;
      }
      subscription = subscribe(extent);
      return true;
    } catch (EventLogException e) {
      if (e.code() == EventLogException.CHANNEL_NOT_FOUND
          || e.code() == EventLogException.ACCESS_DENIED) {
        counters.note("absent: " + channel.name(), 1);
        lookAt = clock.millis() + LOOK_AGAIN;
        return false;
      }
      throw e;
    }
  }

  /// Strictly behind the last record; from the oldest when that one is not there any more.
  private Subscription subscribe(EventLog.Extent extent) throws EventLogException {
    floor = extent.records() == 0 ? -1 : position;
    if (position < extent.oldest() || extent.records() == 0) {
      return log.subscribe(channel.name(), channel.query(), -1);
    }
    try {
      return log.subscribe(channel.name(), channel.query(), position);
    } catch (EventLogException e) {
      if (e.code() != EventLogException.NOT_FOUND) {
        throw e;
      }
      counters.note("bookmark_gone", 1);
      return log.subscribe(channel.name(), channel.query(), -1);
    }
  }

  /// @param lost records that nobody can read any more; -1 when their number is not known
  private void gap(FactSink sink, long lost, String reason) {
    long now = clock.millis() * 1000;
    counters.lost(Math.max(0, lost));
    counters.note(reason, 1);
    sink.accept(
        new SourceGap(
            new Provenance(
                EventLogType.KIND,
                channel.name() + ":" + reason + ":" + position,
                Provenance.KERNEL,
                now,
                now,
                null,
                Raw.NONE),
            now,
            now,
            lost,
            reason));
  }

  @Override
  public void close() {
    Subscription open = subscription;
    if (open != null) {
      subscription = null;
      open.close();
    }
  }
}
