package io.graftwatch.collector.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Findings.Revision;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The list as it is filtered, or one incident with all its records: as lines of JSON, as a table
/// for a spreadsheet, or as the OCSF records that came. However long it is, a thousand incidents or
/// five hundred records at most are in memory.
final class Export {
  private static final int RECORDS = 500;
  private static final String NDJSON = "application/x-ndjson";
  private static final String CSV = "text/csv; charset=utf-8";
  private static final List<String> HEAD =
      List.of(
          "uid",
          "severity_id",
          "state",
          "host",
          "analytic",
          "message",
          "component",
          "first_seen",
          "last_seen");
  private static final List<String> RECORD_HEAD =
      List.of("uid", "activity", "severity_id", "state", "host", "message", "time", "received");

  private final Findings findings;

  Export(Findings findings) {
    this.findings = findings;
  }

  Reply ndjson(Call call, Person who) throws Refusal {
    IncidentQuery query = query(call);
    return file(
        NDJSON, "incidents.ndjson", out -> each(query, one -> line(out, Json.bytes(json(one)))));
  }

  /// The latest record of each incident.
  Reply ocsf(Call call, Person who) throws Refusal {
    IncidentQuery query = query(call);
    return file(
        NDJSON,
        "findings.ndjson",
        out ->
            each(
                query,
                incident -> {
                  for (Revision revision : findings.revisions(incident, 1)) {
                    line(out, json(revision));
                  }
                }));
  }

  Reply csv(Call call, Person who) throws Refusal {
    IncidentQuery query = query(call);
    return file(
        CSV,
        "incidents.csv",
        out -> {
          row(out, HEAD);
          each(query, incident -> row(out, cells(incident)));
        });
  }

  /// All records of one incident, the first one first.
  Reply records(Call call, Person who) throws Refusal, StoreException {
    Incident incident = incident(call);
    return file(
        NDJSON,
        fileName(incident.findingUid(), ".ndjson"),
        out -> {
          eachRecord(incident, revision -> line(out, json(revision)));
        });
  }

  Reply recordTable(Call call, Person who) throws Refusal, StoreException {
    Incident incident = incident(call);
    return file(
        CSV,
        fileName(incident.findingUid(), ".csv"),
        out -> {
          row(out, RECORD_HEAD);
          eachRecord(incident, revision -> row(out, cells(revision)));
        });
  }

  private static List<String> cells(Revision revision) throws IOException {
    JsonNode record = Json.mapper().readTree(json(revision));
    return List.of(
        revision.uid(),
        Activity.of(record.path("activity_id").asInt()).caption(),
        record.path("severity_id").asText(),
        record.at("/unmapped/graftwatch/state").asText(),
        record.at("/device/hostname").asText(),
        record.path("message").asText(),
        Times.iso(revision.time()),
        Times.iso(revision.receivedAt()));
  }

  /// The record as it came; of a damaged one that it is, so that the others still follow.
  private static byte[] json(Revision revision) throws IOException {
    try {
      return revision.json().plain();
    } catch (StoreException e) {
      return Json.bytes(
          Map.of(
              "metadata",
              Map.of("uid", revision.uid()),
              "message",
              String.valueOf(e.getMessage()),
              "activity_id",
              Activity.UNKNOWN.id()));
    }
  }

  /// One thing to write for a record.
  private interface Line {
    void of(Revision revision) throws IOException;
  }

  private void eachRecord(Incident incident, Line line) throws IOException, StoreException {
    List<Revision> some = findings.records(incident, null, RECORDS);
    while (!some.isEmpty()) {
      for (Revision revision : some) {
        line.of(revision);
      }
      some = findings.records(incident, some.getLast(), RECORDS);
    }
  }

  /// One thing to write for an incident.
  private interface Step {
    void of(Incident incident) throws IOException, StoreException;
  }

  private void each(IncidentQuery query, Step step) throws IOException, StoreException {
    long below = Long.MAX_VALUE;
    while (below > 0) {
      Findings.Window window = findings.window(query, below);
      for (Incident incident : window.incidents()) {
        step.of(incident);
      }
      below = window.end();
    }
  }

  private static IncidentQuery query(Call call) throws Refusal {
    return Filter.of(call, Kind.ALERTS, State.OPEN, Suppressed.HIDDEN).query(call.now(), 0);
  }

  private Incident incident(Call call) throws Refusal, StoreException {
    Incident incident = findings.incident(call.name("uid"), call.query("agent"));
    if (incident == null) {
      throw Refusal.notFound();
    }
    return incident;
  }

  private static Map<String, Object> json(Incident incident) {
    return new TreeMap<>(
        Map.of(
            "uid", incident.findingUid(),
            "agent_id", incident.agentId(),
            "severity_id", incident.severity(),
            "state", state(incident),
            "host", incident.host(),
            "analytic", incident.analytic(),
            "message", incident.message(),
            "component", incident.component(),
            "first_seen", Times.iso(incident.firstSeen()),
            "last_seen", Times.iso(incident.lastSeen())));
  }

  private static List<String> cells(Incident incident) {
    return List.of(
        incident.findingUid(),
        String.valueOf(incident.severity()),
        state(incident),
        incident.host(),
        incident.analytic(),
        incident.message(),
        incident.component(),
        Times.iso(incident.firstSeen()),
        Times.iso(incident.lastSeen()));
  }

  private static String state(Incident incident) {
    String triage = InboxPage.triage(incident);
    return triage.isEmpty() ? "New" : triage;
  }

  /// A record as it came, on one line: a line end in JSON stands between values and means nothing.
  private static void line(OutputStream out, byte[] json) throws IOException {
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        json[i] = ' ';
      }
    }
    out.write(json);
    out.write('\n');
  }

  private static void row(OutputStream out, List<String> cells) throws IOException {
    String row = String.join(",", cells.stream().map(Export::cell).toList()) + "\r\n";
    out.write(row.getBytes(StandardCharsets.UTF_8));
  }

  /// A cell that no spreadsheet takes for a formula, on one line.
  static String cell(String text) {
    String line = Visible.line(text);
    String plain = !line.isEmpty() && "=+-@\\".indexOf(line.charAt(0)) >= 0 ? "'" + line : line;
    return '"' + plain.replace("\"", "\"\"") + '"';
  }

  private static Reply file(String type, String name, Reply.Stream body) {
    return Reply.stream(type, body)
        .with("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }

  /// A name that every system takes.
  static String fileName(String uid, String ending) {
    var name = new StringBuilder(uid.length() + ending.length());
    uid.chars()
        .map(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '-') ? c : '_')
        .forEach(c -> name.append((char) c));
    return name.append(ending).toString();
  }
}
