package io.graftwatch.core.cli;

import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.StateFolder;
import io.graftwatch.core.enrol.Enrolment;
import io.graftwatch.core.enrol.TrustFolder;
import io.graftwatch.core.host.Machine;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.enrol.EnrolToken;
import io.graftwatch.delivery.enrol.HostFacts;
import io.graftwatch.delivery.enrol.IssuedIdentity;
import io.graftwatch.delivery.output.ProxySetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "graftwatch enroll",
    mixinStandardHelpOptions = true,
    description = {
      "Gets this host its certificate from a collector.",
      "",
      "The token comes from `graftwatch-collector token create`. It is read from standard input or"
          + " from a file, never from the command line, where others could see it:",
      "",
      "  printf %%s 'gw1…' | graftwatch enroll",
      "",
      "The token names the collector and pins its certificate authority; the secret in it is sent"
          + " only to a server that proves to have that authority. A collector that does not answer"
          + " is tried again, with growing pauses, until you stop it."
    })
final class EnrollCommand implements Callable<Integer> {
  private static final int MAX_TOKEN = 1024;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  @Mixin private final ConfigOption option = new ConfigOption();

  @Option(names = "--token-file", paramLabel = "F", description = "The file that holds the token.")
  private @Nullable Path tokenFile;

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    Config config = option.load();
    EnrolToken token;
    try {
      token = EnrolToken.parse(token());
    } catch (IllegalArgumentException e) {
      System.err.println("graftwatch: " + e.getMessage());
      return Exit.USAGE;
    }
    StateFolder.prepare(config.agent().stateDir());
    Machine machine = Machine.read();
    var facts =
        new HostFacts(
            config.agent().host(),
            machine.machineId(),
            machine.bootId(),
            machine.os(),
            Version.TEXT);
    String proxy =
        config.collector() == null || config.collector().proxy() == null
            ? null
            : config.collector().proxy().toString();
    var enrolment =
        new Enrolment(
            token,
            TrustFolder.open(config.agent().stateDir()),
            facts,
            ProxySetting.choose(proxy, System.getenv(), token.host()),
            Duration.ofSeconds(30));
    return until(enrolment, config);
  }

  private Integer until(Enrolment enrolment, Config config)
      throws IOException, InterruptedException {
    RandomGenerator random = RandomGenerator.getDefault();
    Duration pause = Duration.ofSeconds(1);
    while (true) {
      switch (enrolment.attempt()) {
        case Enrolment.Outcome.Enrolled(IssuedIdentity identity) -> {
          enrolled(identity, config);
          return Exit.OK;
        }
        case Enrolment.Outcome.Refused(String problem) -> {
          System.err.println("graftwatch: " + Terminal.safe(problem));
          return Exit.FAILED;
        }
        case Enrolment.Outcome.Later(String problem) -> {
          long millis = random.nextLong(pause.toMillis() / 2, pause.toMillis() + 1);
          System.err.println(
              "graftwatch: %s; trying again in %d s"
                  .formatted(Terminal.safe(problem), (millis + 999) / 1000));
          Thread.sleep(millis);
          Duration longer = pause.multipliedBy(2);
          pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
      }
    }
  }

  private void enrolled(IssuedIdentity identity, Config config) {
    System.err.println("This host is agent " + Terminal.safe(identity.agentId()) + " now.");
    if (config.collector() == null) {
      System.err.println(
          "To send it findings, write into "
              + option.path()
              + ":\n\n[collector]\nurl = \""
              + Terminal.safe(identity.agentUrl())
              + "\"\n");
    }
  }

  private String token() throws IOException {
    if (tokenFile == null) {
      System.err.println("Reading the token from standard input, until its end.");
    }
    try (InputStream in = tokenFile == null ? System.in : Files.newInputStream(tokenFile)) {
      return new String(in.readNBytes(MAX_TOKEN), StandardCharsets.UTF_8);
    }
  }
}
