package io.graftwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.delivery.enrol.EnrolToken;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// The command line as scripts use it: exit codes, data on standard output, words on standard
/// error.
@Isolated("it catches the standard streams")
class MainTest {
  @TempDir private Path folder;
  private Path config;

  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void configure() throws Exception {
    config = folder.resolve("collector.toml");
    Files.writeString(
        config,
        "[collector]\nstate_dir = \"%s\"\nname = \"localhost\"\n[agents]\nport = 0\n[console]\nport = 0\n"
            .formatted(folder.resolve("state")));
  }

  @Test
  void usageAndConfigurationHaveTheirOwnExitCodes() throws Exception {
    assertThat(run("--help").code()).isZero();
    assertThat(run("token").code()).isEqualTo(2);
    assertThat(run("nonsense").code()).isEqualTo(2);
    assertThat(configured("token", "create", "--ttl", "soon").code()).isEqualTo(2);
    assertThat(configured("token", "create", "--uses", "0").code()).isEqualTo(2);

    assertThat(configured("config", "check")).isEqualTo(new Outcome(0, "", config + ": fine\n"));
    Outcome shown = configured("config", "show");
    assertThat(shown.code()).isZero();
    assertThat(shown.out())
        .contains("collector.name = \"localhost\"   # " + config + ":3; default the machine's name")
        .contains("limits.batch_records = 500   # default");

    Files.writeString(config, "[agents]\nprot = 1\n[consol]\n");
    Outcome wrong = configured("run");
    assertThat(wrong.code()).isEqualTo(78);
    assertThat(wrong.err())
        .contains(config + ":2:1: [agents] has no key 'prot'; did you mean 'port'?")
        .contains(config + ":3:1: the file has no key 'consol'; did you mean 'console'?");
    assertThat(run("run", "--config", folder.resolve("none").toString()).code()).isEqualTo(78);
  }

  @Test
  void aTokenWithoutAnAddressIsNotMade() {
    Outcome early = configured("token", "create");
    assertThat(early.code()).isEqualTo(1);
    assertThat(early.out()).isEmpty();
    assertThat(early.err()).contains("has not run yet");
  }

  @Test
  void aStateFolderThatOthersCanReadIsRefused() throws Exception {
    Path state = Files.createDirectory(folder.resolve("state"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-x---"));
    Outcome open = configured("run");
    assertThat(open.code()).isEqualTo(1);
    assertThat(open.err()).contains(state.toString(), "rwxr-x---", "chmod 0700");
  }

  @Test
  void tokensAndLinksWorkWhileTheCollectorRuns() throws Exception {
    Path state = folder.resolve("state");
    try (var collector =
        Collector.start(TestCollector.config(state), InstantSource.system(), new SecureRandom())) {
      assertThat(Files.getPosixFilePermissions(state))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      for (String secret : new String[] {"trust/ca.key", "trust/policy.key", "api.token"}) {
        assertThat(Files.getPosixFilePermissions(state.resolve(secret)))
            .as(secret)
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
      Outcome made = configured("token", "create", "--uses", "2", "--ttl", "1h", "--group", "web");
      assertThat(made.code()).as(made.err()).isZero();
      EnrolToken token = EnrolToken.parse(made.out());
      assertThat(token.port()).isEqualTo(collector.ports().console());
      assertThat(made.err()).doesNotContain(token.secret());
      TestAgent agent = TestAgent.enrol(made.out(), "web01");

      Outcome link = configured("admin-link");
      assertThat(link.out()).startsWith(collector.ports().consoleUrl() + "/login#");

      assertThat(configured("revoke", agent.id()).code()).isZero();
      assertThat(configured("revoke", "nobody").code()).isEqualTo(1);

      Path copy = folder.resolve("copy.db");
      assertThat(configured("backup", copy.toString()).code()).isZero();
      assertThat(copy).isNotEmptyFile();
      assertThat(configured("backup", copy.toString()).code()).isEqualTo(1);

      Outcome second = configured("run");
      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err()).contains("another collector is running");
    }
  }

  private Outcome configured(String... command) {
    String[] all = java.util.Arrays.copyOf(command, command.length + 2);
    all[command.length] = "--config";
    all[command.length + 1] = config.toString();
    return run(all);
  }

  private static Outcome run(String... command) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    int code;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      code = Main.run(command);
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
    }
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
