package io.graftwatch.esxi.ssh;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.line.Origin;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Applicability.Lack;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.esxi.map.EsxiReader;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The logs of all configured hosts, each host on a thread that waits for it.
final class TailSource implements Source {
  private static final int MAX_EVENTS = 64;
  private static final int WAIT_SECONDS = 5;

  private final String kind;
  private final InstantSource clock;
  private final SourceCounters counters = new SourceCounters();
  private final BlockingQueue<HostTail.Event> events = new ArrayBlockingQueue<>(MAX_EVENTS);
  private final List<HostTail> hosts = new ArrayList<>();

  /// `HOST FILE` → its log.
  private final Map<String, Log> logs = new HashMap<>();

  private final Map<Log, String> hostOf = new HashMap<>();

  TailSource(
      String kind,
      TailConfig config,
      @Nullable Checkpoint from,
      InstantSource clock,
      OwnSessions own) {
    this.kind = kind;
    this.clock = clock;
    Map<String, Log.Position> before = positions(from);
    for (TailConfig.Target target : config.targets()) {
      var files = new ArrayList<Log>();
      for (String path : config.logs()) {
        String name = target.name() + " " + path;
        var log = new Log(path, reader(target.name(), path, own), before.get(shortened(name)));
        logs.put(name, log);
        hostOf.put(log, target.name());
        files.add(log);
      }
      hosts.add(new HostTail(target, config.key(), files, events, counters, own));
    }
    hosts.forEach(HostTail::start);
  }

  private EsxiReader reader(String host, String path, OwnSessions own) {
    var origin =
        new Origin(
            kind,
            host + ":" + path.substring(path.lastIndexOf('/') + 1),
            ZoneOffset.UTC,
            this::micros,
            _ -> micros());
    return new EsxiReader(origin, Provenance.KERNEL, false, host, counters, own);
  }

  private long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    var handed = new int[1];
    FactSink counting =
        fact -> {
          handed[0]++;
          sink.accept(fact);
        };
    int lines = 0;
    try {
      HostTail.Event event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      while (event != null) {
        switch (event) {
          case HostTail.Begins(Log log, Log.Position at, boolean terminal) ->
              log.begins(at, terminal);
          case HostTail.Bytes(Log log, byte[] bytes, int length) ->
              lines += log.take(bytes, length, counting);
          case HostTail.Mark(CountDownLatch reached) -> reached.countDown();
          case HostTail.Missing(Log log) -> counting.accept(missing(log));
        }
        event = handed[0] < limit ? events.poll() : null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return lines;
  }

  private SourceGap missing(Log log) {
    long now = micros();
    counters.note("rotated_away", 1);
    var provenance =
        new Provenance(kind, "gap:" + now + log.path(), 1, now, now, hostOf.get(log), Raw.NONE);
    return new SourceGap(provenance, now, now, -1, "rotated_away");
  }

  /// Names in a checkpoint are short: there is not room for whole ones.
  private static String shortened(String name) {
    return Integer.toHexString(name.hashCode());
  }

  private static Map<String, Log.Position> positions(@Nullable Checkpoint from) {
    Map<String, Log.Position> positions = new HashMap<>();
    if (from != null) {
      for (String entry : from.value().split(";", -1)) {
        String[] parts = entry.split(":", -1);
        if (parts.length == 3) {
          positions.put(parts[0], new Log.Position(Long.parseLong(parts[1]), parts[2]));
        }
      }
    }
    return positions;
  }

  @Override
  public Checkpoint position() {
    var text = new StringBuilder();
    logs.forEach((name, log) -> {
      Log.Position at = log.position();
      if (at != null) {
        text.append(shortened(name)).append(':').append(at.offset()).append(':').append(at.id());
        text.append(';');
      }
    });
    return new Checkpoint(text.toString());
  }

  /// Hosts that are not connected, each with the reason.
  @Override
  public Applicability condition() {
    var lacks = new ArrayList<Lack>();
    for (HostTail host : hosts) {
      Lack lack = host.lack();
      if (lack != null) {
        lacks.add(lack);
      }
    }
    return lacks.size() < hosts.size()
        ? new Applicability.Usable(lacks)
        : new Applicability.Unusable(
            String.join("; ", lacks.stream().map(Lack::what).toList()), lacks.getFirst().remedy());
  }

  /// Cuts all connections, as a fault does.
  void cut() {
    hosts.forEach(HostTail::cut);
  }

  @Override
  public void wake() {
    boolean _ = events.offer(new HostTail.Mark(new CountDownLatch(1)));
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    hosts.forEach(HostTail::stop);
  }
}
