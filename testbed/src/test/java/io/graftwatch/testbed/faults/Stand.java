package io.graftwatch.testbed.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.collector.store.Findings;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.testbed.Program;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A collector and an enrolled agent as processes of their own, each with its folder, and what the
/// collector has stored.
final class Stand implements AutoCloseable {
  private static final List<String> OTHERS =
      List.of(
          "proc",
          "conn",
          "inventory",
          "journal",
          "syslog",
          "apache-error",
          "nginx-error",
          "php-error",
          "tomcat-log",
          "postgres-log",
          "mysql-log");

  private final Path root;
  private final Path state;
  private @Nullable Program collector;
  private @Nullable Program agent;

  /// @param sequence of the agent's record
  /// @param codes of the evidence
  record Stored(String finding, String uid, long sequence, List<String> codes) {
    static Stored of(JsonNode finding) {
      JsonNode metadata = finding.path("metadata");
      var codes = new ArrayList<String>();
      finding.path("unmapped").path("graftwatch").path("codes").forEach(c -> codes.add(c.asText()));
      return new Stored(
          finding.path("finding_info").path("uid").asText(),
          metadata.path("uid").asText(),
          metadata.path("sequence").asLong(),
          codes);
    }
  }

  private Stand(Path root) {
    this.root = root;
    this.state = root.resolve("collector");
  }

  /// Starts the collector and enrols the agent, which is not started yet.
  ///
  /// @param settings of the agent beyond its folders and collector, TOML
  static Stand create(Path root, String settings) throws IOException, InterruptedException {
    var stand = new Stand(root);
    stand.write(
        "collector.toml",
        """
        [collector]
        state_dir = "%s"
        name = "localhost"
        [agents]
        listen = "127.0.0.1"
        port = %d
        [console]
        listen = "127.0.0.1"
        port = %d
        """
            .formatted(stand.state, freePort(), freePort()));
    stand.startCollector();
    stand.write(
        "agent.toml",
        """
        [agent]
        state_dir = "%1$s/agent"
        runtime_dir = "%1$s/run"
        host = "web01"
        [collector]
        url = "%2$s"
        """
                .formatted(root, stand.url())
            + settings);
    stand.enrol();
    return stand;
  }

  /// Makes the host an agent of the collector; once more, and it is another agent.
  void enrol() throws IOException, InterruptedException {
    String token = ok("", Program.COLLECTOR, "token", "create", "--config", collectorFile());
    ok(token, Program.AGENT, "enroll", "--config", agentFile());
  }

  /// Publishes a policy for the fleet.
  void publish(String toml) throws IOException, InterruptedException {
    write("policy.toml", toml);
    ok(
        "",
        Program.COLLECTOR,
        "policy",
        root.resolve("policy.toml").toString(),
        "--config",
        collectorFile());
  }

  /// Settings of an agent that reads nothing but one `audit.log`.
  static String onlyAuditLog(Path log, String servers) {
    return onlyAudit("log")
        + """
        log = "%s"
        [analytics.AN1508]
        ServerBinaryPath = ["%s"]
        """
            .formatted(log, servers);
  }

  /// Settings of an agent that reads nothing but kernel audit.
  static String onlyAudit(String mode) {
    var settings = new StringBuilder();
    for (String kind : OTHERS) {
      settings.append("[sources.").append(kind).append("]\nmode = \"off\"\n");
    }
    return settings.append("[sources.auditd]\nmode = \"").append(mode).append("\"\n").toString();
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.writeString(file, text);
  }

  private static String ok(String input, String main, String... arguments)
      throws IOException, InterruptedException {
    Program.Result result = Program.run(input, main, arguments);
    if (result.exit() != 0) {
      throw new AssertionError(String.join(" ", arguments) + ": " + result.err());
    }
    return result.out();
  }

  String agentFile() {
    return root.resolve("agent.toml").toString();
  }

  private String collectorFile() {
    return root.resolve("collector.toml").toString();
  }

  void startCollector() throws IOException, InterruptedException {
    Path ports = state.resolve("ports.json");
    Files.deleteIfExists(ports);
    Program started =
        Program.start(
            root.resolve("collector.txt"), Program.COLLECTOR, "run", "--config", collectorFile());
    collector = started;
    started.await("the collector listens", () -> Files.exists(ports));
  }

  void killCollector() throws InterruptedException {
    if (collector != null) {
      collector.kill();
    }
  }

  /// Starts the agent, or starts it again.
  Program startAgent() throws IOException {
    agent = Program.start(root.resolve("agent.txt"), Program.AGENT, "run", "--config", agentFile());
    return agent;
  }

  /// Waits until the agent has said that it runs.
  void awaitRunning(Program program) throws InterruptedException {
    program.await("it runs", () -> status().path("pid").asLong() == program.pid());
  }

  Path agentState() {
    return root.resolve("agent");
  }

  String url() throws IOException {
    return Json.mapper()
        .readTree(Files.readAllBytes(state.resolve("ports.json")))
        .path("agent_url")
        .asText();
  }

  /// What the agent last said of itself; empty before it has.
  JsonNode status() {
    try {
      return Json.mapper().readTree(Files.readAllBytes(root.resolve("run/status.json")));
    } catch (IOException e) {
      return Json.mapper().missingNode();
    }
  }

  /// Every record that the collector holds.
  List<Stored> stored() {
    var all = new ArrayList<Stored>();
    try (SqlStore store = SqlStore.open(state)) {
      for (Incident incident : store.findings().incidents(IncidentQuery.all(1000))) {
        for (Findings.Revision revision : store.findings().revisions(incident, 1000)) {
          all.add(Stored.of(Json.mapper().readTree(revision.json().plain())));
        }
      }
    } catch (StoreException | IOException e) {
      throw new AssertionError(e);
    }
    return all;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
    if (collector != null) {
      collector.close();
    }
  }
}
