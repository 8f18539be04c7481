package io.graftwatch.collector.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.console.view.IncidentView;
import io.graftwatch.collector.console.view.IncidentView.Fact;
import io.graftwatch.collector.console.view.IncidentView.Step;
import io.graftwatch.collector.console.view.Judgement;
import io.graftwatch.collector.console.view.Level;
import io.graftwatch.collector.store.Findings.Revision;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Attack;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells one incident from the record that is its present state.
final class IncidentPage {
  private static final String NOT_SEEN = "Not seen: ";

  private final Incident incident;
  private final DetectionFinding finding;
  private final JsonNode json;
  private final Map<?, ?> ours;
  private final long now;

  private IncidentPage(Incident incident, byte[] record, long now) throws IOException {
    this.incident = incident;
    this.finding = Json.read(record, DetectionFinding.class);
    this.json = Json.mapper().readTree(record);
    this.ours = finding.unmapped().get("graftwatch") instanceof Map<?, ?> map ? map : Map.of();
    this.now = now;
  }

  /// @param revisions of the incident, not empty, the present state last
  static IncidentView of(Incident incident, List<Revision> revisions, Judgement judgement, long now)
      throws StoreException {
    try {
      var page = new IncidentPage(incident, revisions.getLast().json().plain(), now);
      return page.view(revisions, judgement);
    } catch (IOException e) {
      throw new StoreException("a stored record cannot be read", e);
    }
  }

  private IncidentView view(List<Revision> revisions, Judgement judgement)
      throws IOException, StoreException {
    List<Step> steps = new Timeline(finding, json).steps();
    List<String> reasoning = new ArrayList<>();
    List<String> notSeen = new ArrayList<>();
    sort(steps, reasoning, notSeen);
    String mergedInto = incident.mergedInto();
    return new IncidentView(
        Level.of(incident.severity()),
        incident.open(),
        Visible.line(incident.message()),
        Visible.line(incident.title()),
        reasoning,
        facts(),
        techniques(),
        steps,
        Math.max(0, finding.count() - steps.size()),
        ProcessTree.of(finding.evidences()),
        Blindness.of(ours.get("coverage")),
        notSeen,
        advice(),
        revisions(revisions),
        mergedInto == null
            ? null
            : new IncidentView.Link(
                Visible.line(mergedInto), Links.incident(mergedInto, incident.agentId())),
        Links.export(incident.findingUid(), incident.agentId(), incident.revision()),
        Links.records(incident.findingUid(), incident.agentId(), "ndjson"),
        Links.records(incident.findingUid(), incident.agentId(), "csv"),
        judgement);
  }

  /// Parts the explanation: what the steps say already is left out, what was not seen stands apart,
  /// and what the coverage says has its own place.
  private void sort(List<Step> steps, List<String> reasoning, List<String> notSeen) {
    for (String raw : lines(finding.findingInfo().desc())) {
      String line = Visible.line(raw);
      if (line.startsWith(NOT_SEEN)) {
        notSeen.add(line.substring(NOT_SEEN.length()));
      } else if (!line.startsWith("Coverage of ")
          && !line.startsWith("Blind on ")
          && steps.stream().noneMatch(step -> step.sentence().equals(line))) {
        reasoning.add(line);
      }
    }
  }

  private static List<String> lines(@Nullable String text) {
    return text == null ? List.of() : text.lines().filter(line -> !line.isBlank()).toList();
  }

  private List<Fact> facts() {
    var facts = new ArrayList<Fact>();
    var device = finding.device();
    facts.add(
        new Fact(
            "Host",
            Visible.line(device.hostname()),
            false,
            Links.to("/").with("host", device.hostname()).with("state", "any").toString()));
    add(facts, "Address", device.ip(), true);
    if (device.os() != null) {
      add(facts, "System", device.os().name(), false);
    }
    for (var resource : finding.resources()) {
      add(facts, "Server", resource.name(), false);
    }
    add(facts, "First seen", Times.full(incident.firstSeen()), false);
    add(facts, "Last seen", Times.full(incident.lastSeen()), false);
    add(facts, "Duration", Times.span(incident.lastSeen() - incident.firstSeen()), false);
    add(facts, "State", state(incident.state()), false);
    add(facts, "Confidence", confidence(), false);
    add(facts, "Analytic", analytic(), false);
    add(facts, "Baseline", text(ours.get("baseline")), false);
    add(facts, "Incident", incident.findingUid(), true);
    add(facts, "Agent", incident.agentId(), true);
    return facts;
  }

  private static void add(List<Fact> facts, String name, @Nullable String value, boolean mono) {
    if (value != null && !value.isEmpty()) {
      facts.add(new Fact(name, Visible.line(value), mono, null));
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }

  /// `CONFIRMED` as a word.
  static String state(String state) {
    return state.isEmpty()
        ? ""
        : state.charAt(0) + state.substring(1).toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  private @Nullable String confidence() {
    var confidence = finding.confidenceId();
    return confidence == null
        ? null
        : confidence.caption() + ", " + finding.confidenceScore() + " of 100";
  }

  private @Nullable String analytic() {
    var analytic = finding.findingInfo().analytic();
    return analytic == null ? null : analytic.uid() + ", " + analytic.name();
  }

  private List<IncidentView.Technique> techniques() {
    var techniques = new ArrayList<IncidentView.Technique>();
    for (Attack attack : finding.attacks()) {
      Attack.Entry technique =
          attack.subTechnique() == null ? attack.technique() : attack.subTechnique();
      if (technique != null) {
        techniques.add(
            new IncidentView.Technique(
                Visible.line(technique.uid()),
                Visible.line(technique.name()),
                attack.tactic() == null ? "" : Visible.line(attack.tactic().name())));
      }
    }
    return techniques;
  }

  private List<String> advice() {
    var remediation = finding.remediation();
    if (remediation == null || remediation.desc() == null) {
      return List.of();
    }
    return Sentences.of(Visible.text(remediation.desc()));
  }

  private List<IncidentView.Revision> revisions(List<Revision> revisions)
      throws IOException, StoreException {
    var rows = new ArrayList<IncidentView.Revision>();
    for (Revision revision : revisions.reversed()) {
      JsonNode record = Json.mapper().readTree(revision.json().plain());
      rows.add(
          new IncidentView.Revision(
              revision.revision(),
              Activity.of(record.path("activity_id").asInt()).caption(),
              Level.of(record.path("severity_id").asInt()),
              Visible.line(state(record.at("/unmapped/graftwatch/state").asText(""))),
              InboxPage.when(revision.receivedAt(), now),
              Links.export(incident.findingUid(), incident.agentId(), revision.revision())));
    }
    return rows;
  }
}
