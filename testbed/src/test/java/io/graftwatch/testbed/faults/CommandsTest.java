package io.graftwatch.testbed.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.testbed.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line as somebody meets it: a process for each command, beside a running agent.
class CommandsTest {
  @TempDir private Path folder;
  private Path log;

  @BeforeEach
  void writeLog() throws IOException {
    log = Files.createFile(folder.resolve("audit.log"));
    var script = new AuditScript(log);
    while (!script.over()) {
      script.write(Instant.now());
    }
  }

  @Test
  void aBundleReplaysToTheSameFindings() throws Exception {
    Path config = config("");
    Path bundle = folder.resolve("bundle");
    Program.Result recorded = agent("record", bundle, "--for", "8s", "--config", config);
    assertThat(recorded.exit()).as(recorded.err()).isZero();
    Path settings = bundle.resolve("graftwatch.toml");
    assertThat(Files.readString(settings))
        .contains("agent.host = \"web01\"", "agent.zone = ", "ServerBinaryPath");

    var command = new ArrayList<>(List.of(recorded.out().strip().split(" ")));
    assertThat(command.removeFirst()).isEqualTo("graftwatch");
    command.add("--final");
    Program.Result replayed = Program.run("", Program.AGENT, command.toArray(String[]::new));
    assertThat(replayed.out())
        .isNotEmpty()
        .isEqualTo(agent("replay", "auditd=" + log, "--final", "--config", settings).out());
  }

  @Test
  void explainSaysWhyAndWhyNot() throws Exception {
    Path config = config("");
    Program agent = start(config);
    agent.await("it has found all", () -> status().path("findings").path("created").asInt() >= 20);
    assertThat(agent.stop()).isZero();

    String finding = agent("explain", "/opt/site-03/bin/httpd", "--config", config).out();
    assertThat(finding)
        .contains(
            "  Critical  CONFIRMED\nApache on web01 ran 'sh -c id; uname -a; whoami; bash -i'")
        .doesNotContain("Coverage of AN1508 is NONE");
    assertThat(agent("explain", "2031", "--config", config).out()).isEqualTo(finding);
    assertThat(agent("explain", finding.substring(0, 35), "--config", config).out())
        .isEqualTo(finding);
    Program.Result nothing = agent("explain", "/usr/bin/nothing", "--config", config);
    assertThat(nothing.exit()).isEqualTo(1);
    assertThat(nothing.out())
        .startsWith("No finding in the journal and no observation of the agent names it.\n")
        .contains("Coverage of AN1508 is PARTIAL");
    assertThat(agent("explain", "--to", "2020-01-01T00:00:00Z", "--config", config).exit())
        .isEqualTo(1);
    // The storm guard held back what came after the twentieth; explain knows it nevertheless.
    assertThat(agent("explain", "/opt/site-24/bin/httpd", "--config", config).out())
        .startsWith("known to the agent, not or not lately told");
  }

  @Test
  void theJournalIsListedVerifiedAndPrinted() throws Exception {
    Path config = config("");
    Program agent = start(config);
    agent.await("it has found all", () -> status().path("findings").path("created").asInt() >= 20);

    List<String> listed = agent("journal", "ls", "--config", config).out().lines().toList();
    List<String> printed = agent("journal", "cat", "--config", config).out().lines().toList();
    assertThat(listed).hasSameSizeAs(printed).allMatch(line -> line.contains("waits"));
    for (String line : printed) {
      assertThat(Json.mapper().readTree(line).path("metadata").path("sequence").asInt())
          .isPositive();
    }
    assertThat(agent("journal", "verify", "--config", config).exit()).isZero();

    assertThat(agent.stop()).isZero();
    Path segment;
    try (var files = Files.list(folder.resolve("state/journal"))) {
      segment = files.filter(file -> file.toString().endsWith(".seg")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[200] ^= 1;
    Files.write(segment, bytes);
    Program.Result damaged = agent("journal", "verify", "--config", config);
    assertThat(damaged.exit()).isEqualTo(1);
    assertThat(damaged.out()).contains("DAMAGED [bytes 64 to ");
  }

  /// F46: whatever is wrong with a changed file, the running configuration stays and it is said.
  @Test
  void f46BadConfigurationKeepsTheRunningOne() throws Exception {
    Path config = config("");
    String good = Files.readString(config);
    Program agent = start(config);
    agent.await("it runs", () -> status().path("state").asText().equals("running"));

    Files.writeString(config, good + "\n[site]\nbasline = \"declared\"\n");
    signal(agent, "HUP");
    agent.await("it is refused", () -> status().has("rejected"));
    assertThat(status().path("rejected").asText())
        .contains("[site] has no key 'basline'; did you mean 'baseline'?");
    assertThat(agent("status", "--config", config).exit()).isEqualTo(78);

    Files.writeString(config, "not toml [");
    agent.await(
        "a change without a signal is seen", () -> rejected().contains("graftwatch.toml:1:"));
    Files.delete(config);
    Files.createSymbolicLink(config, Path.of("/dev/zero"));
    signal(agent, "HUP");
    agent.await("a link is refused", () -> rejected().contains("symbolic link"));

    Files.delete(config);
    Files.writeString(config, good + "\n[site]\nbaseline = \"declared\"\n");
    own(config);
    signal(agent, "HUP");
    String sha256 = agent("config", "show", "--config", config).out();
    agent.await("the good one is in effect", () -> sha256.contains(effective()));
    agent.await("nothing is refused", () -> !status().has("rejected"));
    Program.Result doctor = agent("doctor", "--config", config);
    assertThat(doctor.out()).contains("ok    agent: it runs as process " + agent.pid());
    assertThat(agent.stop()).isZero();
    assertThat(agent("status", "--config", config).exit()).isEqualTo(1);
  }

  /// F03: a second agent on the same state does not start, and names the first.
  @Test
  void f03SecondAgentDoesNotStart() throws Exception {
    Path config = config("");
    Program agent = start(config);
    agent.await("it runs", () -> status().path("state").asText().equals("running"));
    Program.Result second = agent("run", "--config", config);
    assertThat(second.exit()).isEqualTo(78);
    assertThat(second.err()).contains("is in use by process " + agent.pid());
    assertThat(agent.alive()).isTrue();
    assertThat(agent.stop()).isZero();
  }

  @Test
  void exitCodesAreWhatScriptsRelyOn() throws Exception {
    Path config = config("");
    assertThat(agent("config", "check", "--config", config).exit()).isZero();
    assertThat(agent("status", "--config", config).exit()).as("no agent").isEqualTo(1);
    assertThat(agent("journal", "ls", "--config", config).exit()).as("no journal").isEqualTo(1);
    assertThat(agent("journal", "lss", "--config", config).exit()).as("usage").isEqualTo(2);
    assertThat(agent("record", "x", "--for", "5x", "--config", config).exit()).isEqualTo(2);
    assertThat(agent("status", "--config", folder.resolve("none.toml")).exit()).isEqualTo(78);
    Files.writeString(config, "[agent]\nmax_processes = 5\n", StandardOpenOption.TRUNCATE_EXISTING);
    Program.Result range = agent("config", "check", "--config", config);
    assertThat(range.exit()).isEqualTo(78);
    assertThat(range.err()).startsWith(config + ":2:1: max_processes: ");
  }

  private Path config(String more) throws IOException {
    Path config = folder.resolve("graftwatch.toml");
    Files.writeString(
        config,
        """
        [agent]
        state_dir = "%1$s/state"
        runtime_dir = "%1$s/run"
        host = "web01"
        """
                .formatted(folder)
            + Stand.onlyAuditLog(log, AuditScript.SERVERS)
            + more);
    own(config);
    return config;
  }

  private static void own(Path config) throws IOException {
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
  }

  private Program start(Path config) throws IOException {
    return Program.start(
        folder.resolve("agent.txt"), Program.AGENT, "run", "--config", config.toString());
  }

  private static Program.Result agent(Object... words) throws Exception {
    String[] arguments = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      arguments[i] = words[i].toString();
    }
    return Program.run("", Program.AGENT, arguments);
  }

  private static void signal(Program agent, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(agent.pid())).start().waitFor();
  }

  private String rejected() {
    return status().path("rejected").asText();
  }

  private String effective() {
    return status().path("versions").path("config_sha256").asText("unknown");
  }

  private JsonNode status() {
    try {
      return Json.mapper().readTree(Files.readAllBytes(folder.resolve("run/status.json")));
    } catch (IOException e) {
      return Json.mapper().missingNode();
    }
  }
}
