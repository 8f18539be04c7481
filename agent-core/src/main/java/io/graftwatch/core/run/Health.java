package io.graftwatch.core.run;

import io.graftwatch.core.host.OwnCost;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceState;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.journal.Journal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Puts together what a heartbeat and the status file say. Any thread.
final class Health {
  private final Identity identity;
  private final Journal journal;
  private final InstantSource clock;
  private final long started;
  private final Supplier<String> configSha256;
  private final Supplier<List<SourceState>> sources;
  private final Supplier<List<Coverage>> coverage;
  private final Supplier<List<String>> notices;
  private final AtomicLong counter = new AtomicLong();

  /// @param started of the agent, milliseconds since the epoch
  /// @param notices what else an operator should know
  Health(
      Identity identity,
      Journal journal,
      InstantSource clock,
      long started,
      Supplier<String> configSha256,
      Supplier<List<SourceState>> sources,
      Supplier<List<Coverage>> coverage,
      Supplier<List<String>> notices) {
    this.identity = identity;
    this.journal = journal;
    this.clock = clock;
    this.started = started;
    this.configSha256 = configSha256;
    this.sources = sources;
    this.coverage = coverage;
    this.notices = notices;
  }

  /// The next heartbeat.
  ///
  /// @param skewMillis our clock minus the collector's; null when not known
  Heartbeat heartbeat(boolean stopping, @Nullable Long skewMillis, long policy) {
    return report(counter.incrementAndGet(), stopping, skewMillis, policy);
  }

  /// The same for the status file.
  Heartbeat report(@Nullable Long skewMillis, long policy) {
    return report(counter.get(), false, skewMillis, policy);
  }

  private Heartbeat report(long number, boolean stopping, @Nullable Long skewMillis, long policy) {
    long now = clock.millis();
    var all = new ArrayList<>(journal.notices());
    all.addAll(notices.get());
    OwnCost cost = OwnCost.read();
    Runtime runtime = Runtime.getRuntime();
    return new Heartbeat(
        identity.agentName(),
        identity.machine().machineId(),
        identity.machine().bootId(),
        identity.hostname(),
        number,
        stopping,
        new Heartbeat.Versions(
            identity.version(), identity.machine().os(), policy, null, configSha256.get()),
        new Heartbeat.Clock(now, now - started, skewMillis),
        sources.get().stream().map(Health::source).toList(),
        journal.ledger(),
        journal.spool(),
        coverage.get().stream().map(Health::coverage).toList(),
        new Heartbeat.Cost(
            cost.residentBytes(),
            runtime.totalMemory() - runtime.freeMemory(),
            cost.cpuMillis(),
            cost.threads(),
            cost.handles()),
        Map.of(),
        all);
  }

  private static Heartbeat.SourceHealth source(SourceState state) {
    SourceCounters.Snapshot counts = state.counters();
    return new Heartbeat.SourceHealth(
        state.kind(),
        state.state().name().toLowerCase(Locale.ROOT),
        counts.read(),
        counts.parsed(),
        counts.malformed(),
        counts.filtered(),
        counts.lost(),
        state.lastEvent() == 0 ? null : state.lastEvent() / 1000,
        state.lastEvent() == 0 ? null : state.lag() / 1000,
        counts.notes(),
        state.problem());
  }

  private static Heartbeat.Coverage coverage(Coverage coverage) {
    return new Heartbeat.Coverage(
        coverage.analytic(),
        coverage.level().name(),
        coverage.reasons(),
        coverage.blind().stream()
            .map(b ->
                new Heartbeat.Blind(
                    b.source(), b.from() / 1000, b.to() / 1000, b.lost(), b.reason()))
            .toList());
  }
}
