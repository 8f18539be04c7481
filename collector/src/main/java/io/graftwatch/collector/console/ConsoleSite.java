package io.graftwatch.collector.console;

import static io.graftwatch.collector.store.Person.Role.ADMIN;
import static io.graftwatch.collector.store.Person.Role.ANALYST;
import static io.graftwatch.collector.store.Person.Role.VIEWER;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.console.view.Notice;
import io.graftwatch.collector.forward.Forwarding;
import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.http.Router;
import io.graftwatch.collector.http.Site;
import io.graftwatch.collector.ingest.Enrolment;
import io.graftwatch.collector.ingest.JsonRefusals;
import io.graftwatch.collector.keep.Disk;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.Passwords;
import io.graftwatch.collector.trust.Secrets;
import io.graftwatch.collector.watch.Watch;
import io.graftwatch.delivery.enrol.EnrolToken;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The console port: pages for people, JSON for programs, enrolment for new agents.
public final class ConsoleSite {
  private static final int REVISIONS = 50;
  private static final int NEWS = 50;
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
              + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "same-origin",
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
  private final SignIn signIn;
  private final OwnPage own;
  private final PeoplePage people;
  private final ProgramsPage programs;
  private final AuditPage audit;
  private final EnrolPage enrol;
  private final RevokePage revoke;
  private final Judging judging;
  private final Suppressing suppressing;
  private final Export export;
  private final OutputsPage outputs;
  private final StoragePage storage;

  /// @param authorityEnds when the certificate authority does
  /// @param enrolTokens makes a new token, which nobody knows yet
  /// @param bodies for forms and enrolments
  public ConsoleSite(
      Store store,
      Watch watch,
      Forwarding forwarding,
      Gate gate,
      Enrolment enrolment,
      Passwords passwords,
      Secrets secrets,
      Bodies bodies,
      Supplier<EnrolToken> enrolTokens,
      Instant authorityEnds,
      Config config,
      Disk disk) {
    this.store = store;
    this.watch = watch;
    this.gate = gate;
    this.enrolment = enrolment;
    this.api = new Api(store, watch);
    var throttle = new Throttle(secrets);
    this.signIn = new SignIn(store.people(), passwords, throttle, gate, bodies, pages);
    this.own = new OwnPage(store, passwords, throttle, config.console().sessionIdle(), pages);
    this.people = new PeoplePage(store.people(), secrets, pages);
    this.programs = new ProgramsPage(store.programs(), secrets, pages);
    this.enrol = new EnrolPage(store.fleet(), enrolTokens, authorityEnds, pages);
    this.revoke = new RevokePage(store.fleet(), pages);
    this.audit = new AuditPage(store.audit(), pages);
    this.judging = new Judging(store);
    this.suppressing = new Suppressing(store);
    this.export = new Export(store.findings());
    this.storage = new StoragePage(store.retention(), config.keep(), disk, pages);
    this.outputs = new OutputsPage(store.outbox(), forwarding, pages);
  }

  public Site site() {
    var router =
        new Router()
            .add("GET", "/", gate.signedIn(VIEWER, this::inbox))
            .add("GET", "/incidents/{uid}", gate.signedIn(VIEWER, this::incident))
            .add("GET", "/incidents/{uid}/ocsf", gate.signedIn(VIEWER, this::export))
            .add("GET", "/incidents/{uid}/export.ndjson", gate.signedIn(VIEWER, export::records))
            .add("GET", "/incidents/{uid}/export.csv", gate.signedIn(VIEWER, export::recordTable))
            .add("GET", "/news", gate.signedIn(VIEWER, this::news))
            .add("GET", "/export.ndjson", gate.signedIn(VIEWER, export::ndjson))
            .add("GET", "/export.csv", gate.signedIn(VIEWER, export::csv))
            .add("GET", "/export.ocsf", gate.signedIn(VIEWER, export::ocsf))
            .add("POST", "/triage", gate.signedIn(ANALYST, judging::judge))
            .add("GET", "/incidents/{uid}/suppress", gate.signedIn(ANALYST, this::suppressing))
            .add("POST", "/incidents/{uid}/suppress", gate.signedIn(ANALYST, suppressing::suppress))
            .add("GET", "/suppressions", gate.signedIn(VIEWER, this::suppressions))
            .add("POST", "/suppressions/{id}/end", gate.signedIn(ANALYST, suppressing::end))
            .add("GET", "/hosts", gate.signedIn(VIEWER, this::hosts))
            .add("GET", "/hosts/{agent}/revoke", gate.signedIn(ADMIN, revoke::page))
            .add("POST", "/hosts/{agent}/revoke", gate.signedIn(ADMIN, revoke::revoke))
            .add("GET", "/attack", gate.signedIn(VIEWER, this::attack))
            .add("GET", "/enrol", gate.signedIn(ADMIN, enrol::page))
            .add("POST", "/enrol", gate.signedIn(ADMIN, enrol::add))
            .add("POST", "/enrol/{id}/revoke", gate.signedIn(ADMIN, enrol::revoke))
            .add("GET", "/settings", gate.signedIn(VIEWER, own::page))
            .add("POST", "/settings/password", gate.signedIn(VIEWER, own::setPassword))
            .add("POST", "/settings/sessions/end", gate.signedIn(VIEWER, own::endSession))
            .add("GET", "/settings/people", gate.signedIn(ADMIN, people::page))
            .add("POST", "/settings/people/invite", gate.signedIn(ADMIN, people::invite))
            .add("POST", "/settings/people/{name}", gate.signedIn(ADMIN, people::change))
            .add("GET", "/settings/tokens", gate.signedIn(ADMIN, programs::page))
            .add("POST", "/settings/tokens", gate.signedIn(ADMIN, programs::add))
            .add("POST", "/settings/tokens/{name}/revoke", gate.signedIn(ADMIN, programs::remove))
            .add("GET", "/settings/storage", gate.signedIn(ADMIN, storage::page))
            .add("GET", "/settings/audit", gate.signedIn(ADMIN, audit::page))
            .add("GET", "/settings/outputs", gate.signedIn(ADMIN, outputs::page))
            .add("POST", "/settings/outputs/{name}/test", gate.signedIn(ADMIN, outputs::test))
            .add("POST", "/settings/outputs/{name}/retry", gate.signedIn(ADMIN, outputs::retry))
            .add("POST", "/settings/outputs/{name}/discard", gate.signedIn(ADMIN, outputs::discard))
            .add("GET", "/login", gate.near(signIn::page))
            .add("POST", "/login", gate.near(signIn::signIn))
            .add("POST", "/welcome", gate.near(signIn::welcome))
            .add("POST", "/welcome/join", gate.near(signIn::join))
            .add("POST", "/logout", gate.signedIn(VIEWER, gate::signOut))
            .add("GET", "/assets/{file}", gate.near(assets::answer))
            .add("GET", "/api/findings", gate.program(VIEWER, api::findings))
            .add("GET", "/api/findings/{uid}", gate.program(VIEWER, api::finding))
            .add("GET", "/api/hosts", gate.program(VIEWER, api::hosts))
            .add("GET", "/health", _ -> Reply.json(Map.of("status", "ok")))
            .add("POST", "/v1/enrol", enrolment::answer);
    return new Site(router, this::refused, HEADERS);
  }

  private Reply inbox(Call call, Person who) throws Refusal, StoreException {
    Filter filter = Filter.of(call, Kind.ALERTS, State.OPEN, Suppressed.HIDDEN);
    var view = InboxPage.of(store.findings(), filter, call.now());
    return pages.page(call, who, 200, "inbox.jte", "Inbox", "inbox", view);
  }

  private Reply incident(Call call, Person who) throws Refusal, StoreException {
    Incident incident = store.findings().incident(call.name("uid"), call.query("agent"));
    if (incident == null) {
      throw Refusal.notFound();
    }
    List<Findings.Revision> revisions = store.findings().revisions(incident, REVISIONS);
    var view = IncidentPage.of(incident, revisions, judging.of(incident, call.now()), call.now());
    return pages.page(call, who, 200, "incident.jte", view.title(), "inbox", view);
  }

  private Reply suppressing(Call call, Person who) throws Refusal, StoreException {
    var view = suppressing.form(call);
    return pages.page(call, who, 200, "suppress.jte", "Suppress", "inbox", view);
  }

  private Reply suppressions(Call call, Person who) throws StoreException {
    var view = suppressing.list(call.now());
    return pages.page(call, who, 200, "suppressions.jte", "Suppressions", "suppressions", view);
  }

  /// How many rows of the first page are newer than the page that asks.
  private Reply news(Call call, Person who) throws Refusal, StoreException {
    Filter filter = Filter.of(call, Kind.ALERTS, State.OPEN, Suppressed.HIDDEN);
    String asked = call.query("since");
    long since = Judging.number(asked == null ? "0" : asked);
    long count =
        store.findings().incidents(filter.query(call.now(), NEWS)).stream()
            .filter(incident -> incident.changedAt() > since)
            .count();
    return Reply.json(Map.of("count", count));
  }

  private Reply export(Call call, Person who) throws Refusal, StoreException {
    String file = Export.fileName(call.name("uid"), ".json");
    return api.finding(call, who)
        .with("Content-Disposition", "attachment; filename=\"" + file + "\"");
  }

  private Reply hosts(Call call, Person who) throws Refusal, StoreException {
    var filter = HostFilter.of(call);
    var view = HostsPage.of(store.vitals(), filter, watch.horizon(call.now()));
    return pages.page(call, who, 200, "hosts.jte", "Hosts", "hosts", view);
  }

  private Reply attack(Call call, Person who) throws StoreException {
    var view = AttackPage.of(store.vitals(), store.findings(), call.now());
    return pages.page(call, who, 200, "attack.jte", "ATT&CK", "attack", view);
  }

  private Reply refused(Call call, Refusal refusal) {
    if (call.path().startsWith("/api/") || call.path().startsWith("/v1/")) {
      return JsonRefusals.answer(call, refusal);
    }
    if (refusal.status() == 401) {
      return Reply.seeOther("/login");
    }
    String heading =
        switch (refusal.code()) {
          case "not_found" -> "There is nothing here";
          case "not_allowed" -> "You may not do this";
          default -> "That did not work";
        };
    String sentence =
        refusal.status() == 404
            ? "The address is wrong, or what stood here is gone."
            : refusal.sentence();
    return pages.page(
        call,
        Pages.NOBODY,
        refusal.status(),
        "notice.jte",
        heading,
        "",
        new Notice(heading, sentence, ""));
  }
}
