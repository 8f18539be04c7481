package io.graftwatch.testbed.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.ConfigFile;
import io.graftwatch.delivery.config.Setting;
import io.graftwatch.delivery.enrol.SignedPolicy;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.testbed.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The fleet's policy on its way from the collector's command line into a running agent.
class PolicyTest {
  private static final String FIRST =
      """
      [site]
      internal_networks = ["10.20.0.0/16"]
      [analytics.AN1508]
      TimeWindow = "2h"
      ServerBinaryPath = ["/opt/fleet/bin/*"]
      """;

  @TempDir private Path folder;

  @Test
  void aRunningAgentTakesTheSignedPolicyUnderItsOwnFileAndKeepsTheLastGoodOne() throws Exception {
    Path log = Files.createFile(folder.resolve("audit.log"));
    try (Stand stand = Stand.create(folder, Stand.onlyAuditLog(log, "/opt/own/bin/*"))) {
      stand.publish(FIRST);
      Program agent = stand.startAgent();
      agent.await("the policy is in force", () -> policy(stand) == 1);
      assertThat(agent.stop()).isZero();

      Config config = ConfigFile.load(Path.of(stand.agentFile()));
      assertThat(origin(config, "analytics.AN1508.TimeWindow")).isEqualTo("policy 1:4");
      assertThat(config.analytics().values("AN1508", "ServerBinaryPath", java.util.List.of()))
          .as("the host's own file goes first")
          .containsExactly("/opt/own/bin/*");
      assertThat(origin(config, "site.internal_networks")).isEqualTo("policy 1:2");

      // What does not fit an agent is refused as a whole; it says why, and goes on with the last.
      stand.publish("[analytics.AN1508]\nTimeWindow = \"soon\"\n");
      agent = stand.startAgent();
      agent.await(
          "the second one is refused",
          () -> stand.status().path("notices").toString().contains("POLICY_REJECTED"));
      assertThat(policy(stand)).isEqualTo(1);
      assertThat(agent.stop()).isZero();

      Path kept = stand.agentState().resolve("trust/policy.json");
      SignedPolicy good = Json.read(Files.readAllBytes(kept), SignedPolicy.class);
      var forged = new SignedPolicy(9, good.toml().replace("2h", "1s"), good.signature());
      Files.write(kept, Json.bytes(forged));
      Config without = ConfigFile.load(Path.of(stand.agentFile()));
      assertThat(without.policy().problem()).contains("POLICY_REJECTED", "is not signed by");
      assertThat(origin(without, "analytics.AN1508.TimeWindow")).isEqualTo("default");
    }
  }

  private static long policy(Stand stand) {
    return stand.status().at("/versions/policy").asLong(-1);
  }

  private static String origin(Config config, String path) {
    return config.settings().stream()
        .filter(setting -> setting.path().equals(path))
        .map(Setting::origin)
        .findFirst()
        .orElse("not in it");
  }
}
