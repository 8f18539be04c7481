package io.graftwatch.collector.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Horizon;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery.Kind;
import io.graftwatch.collector.store.IncidentQuery.State;
import io.graftwatch.collector.store.IncidentQuery.Suppressed;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.collector.watch.Watch;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The same as the pages, for programs. Text is as it was sent; times are ISO 8601.
///
/// `GET /api/findings?kind=&state=&severity=&host=&analytic=&q=&before=` lists incidents, the
/// latest change first, with the address of the next page; it shows every kind and state unless
/// told otherwise. `GET /api/findings/{uid}` gives the OCSF record of an incident
/// (`finding_info.uid`), byte for byte; `?revision=` an earlier one. `GET
/// /api/hosts?state=&q=&after=` lists agents with their last heartbeat, what needs a look first.
final class Api {
  private static final int ROWS = 100;
  private static final int MAX_REVISIONS = 1000;

  private final Store store;
  private final Watch watch;

  Api(Store store, Watch watch) {
    this.store = store;
    this.watch = watch;
  }

  private record Page(List<Summary> findings, @Nullable String next) {}

  private record Summary(
      String uid,
      String metadataUid,
      String agentId,
      int revision,
      int severityId,
      boolean isAlert,
      boolean isOpen,
      String host,
      String analytic,
      String title,
      String message,
      String state,
      List<String> codes,
      @Nullable String mergedInto,
      String firstSeen,
      String lastSeen,
      String changed) {}

  private record HostList(Map<String, Long> counts, List<Host> hosts, @Nullable String next) {}

  private record Host(
      String agentId,
      String hostname,
      String machineId,
      String os,
      String agentVersion,
      String group,
      String state,
      String enrolled,
      String certificateExpires,
      long storedSequence,
      @Nullable String lastSeen,
      @Nullable String proven,
      List<String> wrong,
      @Nullable JsonNode heartbeat) {}

  Reply findings(Call call, Person who) throws Refusal, StoreException {
    Filter page = Filter.of(call, Kind.ANY, State.ANY, Suppressed.SHOWN);
    List<Incident> found = store.findings().incidents(page.query(call.now(), ROWS + 1));
    List<Incident> rows = found.subList(0, Math.min(ROWS, found.size()));
    return Reply.json(
        new Page(
            rows.stream().map(Api::summary).toList(),
            found.size() > ROWS
                ? page.after(rows.getLast()).link("/api/findings").toString()
                : null));
  }

  private static Summary summary(Incident incident) {
    return new Summary(
        incident.findingUid(),
        incident.findingUid() + "-" + incident.revision(),
        incident.agentId(),
        incident.revision(),
        incident.severity(),
        incident.alert(),
        incident.open(),
        incident.host(),
        incident.analytic(),
        incident.title(),
        incident.message(),
        incident.state(),
        incident.codes().isEmpty() ? List.of() : List.of(incident.codes().split(" ", -1)),
        incident.mergedInto(),
        Times.iso(incident.firstSeen()),
        Times.iso(incident.lastSeen()),
        Times.iso(incident.changedAt()));
  }

  /// The record as it came.
  Reply finding(Call call, Person who) throws Refusal, StoreException {
    String uid = call.name("uid");
    Incident incident = store.findings().incident(uid, call.query("agent"));
    if (incident == null) {
      throw Refusal.notFound();
    }
    List<Findings.Revision> revisions = store.findings().revisions(incident, MAX_REVISIONS);
    String wanted = call.query("revision");
    for (Findings.Revision revision : revisions.reversed()) {
      if (wanted == null || wanted.equals(String.valueOf(revision.revision()))) {
        return Reply.of(200, "application/json", revision.json().plain());
      }
    }
    throw Refusal.notFound();
  }

  Reply hosts(Call call, Person who) throws Refusal, StoreException {
    HostFilter filter = HostFilter.of(call);
    Horizon horizon = watch.horizon(call.now());
    List<Vitals.Host> found = store.vitals().hosts(filter.query(horizon, ROWS + 1));
    var hosts = new ArrayList<Host>();
    for (Vitals.Host host : found.subList(0, Math.min(ROWS, found.size()))) {
      hosts.add(host(host));
    }
    String next =
        found.size() > ROWS
            ? filter.after(found.get(ROWS - 1)).link("/api/hosts").toString()
            : null;
    var counts = new LinkedHashMap<String, Long>();
    store.vitals().counts(horizon).forEach((state, count) -> counts.put(state.word(), count));
    return Reply.json(new HostList(counts, hosts, next));
  }

  private static Host host(Vitals.Host host) throws StoreException {
    Deflated last = host.heartbeat();
    JsonNode heartbeat = null;
    if (last != null) {
      try {
        heartbeat = Json.mapper().readTree(last.plain());
      } catch (IOException e) {
        throw new StoreException("a stored heartbeat cannot be read", e);
      }
    }
    return new Host(
        host.id(),
        host.facts().hostname(),
        host.facts().machineId(),
        host.facts().os(),
        host.facts().agentVersion(),
        host.group(),
        host.state().word(),
        Times.iso(host.enrolledAt()),
        Times.iso(host.certificateExpires()),
        host.storedSequence(),
        host.lastSeen() == 0 ? null : Times.iso(host.lastSeen()),
        host.provenAt() == 0 ? null : Times.iso(host.provenAt()),
        host.wrong(),
        heartbeat);
  }
}
