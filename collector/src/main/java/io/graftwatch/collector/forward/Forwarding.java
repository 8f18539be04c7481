package io.graftwatch.collector.forward;

import io.graftwatch.collector.store.Lease;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.delivery.output.Shipper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.tinylog.Logger;

/// Every configured output at work: a thread, a mark and a lease each, so that one that fails holds
/// up nobody, and of several collectors one sends.
public final class Forwarding implements AutoCloseable {
  private static final int RECORDS_PER_SECOND = 2_000;
  private static final Duration SLACK = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Store store;
  private final List<Place> places;
  private final String collector;
  private final String version;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private final List<Line> lines = new ArrayList<>();

  private static final class Line {
    final Place place;
    final TableQueue queue;
    final Shipper shipper;
    final Thread thread;
    String noted = "";

    Line(Place place, TableQueue queue, Shipper shipper) {
      this.place = place;
      this.queue = queue;
      this.shipper = shipper;
      this.thread = Thread.ofPlatform().name("forward-" + place.name()).unstarted(shipper);
    }
  }

  /// @param collector host name of this collector, for test records
  /// @param process a name that no other process has
  /// @param nanos a clock that never jumps
  public Forwarding(
      Store store,
      List<Place> places,
      String collector,
      String version,
      String process,
      Map<String, String> environment,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this.store = store;
    this.places = List.copyOf(places);
    this.collector = collector;
    this.version = version;
    this.environment = Map.copyOf(environment);
    this.clock = clock;
    for (Place place : places) {
      Duration life = place.timeout().multipliedBy(2).plus(SLACK);
      var lease = new Lease(store.leases(), "output " + place.name(), process, life);
      var queue = new TableQueue(store.outbox(), place.name(), lease, clock);
      var shipper =
          new Shipper(
              queue,
              place.open(environment, clock),
              RECORDS_PER_SECOND,
              nanos,
              random,
              Logger::warn);
      lines.add(new Line(place, queue, shipper));
    }
  }

  public void start() {
    lines.forEach(line -> line.thread.start());
  }

  public List<Place> places() {
    return places;
  }

  /// Sends one record that is marked as a test, beside the queue.
  public Trial.Result trial(Place place) {
    return Trial.of(place, collector, version, environment, clock);
  }

  /// Writes down which output fails, and why, for whoever asks.
  public void note() {
    for (Line line : lines) {
      String problem = Objects.requireNonNullElse(line.shipper.problem(), "");
      if (!problem.equals(line.noted)) {
        try {
          store.outbox().note(line.place.name(), problem, clock.millis());
          line.noted = problem;
        } catch (StoreException e) {
          Logger.debug("the state of {} is noted later: {}", line.place.name(), e.getMessage());
        }
      }
    }
  }

  /// Dead letters are to be tried again: no need to wait.
  public void wake() {
    lines.forEach(line -> line.queue.wake());
  }

  @Override
  public void close() {
    lines.forEach(line -> line.shipper.stop());
    for (Line line : lines) {
      try {
        if (!line.thread.join(PATIENCE)) {
          line.thread.interrupt();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (IllegalThreadStateException _) {
        // It never ran.
      }
      line.queue.release();
    }
  }
}
