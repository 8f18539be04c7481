package io.graftwatch.collector.console;

import io.graftwatch.collector.console.view.Notice;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.http.Router;
import io.graftwatch.collector.http.Site;
import io.graftwatch.collector.ingest.Enrolment;
import io.graftwatch.collector.ingest.JsonRefusals;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.watch.Watch;
import java.util.List;
import java.util.Map;

/// The console port: pages for people, JSON for programs, enrolment for new agents.
public final class ConsoleSite {
  private static final int REVISIONS = 50;
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
              + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), geolocation=(), microphone=()",
          "Cache-Control",
          "no-store");

  private final Store store;
  private final Watch watch;
  private final Gate gate;
  private final Enrolment enrolment;
  private final Assets assets = new Assets();
  private final Pages pages = new Pages(assets);
  private final Api api;

  public ConsoleSite(Store store, Watch watch, Gate gate, Enrolment enrolment) {
    this.store = store;
    this.watch = watch;
    this.gate = gate;
    this.enrolment = enrolment;
    this.api = new Api(store, watch);
  }

  public Site site() {
    var router =
        new Router()
            .add("GET", "/", gate.signedIn(this::inbox))
            .add("GET", "/incidents/{uid}", gate.signedIn(this::incident))
            .add("GET", "/incidents/{uid}/ocsf", gate.signedIn(this::export))
            .add("GET", "/hosts", gate.signedIn(this::hosts))
            .add("GET", "/login", gate.near(_ -> login(200, "")))
            .add("POST", "/login", gate.near(gate::signIn))
            .add("POST", "/logout", gate.near(gate::signOut))
            .add("GET", "/assets/{file}", gate.near(assets::answer))
            .add("GET", "/api/findings", gate.program(api::findings))
            .add("GET", "/api/findings/{uid}", gate.program(api::finding))
            .add("GET", "/api/hosts", gate.program(api::hosts))
            .add("GET", "/health", _ -> Reply.json(Map.of("status", "ok")))
            .add("POST", "/v1/enrol", enrolment::answer);
    return new Site(router, this::refused, HEADERS);
  }

  private Reply inbox(Call call) throws Refusal, StoreException {
    Filter filter = Filter.of(call, Kind.ALERTS, State.OPEN);
    var view = InboxPage.of(store.findings(), filter, call.now());
    return pages.page(200, "inbox.jte", "Inbox", "inbox", view);
  }

  private Reply incident(Call call) throws Refusal, StoreException {
    Incident incident = store.findings().incident(call.name("uid"), call.query("agent"));
    if (incident == null) {
      throw Refusal.notFound();
    }
    List<Findings.Revision> revisions = store.findings().revisions(incident, REVISIONS);
    var view = IncidentPage.of(incident, revisions, call.now());
    return pages.page(200, "incident.jte", view.title(), "inbox", view);
  }

  private Reply export(Call call) throws Refusal, StoreException {
    return api.finding(call)
        .with("Content-Disposition", "attachment; filename=\"" + fileName(call.name("uid")) + "\"");
  }

  private static String fileName(String uid) {
    var name = new StringBuilder(uid.length() + 5);
    uid.chars()
        .map(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '-') ? c : '_')
        .forEach(c -> name.append((char) c));
    return name.append(".json").toString();
  }

  private Reply hosts(Call call) throws Refusal, StoreException {
    var filter = HostFilter.of(call);
    var view = HostsPage.of(store.vitals(), filter, watch.horizon(call.now()));
    return pages.page(200, "hosts.jte", "Hosts", "hosts", view);
  }

  private Reply login(int status, String problem) {
    return pages.page(status, "login.jte", "Sign in", "", new Notice("", problem, ""));
  }

  private Reply refused(Call call, Refusal refusal) {
    if (call.path().startsWith("/api/") || call.path().startsWith("/v1/")) {
      return JsonRefusals.answer(call, refusal);
    }
    if (refusal.status() == 401) {
      return Reply.seeOther("/login");
    }
    if (refusal.code().equals("link_spent")) {
      return login(refusal.status(), refusal.sentence());
    }
    String heading = refusal.status() == 404 ? "There is nothing here" : "That did not work";
    String sentence =
        refusal.status() == 404
            ? "The address is wrong, or what stood here is gone."
            : refusal.sentence();
    return pages.page(
        refusal.status(), "notice.jte", heading, "", new Notice(heading, sentence, ""));
  }
}
