package io.graftwatch.collector.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.graftwatch.collector.console.view.AttackView;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Findings.Revision;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What of DET0547 the fleet sees, as its agents say, and what it has found of T1505.
final class AttackPage {
  private static final int MAX_HOSTS = 5_000;
  private static final int MAX_INCIDENTS = 200;
  private static final int NAMED_HOSTS = 5;
  private static final int MAX_REASONS = 20;
  private static final long DAYS_30 = 30L * 24 * 3600 * 1000;

  private static final ObjectReader COVERAGE =
      Json.mapper().readerForListOf(Heartbeat.Coverage.class);

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

  static AttackView of(Vitals vitals, Findings findings, long now) throws StoreException {
    var page = new AttackPage();
    boolean more = page.readFleet(vitals);
    long since = now - DAYS_30;
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
  private boolean readFleet(Vitals vitals) throws StoreException {
    List<Vitals.Sight> found = vitals.sights(MAX_HOSTS + 1);
    // Most hosts see what others see.
    Map<String, List<Heartbeat.Coverage>> known = new HashMap<>();
    for (Vitals.Sight host : found.subList(0, Math.min(MAX_HOSTS, found.size()))) {
      hosts++;
      if (host.sees().isEmpty()) {
        unheard++;
        continue;
      }
      List<Heartbeat.Coverage> coverage = known.get(host.sees());
      if (coverage == null) {
        coverage = coverage(host.sees());
        known.put(host.sees(), coverage);
      }
      count(host.hostname(), coverage);
    }
    return found.size() > MAX_HOSTS;
  }

  private static List<Heartbeat.Coverage> coverage(String sees) throws StoreException {
    try {
      return COVERAGE.readValue(sees);
    } catch (IOException e) {
      throw new StoreException("what a host sees cannot be read", e);
    }
  }

  private void count(String hostname, List<Heartbeat.Coverage> coverage) {
    for (Heartbeat.Coverage analytic : coverage) {
      Sight sight = sights.get(analytic.analytic());
      if (sight == null) {
        continue;
      }
      sight.levels.merge(String.valueOf(analytic.level()), 1, Integer::sum);
      for (String reason : analytic.reasons()) {
        if (sight.reasons.size() < MAX_REASONS || sight.reasons.containsKey(reason)) {
          sight.reasons.computeIfAbsent(reason, _ -> new ArrayList<>()).add(hostname);
        }
      }
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
