package io.graftwatch.collector.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.console.view.AttackView;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Findings.Revision;
import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.HostQuery;
import io.graftwatch.collector.store.HostState;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What of DET0547 the fleet sees, as its agents say, and what it has found of T1505.
final class AttackPage {
  private static final int PAGE = 500;
  private static final int MAX_HOSTS = 5_000;
  private static final int MAX_INCIDENTS = 200;
  private static final int NAMED_HOSTS = 5;
  private static final int MAX_REASONS = 20;
  private static final long DAYS_30 = 30L * 24 * 3600 * 1000;

  private static final Map<String, String> ANALYTICS =
      ordered("AN1507", "Windows", "AN1508", "Linux", "AN1509", "macOS", "AN1510", "ESXi");

  private static final Map<String, String> TECHNIQUES =
      ordered(
          "T1505", "Server Software Component, itself",
          "T1505.001", "SQL Stored Procedures",
          "T1505.002", "Transport Agent",
          "T1505.003", "Web Shell",
          "T1505.004", "IIS Components",
          "T1505.005", "Terminal Services DLL",
          "T1505.006", "vSphere Installation Bundles");

  private final Map<String, Sight> sights = new LinkedHashMap<>();
  private int hosts;
  private int unheard;

  /// What hosts say of one analytic.
  private static final class Sight {
    final Map<String, Integer> levels = new TreeMap<>();
    final Map<String, List<String>> reasons = new LinkedHashMap<>();
  }

  private AttackPage() {
    ANALYTICS.keySet().forEach(analytic -> sights.put(analytic, new Sight()));
  }

  private static Map<String, String> ordered(String... pairs) {
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  static AttackView of(Vitals vitals, Findings findings, Horizon horizon) throws StoreException {
    var page = new AttackPage();
    boolean more = page.readFleet(vitals, horizon);
    long since = horizon.now() - DAYS_30;
    List<Incident> latest = findings.incidents(IncidentQuery.all(MAX_INCIDENTS));
    List<Incident> incidents =
        latest.stream()
            .filter(incident -> incident.changedAt() >= since)
            .filter(incident -> ANALYTICS.containsKey(incident.analytic()))
            .toList();
    boolean cut = latest.size() == MAX_INCIDENTS && latest.getLast().changedAt() >= since;
    return new AttackView(
        page.hosts,
        more,
        page.unheard,
        page.sights.entrySet().stream().map(e -> analytic(e.getKey(), e.getValue())).toList(),
        techniques(findings, incidents),
        incidents.size(),
        cut);
  }

  /// @return whether there are more hosts than are read
  private boolean readFleet(Vitals vitals, Horizon horizon) throws StoreException {
    HostQuery.Cursor after = null;
    while (hosts < MAX_HOSTS) {
      List<Vitals.Host> found = vitals.hosts(new HostQuery(horizon, null, null, after, PAGE));
      for (Vitals.Host host : found) {
        if (host.state() != HostState.REVOKED) {
          read(host);
        }
      }
      if (found.size() < PAGE) {
        return false;
      }
      Vitals.Host last = found.getLast();
      after = new HostQuery.Cursor(last.state(), last.facts().hostname(), last.id());
    }
    return true;
  }

  private void read(Vitals.Host host) throws StoreException {
    hosts++;
    Deflated heartbeat = host.heartbeat();
    if (heartbeat == null) {
      unheard++;
      return;
    }
    try {
      Heartbeat beat = Json.read(heartbeat.plain(), Heartbeat.class);
      for (Heartbeat.Coverage coverage : beat.coverage()) {
        Sight sight = sights.get(coverage.analytic());
        if (sight != null) {
          sight.levels.merge(String.valueOf(coverage.level()), 1, Integer::sum);
          for (String reason : coverage.reasons()) {
            if (sight.reasons.size() < MAX_REASONS || sight.reasons.containsKey(reason)) {
              sight
                  .reasons
                  .computeIfAbsent(reason, _ -> new ArrayList<>())
                  .add(host.facts().hostname());
            }
          }
        }
      }
    } catch (IOException e) {
      throw new StoreException("a stored heartbeat cannot be read", e);
    }
  }

  private static AttackView.Analytic analytic(String uid, Sight sight) {
    List<AttackView.Reason> reasons =
        sight.reasons.entrySet().stream()
            .sorted(Comparator.comparingInt(e -> -e.getValue().size()))
            .map(e -> reason(e.getKey(), e.getValue()))
            .toList();
    return new AttackView.Analytic(
        uid,
        String.valueOf(ANALYTICS.get(uid)),
        sight.levels.getOrDefault("FULL", 0),
        sight.levels.getOrDefault("PARTIAL", 0),
        sight.levels.getOrDefault("NONE", 0),
        reasons);
  }

  private static AttackView.Reason reason(String reason, List<String> hosts) {
    List<AttackView.Link> links =
        hosts.stream()
            .limit(NAMED_HOSTS)
            .map(host ->
                new AttackView.Link(
                    Visible.line(host), Links.to("/hosts").with("q", host).toString()))
            .toList();
    return new AttackView.Reason(Visible.line(reason), links, hosts.size() - links.size());
  }

  private static List<AttackView.Technique> techniques(Findings findings, List<Incident> incidents)
      throws StoreException {
    var found = new TreeMap<String, List<AttackView.Link>>();
    for (Incident incident : incidents) {
      for (String technique : techniques(findings, incident)) {
        found
            .computeIfAbsent(technique, _ -> new ArrayList<>())
            .add(
                new AttackView.Link(
                    Visible.line(incident.host()),
                    Links.incident(incident.findingUid(), incident.agentId())));
      }
    }
    return TECHNIQUES.entrySet().stream()
        .map(e -> {
          List<AttackView.Link> all = found.getOrDefault(e.getKey(), List.of());
          List<AttackView.Link> shown = all.subList(0, Math.min(NAMED_HOSTS, all.size()));
          return new AttackView.Technique(e.getKey(), e.getValue(), all.size(), shown);
        })
        .toList();
  }

  /// What the latest record of an incident names.
  private static Set<String> techniques(Findings findings, Incident incident)
      throws StoreException {
    var names = new TreeSet<String>();
    for (Revision revision : findings.revisions(incident, 1)) {
      JsonNode attacks = json(revision).at("/finding_info/attacks");
      for (JsonNode attack : attacks) {
        @Nullable String uid = attack.at("/sub_technique/uid").textValue();
        names.add(uid == null ? attack.at("/technique/uid").asText("") : uid);
      }
    }
    return names;
  }

  private static JsonNode json(Revision revision) throws StoreException {
    try {
      return Json.mapper().readTree(revision.json().plain());
    } catch (IOException e) {
      throw new StoreException("a stored finding cannot be read", e);
    }
  }
}
