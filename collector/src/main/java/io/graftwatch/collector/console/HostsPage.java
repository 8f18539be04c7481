package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Hosts;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes the list of hosts from what agents last said of themselves.
final class HostsPage {
  private static final int ROWS = 200;

  private HostsPage() {}

  static Hosts of(Fleet fleet, String after, long now) throws StoreException {
    List<Fleet.Agent> found = fleet.agents(after, ROWS + 1);
    var rows = new ArrayList<Hosts.Row>();
    for (Fleet.Agent agent : found.subList(0, Math.min(ROWS, found.size()))) {
      rows.add(row(agent, heartbeat(agent), now));
    }
    String more =
        found.size() > ROWS
            ? Links.to("/hosts").with("after", found.get(ROWS - 1).host().hostname()).toString()
            : null;
    return new Hosts(rows, more);
  }

  /// The last heartbeat, or null when there was none.
  static @Nullable Heartbeat heartbeat(Fleet.Agent agent) throws StoreException {
    if (agent.heartbeat() == null) {
      return null;
    }
    try {
      return Json.read(agent.heartbeat().plain(), Heartbeat.class);
    } catch (IOException e) {
      throw new StoreException("a stored heartbeat cannot be read", e);
    }
  }

  private static Hosts.Row row(Fleet.Agent agent, @Nullable Heartbeat beat, long now) {
    var health = Health.of(agent, beat, now);
    return new Hosts.Row(
        Visible.line(agent.host().hostname()),
        Links.to("/")
            .with("kind", "any")
            .with("state", "any")
            .with("host", agent.host().hostname())
            .toString(),
        agent.id(),
        Visible.line(agent.host().os()),
        Visible.line(agent.host().agentVersion()),
        Visible.line(agent.group()),
        health.state().word(),
        Visible.line(health.why()),
        beat == null ? null : InboxPage.when(agent.lastSeen(), now),
        beat == null ? List.of() : coverage(beat),
        beat == null ? List.of() : sources(beat),
        beat == null ? List.of() : Health.openLedgers(beat).stream().map(Visible::line).toList(),
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
