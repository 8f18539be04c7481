package io.graftwatch.collector.watch;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Deflated;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Fleet.Token;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.delivery.enrol.HostFacts;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Agents that beat and a collector that watches them, in a time of their own. A script says what
/// happens; the log of findings says what was told.
final class Fleet {
  private static final Duration STEP = Duration.ofSeconds(5);

  final Store store;
  private final Config.Watch limits;
  private final Map<String, Agent> agents = new TreeMap<>();
  private long wall = Instant.parse("2026-11-24T06:00:00Z").toEpochMilli();
  private long ticks;
  private Watch watch;
  private int process;

  /// One agent.
  static final class Agent {
    final String id;
    String boot = "boot-1";
    boolean up = true;
    long counter;
    long next;
    long skew;
    long read = 100;
    long parsed = 100;
    long created;
    String source = "running";
    String coverage = "FULL";

    Agent(String id) {
      this.id = id;
    }
  }

  Fleet(Store store) {
    this(store, TestCollector.WATCH);
  }

  Fleet(Store store, Config.Watch limits) {
    this.store = store;
    this.limits = limits;
    this.watch = newWatch();
  }

  private Watch newWatch() {
    InstantSource clock = () -> Instant.ofEpochMilli(wall);
    return new Watch(
        store, limits, "collector01", "0.1.0", "process-" + ++process, clock, () -> ticks);
  }

  Agent enrol(String host) throws StoreException {
    String token = "t-" + host;
    store
        .fleet()
        .add(
            new Token(token, Digest.of(token), 1, wall + 60_000, "web"),
            new Act(wall, "test", "make enrolment token", token, ""));
    String id =
        store
            .fleet()
            .enrol(
                token,
                Digest.of("key of " + host),
                new HostFacts(host, "machine-" + host, "boot-1", "Debian GNU/Linux 12", "0.1.0"),
                "agent-" + host,
                wall);
    if (id == null) {
      throw new StoreException("not enrolled");
    }
    var agent = new Agent(id);
    // They do not beat at once.
    agent.next = wall + Math.floorMod(host.hashCode() * 7919L, 60_000);
    agents.put(host, agent);
    return agent;
  }

  /// The agent gets a new certificate.
  void certified(Agent agent, Duration life) throws StoreException {
    store.fleet().certified(agent.id, "", wall, wall + life.toMillis());
  }

  Iterable<Agent> agents() {
    return agents.values();
  }

  long now() {
    return wall;
  }

  Watch watch() {
    return watch;
  }

  /// Time goes by: agents that are up beat each minute, the collector looks every five seconds.
  void pass(Duration time) throws StoreException {
    for (long end = wall + time.toMillis(); wall < end; ) {
      step();
      watch.look();
    }
  }

  /// The same with nobody to hear it.
  void passWithoutCollector(Duration time) {
    wall += time.toMillis();
    ticks += time.toNanos();
  }

  /// The collector starts anew; agents come back within `within`, spread.
  void restart(Duration within) {
    watch = newWatch();
    int i = 0;
    for (Agent agent : agents.values()) {
      agent.next = wall + within.toMillis() * ++i / (agents.size() + 1);
    }
  }

  void jump(Duration by) {
    wall += by.toMillis();
    agents.values().forEach(agent -> agent.skew -= by.toMillis());
    agents.values().forEach(agent -> agent.next += by.toMillis());
  }

  private void step() throws StoreException {
    wall += STEP.toMillis();
    ticks += STEP.toNanos();
    for (Map.Entry<String, Agent> entry : agents.entrySet()) {
      Agent agent = entry.getValue();
      if (agent.up && wall >= agent.next) {
        beat(entry.getKey(), agent, false);
        agent.next = wall + 57_000 + Math.floorMod(agent.counter * 31, 6) * 1_000;
      }
    }
  }

  void beat(String host, Agent agent, boolean stopping) throws StoreException {
    var beat =
        new Heartbeat(
            agent.id,
            "machine-" + host,
            agent.boot,
            host,
            ++agent.counter,
            stopping,
            new Heartbeat.Versions("0.1.0", "Debian", 0, "18.1", "ab"),
            new Heartbeat.Clock(wall + agent.skew, 60_000, null),
            List.of(
                new Heartbeat.SourceHealth(
                    "auditd",
                    agent.source,
                    agent.read,
                    agent.parsed,
                    0,
                    0,
                    0,
                    null,
                    null,
                    Map.of(),
                    null)),
            new Heartbeat.FindingLedger(agent.created, agent.created, 0, 0, 0),
            new Heartbeat.Spool(0, 0, null, 1),
            List.of(
                new Heartbeat.Coverage(
                    "AN1508", agent.coverage, List.of("the log cannot be read"), List.of())),
            new Heartbeat.Cost(80_000_000, 1, 300, 20, 50),
            Map.of(),
            List.of());
    byte[] json = Json.bytes(beat);
    var _ = watch.heard(agent.id, beat, Deflated.of(json), wall);
  }

  /// What was told, the oldest first: `silent web01 open 1`.
  List<String> told() throws StoreException {
    var told = new ArrayList<String>();
    for (Incident incident : incidents().reversed()) {
      told.add(
          "%s %s %s %d"
              .formatted(
                  incident.codes().toLowerCase(java.util.Locale.ROOT),
                  incident.host(),
                  incident.open() ? "open" : "closed",
                  incident.revision()));
    }
    return told;
  }

  List<Incident> incidents() throws StoreException {
    return store.findings().incidents(IncidentQuery.all(2000));
  }
}
