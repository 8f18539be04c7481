package io.graftwatch.core.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var newOut = new ByteArrayOutputStream();
    var newErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(args);
      return new Outcome(
          code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void an_unknown_command_is_a_usage_error_with_a_suggestion() {
    assertThat(run("confg"))
        .isEqualTo(
            new Outcome(
                Exit.USAGE,
                "",
                "graftwatch: there is no command 'confg'. Did you mean 'config'?\n"));
    assertThat(run("\u001b[2J").err()).contains("'\\x1b[2J'");
    assertThat(run("config", "chekc").code()).isEqualTo(Exit.USAGE);
  }

  @Test
  void a_bad_configuration_exits_78_and_says_where(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("graftwatch.toml");
    Files.writeString(file, "[agent]\nhots = 'x'\n");
    Outcome outcome = run("config", "check", "--config", file.toString());
    assertThat(outcome.code()).isEqualTo(Exit.CONFIG);
    assertThat(outcome.err())
        .isEqualTo(file + ":2:1: [agent] has no key 'hots'; did you mean 'host'?\n");
  }

  @Test
  void help_lists_the_commands() {
    assertThat(run().out()).contains("replay", "doctor").isEqualTo(run("help").out());
    assertThat(run("help", "config").out()).contains("graftwatch config");
  }
}
