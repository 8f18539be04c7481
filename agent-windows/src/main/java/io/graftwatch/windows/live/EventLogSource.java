package io.graftwatch.windows.live;

import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.windows.event.EventXmlLog;
import io.graftwatch.windows.win32.EventLog;
import io.graftwatch.windows.win32.Subscription;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All channels of this host, read round robin by one thread.
final class EventLogSource implements Source {
  private static final int POLL = 5_000;

  private final EventLog log;
  private final List<ChannelReader> readers = new ArrayList<>();
  private final SourceCounters counters = new SourceCounters();
  private final Map<String, Long> positions;
  private boolean idle;

  EventLogSource(
      EventLog log, List<Channel> channels, @Nullable Checkpoint from, InstantSource clock) {
    this.log = log;
    this.positions = new TreeMap<>(Positions.of(from));
    var origin =
        new Origin(
            EventLogType.KIND,
            EventLogType.KIND,
            ZoneOffset.UTC,
            () -> clock.millis() * 1000,
            _ -> clock.millis() * 1000);
    var parser = new EventXmlLog(origin);
    for (Channel channel : channels) {
      long position = positions.getOrDefault(channel.name(), -1L);
      readers.add(new ChannelReader(log, channel, position, parser, counters, clock));
    }
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (idle) {
      var open = new ArrayList<Subscription>();
      for (ChannelReader reader : readers) {
        Subscription subscription = reader.subscription();
        if (subscription != null) {
          open.add(subscription);
        }
      }
      log.await(open, POLL);
    }
    int read = 0;
    for (ChannelReader reader : readers) {
      read += reader.drain(sink, Math.max(1, limit / readers.size()));
      if (reader.position() >= 0) {
        positions.put(reader.channel().name(), reader.position());
      }
    }
    idle = read == 0;
    return read;
  }

  @Override
  public void wake() {
    log.wake();
  }

  @Override
  public Checkpoint position() {
    return Positions.checkpoint(positions);
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    readers.forEach(ChannelReader::close);
    log.close();
  }
}
