package io.graftwatch.collector.ingest;

import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.http.Router;
import io.graftwatch.collector.http.Site;
import io.graftwatch.collector.keep.Disk;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.FindingRecord;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.delivery.enrol.RenewRequest;
import io.graftwatch.delivery.enrol.SignedPolicy;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.IOException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The agent port: `POST /v1/findings`, `POST /v1/heartbeat`, `GET /v1/policy`, `POST /v1/renew`.
///
/// An answer of 200 means that what it acknowledges is on the disk.
public final class AgentSite {
  /// How long an answer about the policy may be old.
  private static final long REMEMBER_POLICY_MILLIS = 5_000;

  /// How long an agent waits while the disk is full.
  private static final int FULL_SECONDS = 60;

  private static final String STAGED = "graftwatch-simulate-";

  private final Store store;
  private final Hearing hearing;
  private final Callers callers;
  private final Issuer issuer;
  private final Bodies bodies;
  private final int maxRecords;
  private final Disk disk;
  private volatile Remembered remembered = new Remembered(SignedPolicy.NONE, -1);

  private record Remembered(SignedPolicy policy, long until) {}

  /// Where heartbeats go.
  @FunctionalInterface
  public interface Hearing {
    /// @return as in [io.graftwatch.collector.store.Vitals#beat]
    long heard(String agentId, Heartbeat beat, Deflated body, long now) throws StoreException;
  }

  /// @param maxRecords of one batch
  public AgentSite(
      Store store,
      Hearing hearing,
      Callers callers,
      Issuer issuer,
      Bodies bodies,
      int maxRecords,
      Disk disk) {
    this.store = store;
    this.hearing = hearing;
    this.callers = callers;
    this.issuer = issuer;
    this.bodies = bodies;
    this.maxRecords = maxRecords;
    this.disk = disk;
  }

  public Site site() {
    var router =
        new Router()
            .add("POST", "/v1/findings", callers.identified(this::findings))
            .add("POST", "/v1/heartbeat", callers.identified(this::heartbeat))
            .add("GET", "/v1/policy", callers.identified(this::policy))
            .add("POST", "/v1/renew", callers.identified(this::renew));
    return new Site(router, JsonRefusals::answer, Map.of("Cache-Control", "no-store"));
  }

  private Reply findings(Call call, Callers.Caller caller) throws Refusal, StoreException {
    String batch = Callers.required(call, "Graftwatch-Batch");
    Callers.required(call, "Graftwatch-Boot");
    if (disk.isShort(call.now())) {
      throw Refusal.retry(
          503,
          "disk_full",
          "the collector's disk is nearly full: less than [store] free_mib is free",
          FULL_SECONDS);
    }
    byte[] body = call.json(bodies);
    var readings = new ArrayList<Reading>();
    for (Batch.Slice slice : Batch.cut(body, maxRecords)) {
      readings.add(Reading.of(body, slice));
    }
    var records = new ArrayList<FindingRecord>(readings.size());
    var refused = new ArrayList<Long>();
    for (Reading reading : readings) {
      switch (reading) {
        case Reading.Taken taken -> {
          for (String named : taken.agents()) {
            Callers.requireSame(caller.agentId(), named, "device.agent_list");
          }
          records.add(taken.record());
        }
        case Reading.Rejected rejected when rejected.sequence() > 0 ->
            refused.add(rejected.sequence());
        case Reading.Rejected _ -> {}
      }
    }
    if (records.stream().anyMatch(record -> record.searchText().contains(STAGED))) {
      store.vitals().proven(caller.agentId(), call.now());
    }
    var appended = store.findings().append(caller.agentId(), records, refused, call.now());
    return Reply.json(
        new Receipt(
            batch, call.now(), appended.storedSequence(), verdicts(readings, appended.stored())));
  }

  private static List<Receipt.Item> verdicts(List<Reading> readings, List<Boolean> stored) {
    var verdicts = new ArrayList<Receipt.Item>(readings.size());
    var next = stored.iterator();
    for (Reading reading : readings) {
      verdicts.add(
          switch (reading) {
            case Reading.Taken taken ->
                new Receipt.Item(
                    taken.uid(),
                    next.next() ? Receipt.Verdict.STORED : Receipt.Verdict.DUPLICATE,
                    null);
            case Reading.Rejected rejected ->
                new Receipt.Item(rejected.uid(), Receipt.Verdict.REJECTED, rejected.reason());
          });
    }
    return verdicts;
  }

  private Reply heartbeat(Call call, Callers.Caller caller) throws Refusal, StoreException {
    String batch = Callers.required(call, "Graftwatch-Batch");
    byte[] body = call.json(bodies);
    Heartbeat heartbeat;
    try {
      heartbeat = Json.read(body, Heartbeat.class);
    } catch (IOException _) {
      throw Refusal.of(400, "malformed_json", "the body is not a heartbeat");
    }
    Callers.requireSame(caller.agentId(), heartbeat.agentId(), "agent_id");
    long through = hearing.heard(caller.agentId(), heartbeat, Deflated.of(body), call.now());
    return Reply.json(new Receipt.Beat(batch, call.now(), through, policy(call.now()).version()));
  }

  private Reply policy(Call call, Callers.Caller caller) throws StoreException {
    return Reply.json(policy(call.now()));
  }

  private SignedPolicy policy(long now) throws StoreException {
    Remembered last = remembered;
    if (now >= last.until || now < last.until - REMEMBER_POLICY_MILLIS) {
      last = new Remembered(store.policies().latest(), now + REMEMBER_POLICY_MILLIS);
      remembered = last;
    }
    return last.policy;
  }

  private Reply renew(Call call, Callers.Caller caller) throws Refusal, StoreException {
    byte[] body = call.json(bodies);
    RenewRequest request;
    try {
      request = Json.read(body, RenewRequest.class);
    } catch (IOException _) {
      throw Refusal.of(400, "malformed_json", "the body is not a renewal");
    }
    PublicKey key = request.provenKey(caller.agentId());
    if (key == null) {
      throw Refusal.of(400, "no_proof", "the request is not signed with the key it brings");
    }
    if (store.vitals().cloned(caller.agentId(), call.now())) {
      throw Refusal.of(
          403,
          "quarantine",
          "two hosts use this certificate: revoke the agent and enrol both hosts anew");
    }
    return Reply.json(issuer.issue(key, caller.agentId(), call.now()));
  }
}
