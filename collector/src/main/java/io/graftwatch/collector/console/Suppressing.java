package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Choice;
import io.graftwatch.collector.console.view.Suppressions;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Form;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Suppression;
import io.graftwatch.collector.store.Suppression.Scope;
import io.graftwatch.collector.text.Visible;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;

/// Keeps what looks like an incident off the list, for a reason and until a day; what that would
/// have hidden is shown first.
final class Suppressing {
  private static final long DAY = 24L * 3600 * 1000;
  private static final long PREVIEW_DAYS = 30;
  private static final long MAX_DAYS = 365;
  private static final int LISTED = 50;
  private static final int ALL = 500;

  private final Store store;

  Suppressing(Store store) {
    this.store = store;
  }

  io.graftwatch.collector.console.view.Suppressing form(Call call) throws Refusal, StoreException {
    Incident incident = incident(call);
    Map<String, Scope> scopes = scopes(incident);
    String asked = call.query("scope");
    String word = asked == null ? scopes.keySet().iterator().next() : asked;
    var affected =
        store.triage().affected(scope(scopes, word), call.now() - PREVIEW_DAYS * DAY, LISTED);
    String action = Links.suppress(incident.findingUid(), incident.agentId());
    return new io.graftwatch.collector.console.view.Suppressing(
        Visible.line(incident.message()),
        action,
        Links.incident(incident.findingUid(), incident.agentId()),
        scopes.entrySet().stream().map(entry -> choice(entry, word, action)).toList(),
        word,
        affected.count(),
        affected.latest().stream().map(other -> Judging.other(other, call.now())).toList());
  }

  private static Choice choice(Entry<String, Scope> entry, String taken, String action) {
    return new Choice(
        told(entry.getValue()), action + "&scope=" + entry.getKey(), entry.getKey().equals(taken));
  }

  Reply suppress(Call call, Person who) throws Refusal, StoreException {
    Form form = call.form();
    Scope scope = scope(scopes(incident(call)), form.text("scope"));
    String reason = Judging.text(form, "reason");
    if (reason.isEmpty()) {
      throw Judging.bad("Suppressing needs a reason, for those who come after.");
    }
    long days = Judging.number(form.text("days"));
    if (days < 1 || days > MAX_DAYS) {
      throw Judging.bad("A suppression ends after 1 to " + MAX_DAYS + " days.");
    }
    long now = call.now();
    var suppression = new Suppression(0, scope, reason, who.name(), now, now + days * DAY, 0);
    store.triage().suppress(suppression, who, now);
    return Reply.seeOther("/suppressions");
  }

  Reply end(Call call, Person who) throws Refusal, StoreException {
    if (!store.triage().end(Judging.number(call.name("id")), who, call.now())) {
      throw Refusal.notFound();
    }
    return Reply.seeOther("/suppressions");
  }

  Suppressions list(long now) throws StoreException {
    return new Suppressions(
        store.triage().suppressions(ALL).stream().map(one -> row(one, now)).toList());
  }

  private static Suppressions.Row row(Suppression one, long now) {
    return new Suppressions.Row(
        told(one.scope()),
        Visible.text(one.reason()),
        Visible.line(one.by()),
        InboxPage.when(one.madeAt(), now),
        one.endedAt() != 0
            ? "ended " + Times.full(one.endedAt())
            : (one.active(now) ? "until " : "expired ") + Times.full(one.expires()),
        one.active(now) ? "/suppressions/" + one.id() + "/end" : "");
  }

  private Incident incident(Call call) throws Refusal, StoreException {
    Incident incident = store.findings().incident(call.name("uid"), call.query("agent"));
    if (incident == null) {
      throw Refusal.notFound();
    }
    return incident;
  }

  /// What can be suppressed, the narrowest first.
  private static Map<String, Scope> scopes(Incident incident) {
    var scopes = new LinkedHashMap<String, Scope>();
    if (!incident.component().isEmpty()) {
      scopes.put("here", Scope.componentHere(incident));
      scopes.put("everywhere", Scope.componentEverywhere(incident));
    }
    if (!incident.analytic().isEmpty()) {
      scopes.put("analytic", Scope.analyticHere(incident));
    }
    return scopes;
  }

  private static Scope scope(Map<String, Scope> scopes, String word) throws Refusal {
    Scope scope = scopes.get(word);
    if (scope == null) {
      throw Judging.bad("This incident cannot be suppressed that way.");
    }
    return scope;
  }

  private static String told(Scope scope) {
    String what =
        scope.component().isEmpty()
            ? "Analytic " + scope.analytic()
            : "Component " + scope.component();
    return Visible.line(what + (scope.host().isEmpty() ? " everywhere" : " on " + scope.host()));
  }
}
