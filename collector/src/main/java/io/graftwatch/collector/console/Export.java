package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The list as it is filtered, as lines of JSON or as a table for a spreadsheet: at most the
/// [#ROWS] latest, so that an answer is a few megabytes whatever is asked for.
final class Export {
  private static final int ROWS = 5_000;
  private static final String HEAD =
      "uid,severity_id,state,host,analytic,message,component,first_seen,last_seen\r\n";

  private final Findings findings;

  Export(Findings findings) {
    this.findings = findings;
  }

  Reply ndjson(Call call, Person who) throws Refusal, StoreException {
    var lines = new StringBuilder();
    for (Incident incident : incidents(call)) {
      lines.append(new String(Json.bytes(json(incident)), StandardCharsets.UTF_8)).append('\n');
    }
    return file("application/x-ndjson", "ndjson", lines);
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

  Reply csv(Call call, Person who) throws Refusal, StoreException {
    var table = new StringBuilder(HEAD);
    for (Incident incident : incidents(call)) {
      List<String> cells =
          List.of(
              incident.findingUid(),
              String.valueOf(incident.severity()),
              state(incident),
              incident.host(),
              incident.analytic(),
              incident.message(),
              incident.component(),
              Times.iso(incident.firstSeen()),
              Times.iso(incident.lastSeen()));
      table.append(String.join(",", cells.stream().map(Export::cell).toList())).append("\r\n");
    }
    return file("text/csv; charset=utf-8", "csv", table);
  }

  /// A cell that no spreadsheet takes for a formula, on one line.
  static String cell(String text) {
    String line = Visible.line(text);
    String plain = !line.isEmpty() && "=+-@\\".indexOf(line.charAt(0)) >= 0 ? "'" + line : line;
    return '"' + plain.replace("\"", "\"\"") + '"';
  }

  private static String state(Incident incident) {
    String triage = InboxPage.triage(incident);
    return triage.isEmpty() ? "New" : triage;
  }

  private List<Incident> incidents(Call call) throws Refusal, StoreException {
    Filter filter = Filter.of(call, Kind.ALERTS, State.OPEN, Suppressed.HIDDEN);
    return findings.incidents(filter.query(call.now(), ROWS));
  }

  private static Reply file(String type, String ending, StringBuilder text) {
    return Reply.of(200, type, text.toString().getBytes(StandardCharsets.UTF_8))
        .with("Content-Disposition", "attachment; filename=\"incidents." + ending + "\"");
  }
}
