package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Hosts;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.HostState;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.collector.watch.Ledgers;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes the list of hosts from what agents last said of themselves.
final class HostsPage {
  private static final int ROWS = 50;

  private HostsPage() {}

  static Hosts of(Vitals vitals, HostFilter filter, Horizon horizon) throws StoreException {
    List<Vitals.Host> found = vitals.hosts(filter.query(horizon, ROWS + 1));
    Map<HostState, Long> counts = vitals.counts(horizon);
    var rows = new ArrayList<Hosts.Row>();
    for (Vitals.Host host : found.subList(0, Math.min(ROWS, found.size()))) {
      rows.add(row(host, heartbeat(host), horizon.now()));
    }
    return new Hosts(
        states(filter, counts),
        filter.text() == null ? "" : filter.text(),
        filter.state() == null ? "" : filter.state().word(),
        counts.isEmpty(),
        rows,
        found.size() > ROWS ? filter.after(found.get(ROWS - 1)).link("/hosts").toString() : null);
  }

  /// Every state that some host is in, and the one that is asked for.
  private static List<Hosts.Count> states(HostFilter filter, Map<HostState, Long> counts) {
    var states = new ArrayList<Hosts.Count>();
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    states.add(
        new Hosts.Count(
            "all", all, filter.with(null).link("/hosts").toString(), filter.state() == null));
    for (HostState state : HostState.values()) {
      long count = counts.getOrDefault(state, 0L);
      if (count > 0 || filter.state() == state) {
        states.add(
            new Hosts.Count(
                state.word(),
                count,
                filter.with(state).link("/hosts").toString(),
                filter.state() == state));
      }
    }
    return states;
  }

  private static String why(Vitals.Host host, long now) {
    return switch (host.state()) {
      case REVOKED -> "it is refused";
      case WAITING -> "enrolled, no heartbeat yet";
      case STOPPED -> "it said that it stops";
      case SILENT, LATE -> "no heartbeat for " + Times.span(now - host.lastSeen());
      case CLONED, DEGRADED -> String.join("; ", host.wrong());
      case HEALTHY -> "";
    };
  }

  /// The last heartbeat, or null when there was none.
  private static @Nullable Heartbeat heartbeat(Vitals.Host host) throws StoreException {
    Deflated last = host.heartbeat();
    if (last == null) {
      return null;
    }
    try {
      return Json.read(last.plain(), Heartbeat.class);
    } catch (IOException e) {
      throw new StoreException("a stored heartbeat cannot be read", e);
    }
  }

  private static Hosts.Row row(Vitals.Host host, @Nullable Heartbeat beat, long now) {
    return new Hosts.Row(
        Visible.line(host.facts().hostname()),
        Links.to("/")
            .with("kind", "any")
            .with("state", "any")
            .with("host", host.facts().hostname())
            .toString(),
        host.id(),
        Visible.line(host.facts().os()),
        Visible.line(host.facts().agentVersion()),
        Visible.line(host.group()),
        host.state().word(),
        Visible.line(why(host, now)),
        beat == null ? null : InboxPage.when(host.lastSeen(), now),
        host.provenAt() == 0 ? null : InboxPage.when(host.provenAt(), now),
        beat == null ? List.of() : coverage(beat),
        beat == null ? List.of() : sources(beat),
        beat == null ? List.of() : Ledgers.open(beat).values().stream().map(Visible::line).toList(),
        beat == null ? "" : spool(beat, now),
        beat == null ? "" : cost(beat),
        beat == null ? List.of() : beat.notices().stream().map(Visible::line).toList());
  }

  private static List<Hosts.Cover> coverage(Heartbeat beat) {
    var covers = new ArrayList<Hosts.Cover>();
    for (Heartbeat.Coverage coverage : beat.coverage()) {
      covers.add(
          new Hosts.Cover(
              Visible.line(String.valueOf(coverage.analytic())),
              Visible.line(String.valueOf(coverage.level())).toLowerCase(Locale.ROOT),
              Visible.line(String.join("; ", coverage.reasons()))));
    }
    return covers;
  }

  private static List<Hosts.Source> sources(Heartbeat beat) {
    var sources = new ArrayList<Hosts.Source>();
    for (Heartbeat.SourceHealth source : beat.sources()) {
      var counts = new TreeMap<String, Long>();
      counts.put("read", source.read());
      counts.put("lost", source.lost());
      counts.put("malformed", source.malformed());
      counts.values().removeIf(count -> count == 0);
      var words = new ArrayList<String>();
      counts.forEach((what, count) -> words.add(String.format(Locale.ROOT, "%,d %s", count, what)));
      if (source.problem() != null) {
        words.add(source.problem());
      }
      sources.add(
          new Hosts.Source(
              Visible.line(String.valueOf(source.source())),
              Visible.line(String.valueOf(source.state())),
              Visible.line(String.join(", ", words))));
    }
    return sources;
  }

  private static String spool(Heartbeat beat, long now) {
    Heartbeat.Spool spool = beat.spool();
    if (spool == null || spool.records() == 0) {
      return "empty";
    }
    String age =
        spool.oldestTime() == null ? "" : ", oldest " + Times.span(now - spool.oldestTime());
    return String.format(Locale.ROOT, "%,d waiting", spool.records()) + age;
  }

  private static String cost(Heartbeat beat) {
    Heartbeat.Cost cost = beat.cost();
    if (cost == null) {
      return "";
    }
    String memory = String.format(Locale.ROOT, "%,d MB", cost.residentBytes() / 1_000_000);
    Heartbeat.Clock clock = beat.clock();
    if (clock == null || clock.uptimeMillis() <= 0) {
      return memory;
    }
    double cpu = 100.0 * cost.cpuMillis() / clock.uptimeMillis();
    return memory + String.format(Locale.ROOT, ", %.1f %% of a core", cpu);
  }
}
