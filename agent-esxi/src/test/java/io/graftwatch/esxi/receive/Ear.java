package io.graftwatch.esxi.receive;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A receiver that is pumped by a thread of its own, as the agent does it.
final class Ear implements AutoCloseable {
  static final Map<String, String> EVERYWHERE =
      Map.of("udp", "127.0.0.1:0", "tcp", "127.0.0.1:0", "peers", "127.0.0.0/8");

  final SyslogReceiver receiver;
  final List<Fact> facts = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private volatile boolean stopping;

  Ear(Map<String, String> table) throws IOException {
    this(table, null);
  }

  Ear(Map<String, String> table, @Nullable Checkpoint from) throws IOException {
    receiver =
        new SyslogReceiver(
            "esxi-syslog",
            ListenConfig.of(new SourceConfig("listen", table)),
            from,
            InstantSource.system(),
            new OwnSessions(InstantSource.system()));
    thread = Thread.ofPlatform().daemon().start(this::pump);
  }

  static Map<String, String> tls(Certificates certificates, boolean ask) {
    var table = new HashMap<String, String>();
    table.put("tls", "127.0.0.1:0");
    table.put("certificate", certificates.file("server.pem").toString());
    table.put("key", certificates.file("server.key").toString());
    if (ask) {
      table.put("client_ca", certificates.file("ca.pem").toString());
    } else {
      table.put("peers", "127.0.0.1");
    }
    return table;
  }

  private void pump() {
    try {
      while (!stopping) {
        receiver.pump(facts::add, 512);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long read() {
    return receiver.counters().snapshot().read();
  }

  long note(String name) {
    return receiver.counters().snapshot().notes().getOrDefault(name, 0L);
  }

  /// Waits until it is so, half a minute at most.
  boolean until(BooleanSupplier so) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!so.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
      Thread.yield();
    }
    return so.getAsBoolean();
  }

  @Override
  public void close() {
    stopping = true;
    receiver.wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    receiver.close();
  }
}
