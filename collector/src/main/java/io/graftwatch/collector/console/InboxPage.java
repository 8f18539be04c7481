package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Choice;
import io.graftwatch.collector.console.view.Inbox;
import io.graftwatch.collector.console.view.Level;
import io.graftwatch.collector.console.view.When;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.text.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the list of incidents.
final class InboxPage {
  private static final int ROWS = 50;
  private static final int CODES = 6;

  private InboxPage() {}

  static Inbox of(Findings findings, Filter filter, long now) throws StoreException {
    List<Incident> found = findings.incidents(filter.query(now, ROWS + 1));
    List<Incident> page = found.subList(0, Math.min(ROWS, found.size()));
    boolean more = found.size() > ROWS;
    var hidden = new ArrayList<Inbox.Field>();
    filter
        .withText(null)
        .link("/")
        .query()
        .forEach((name, value) -> hidden.add(new Inbox.Field(name, value)));
    return new Inbox(
        counts(findings.openAlerts(now)),
        List.of(
            kind(filter, Kind.ALERTS, "Alerts"),
            kind(filter, Kind.RECORDS, "Records"),
            kind(filter, Kind.ANY, "All")),
        List.of(
            state(filter, State.OPEN, "Open"),
            state(filter, State.NEW, "New"),
            state(filter, State.ACKNOWLEDGED, "Acknowledged"),
            state(filter, State.CLOSED, "Closed"),
            state(filter, State.ANY, "Any")),
        List.of(
            severity(filter, 0, "Any severity"),
            severity(filter, 4, "High and above"),
            severity(filter, 5, "Critical")),
        List.of(
            suppressed(filter, Suppressed.HIDDEN, "Not suppressed"),
            suppressed(filter, Suppressed.ONLY, "Suppressed")),
        active(filter),
        hidden,
        filter.text() == null ? "" : filter.text(),
        page.stream().map(incident -> row(incident, filter, now)).toList(),
        Judging.VERDICTS,
        filter.link("/").toString(),
        filter.after(null).link("/news").with("since", String.valueOf(now)).toString(),
        filter.after(null).link("/export.ndjson").toString(),
        filter.after(null).link("/export.csv").toString(),
        filter.after(null).link("/export.ocsf").toString(),
        more ? filter.after(page.getLast()).link("/").toString() : null,
        filter.before() == null ? null : filter.after(null).link("/").toString());
  }

  private static List<Inbox.Count> counts(Map<Integer, Long> open) {
    var counts = new ArrayList<Inbox.Count>();
    for (int severity = 5; severity >= 3; severity--) {
      counts.add(
          new Inbox.Count(
              Level.of(severity),
              open.getOrDefault(severity, 0L),
              Links.to("/").with("severity", String.valueOf(severity)).toString()));
    }
    return counts;
  }

  private static Choice kind(Filter filter, Kind kind, String word) {
    return choice(word, filter.withKind(kind), filter.kind() == kind);
  }

  private static Choice state(Filter filter, State state, String word) {
    return choice(word, filter.withState(state), filter.state() == state);
  }

  private static Choice suppressed(Filter filter, Suppressed suppressed, String word) {
    return choice(word, filter.withSuppressed(suppressed), filter.suppressed() == suppressed);
  }

  private static Choice severity(Filter filter, int severity, String word) {
    return choice(word, filter.withSeverity(severity), filter.severity() == severity);
  }

  private static Choice choice(String word, Filter filter, boolean taken) {
    return new Choice(word, filter.link("/").toString(), taken);
  }

  private static List<Choice> active(Filter filter) {
    var active = new ArrayList<Choice>();
    add(active, "host", filter.host(), filter.withHost(null));
    add(active, "analytic", filter.analytic(), filter.withAnalytic(null));
    add(active, "text", filter.text(), filter.withText(null));
    if (filter.severity() == 3) {
      add(active, "severity", "Medium and above", filter.withSeverity(0));
    }
    return active;
  }

  private static void add(
      List<Choice> active, String what, @Nullable String value, Filter without) {
    if (value != null) {
      active.add(choice(what + ": " + Visible.line(value), without, true));
    }
  }

  private static Inbox.Row row(Incident incident, Filter filter, long now) {
    return new Inbox.Row(
        incident.id(),
        Links.incident(incident.findingUid(), incident.agentId()),
        Level.of(incident.severity()),
        Visible.line(incident.message()),
        Visible.line(incident.host()),
        filter.withHost(incident.host()).link("/").toString(),
        Visible.line(incident.analytic()),
        codes(incident.codes()),
        Visible.line(incident.state()),
        Links.suppress(incident.findingUid(), incident.agentId()),
        triage(incident),
        incident.listed(),
        incident.records(),
        when(incident.changedAt(), now),
        when(incident.lastSeen(), now));
  }

  /// What people made of it, or that the agent closed it; empty when it is new.
  static String triage(Incident incident) {
    return switch (incident.triage()) {
      case NEW -> incident.open() ? "" : "Closed by the agent";
      case ACKNOWLEDGED -> incident.open() ? "Acknowledged" : "Acknowledged, closed by the agent";
      case CLOSED -> "Closed: " + incident.verdict().word().toLowerCase(Locale.ROOT);
    };
  }

  private static List<String> codes(String codes) {
    if (codes.isEmpty()) {
      return List.of();
    }
    List<String> all = List.of(codes.split(" ", -1));
    var shown = new ArrayList<>(all.subList(0, Math.min(CODES, all.size())));
    if (all.size() > CODES) {
      shown.add("+" + (all.size() - CODES));
    }
    return shown.stream().map(Visible::line).toList();
  }

  static When when(long millis, long now) {
    return new When(Times.ago(millis, now), Times.iso(millis), Times.full(millis));
  }
}
