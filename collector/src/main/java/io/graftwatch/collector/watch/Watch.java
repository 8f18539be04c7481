package io.graftwatch.collector.watch;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.ingest.Reading;
import io.graftwatch.collector.store.Condition;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.HostQuery;
import io.graftwatch.collector.store.HostState;
import io.graftwatch.collector.store.Lease;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.delivery.finding.Heartbeat;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.tinylog.Logger;

/// Looks after the fleet: takes heartbeats, and every few seconds looks who is silent and tells
/// what there is to tell.
///
/// Silence is measured only while this collector could hear: after its start, a failure of the
/// store, a time in which it did not run or a jump of its clock, agents have a grace to come back.
public final class Watch {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration JUMP = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(60);
  private static final int MAX_CONDITIONS = 100_000;

  private final Store store;
  private final Config.Watch limits;
  private final String collector;
  private final String version;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Lease lease;
  private volatile long hearingSince;
  private boolean leading;
  private boolean failing;
  private long lastMillis;
  private long lastNanos;

  /// @param collector host name of this collector, for findings about the fleet
  /// @param process a name that no other process has
  /// @param nanos a clock that never jumps
  public Watch(
      Store store,
      Config.Watch limits,
      String collector,
      String version,
      String process,
      InstantSource clock,
      LongSupplier nanos) {
    this.store = store;
    this.limits = limits;
    this.collector = collector;
    this.version = version;
    this.clock = clock;
    this.nanos = nanos;
    this.lease = new Lease(store.leases(), "watch", process, LEASE);
    this.hearingSince = clock.millis();
    this.lastMillis = hearingSince;
    this.lastNanos = nanos.getAsLong();
  }

  /// Keeps a heartbeat and what it means.
  ///
  /// @return as in [Vitals#beat]
  public long heard(String agentId, Heartbeat beat, Deflated body, long now) throws StoreException {
    return store
        .vitals()
        .beat(
            agentId,
            body,
            now,
            (before, certificate, arrived, open) ->
                Diagnosis.of(agentId, beat, limits, now, before, certificate, arrived, open));
  }

  /// By which everybody judges who is late and who is silent.
  public Horizon horizon(long now) {
    long silent = limits.silentAfter().toMillis();
    long late = now - silent * 5 / 7;
    return now - hearingSince >= limits.restartGrace().toMillis()
        ? new Horizon(now, late, now - silent, now + silent)
        : new Horizon(now, late, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /// Looks once. One thread.
  public void look() {
    long now = clock.millis();
    long elapsed = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - lastNanos);
    long jump = Math.abs(now - lastMillis - elapsed);
    lastMillis = now;
    lastNanos += TimeUnit.MILLISECONDS.toNanos(elapsed);
    if (jump > JUMP.toMillis() || elapsed > limits.every().plus(PAUSE).toMillis()) {
      Logger.warn("the clock jumped or the collector stood still: agents have a grace");
      hearingSince = now;
    }
    try {
      boolean ours = lease.held(now);
      if (ours && !leading) {
        hearingSince = now;
      }
      leading = ours;
      if (ours) {
        tell(now);
      }
      failing = false;
    } catch (StoreException e) {
      if (!failing) {
        Logger.error("the fleet cannot be looked after: {}", e.getMessage());
      }
      failing = true;
      leading = false;
      hearingSince = now;
    }
  }

  private void tell(long now) throws StoreException {
    Horizon horizon = horizon(now);
    store.vitals().notice(horizon);
    List<Condition> conditions = store.vitals().conditions(MAX_CONDITIONS);
    if (conditions.isEmpty()) {
      return;
    }
    Alarms.Plan plan = Alarms.of(conditions, limits, now);
    if (plan.isEmpty()) {
      return;
    }
    var report = new Report(collector, version, fleet(horizon), now);
    var findings = new ArrayList<FindingRecord>();
    for (Telling telling : plan.tell()) {
      findings.add(Reading.own(report.of(informed(telling, horizon))));
    }
    store.vitals().settle(findings, plan.told(), plan.over(), now);
    plan.tell()
        .forEach(telling ->
            Logger.info(
                "fleet: {} {} {}",
                telling.about().kind().word(),
                telling.about().isFleet() ? Condition.FLEET : telling.about().host(),
                telling.stage()));
  }

  /// Adds what the last heartbeat said to an agent's silence.
  private Telling informed(Telling telling, Horizon horizon) throws StoreException {
    Condition about = telling.about();
    if (about.kind() != Condition.Kind.SILENT || about.isFleet() || !about.detail().isEmpty()) {
      return telling;
    }
    var query = new HostQuery(horizon, null, about.subject(), null, 1);
    String known = "nothing";
    for (Vitals.Host host : store.vitals().hosts(query)) {
      known = LastWords.of(host);
    }
    return new Telling(
        about.known(known),
        telling.stage(),
        telling.revision(),
        telling.hosts(),
        telling.mergedInto());
  }

  /// How many agents should beat.
  private long fleet(Horizon horizon) throws StoreException {
    Map<HostState, Long> counts = store.vitals().counts(horizon);
    return counts.entrySet().stream()
        .filter(entry ->
            switch (entry.getKey()) {
              case REVOKED, STOPPED, WAITING -> false;
              default -> true;
            })
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /// Lets another collector take over at once.
  public void close() {
    try {
      lease.release();
    } catch (StoreException e) {
      Logger.debug("the lease runs out by itself: {}", e.getMessage());
    }
  }
}
