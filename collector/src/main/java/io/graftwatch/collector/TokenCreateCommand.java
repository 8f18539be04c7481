package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.trust.Authority;
import io.graftwatch.collector.trust.Secrets;
import io.graftwatch.delivery.config.Durations;
import io.graftwatch.delivery.enrol.EnrolToken;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a token that lets agents enrol, and prints it.",
      "",
      "On the server: printf %%s 'gw1…' | graftwatch enroll"
    })
final class TokenCreateCommand implements Callable<Integer> {
  static final int ID_BYTES = 6;
  static final int SECRET_BYTES = 16;
  private static final int MAX_USES = 100_000;
  private static final Duration MAX_TTL = Duration.ofDays(365);

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--uses",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many agents may enrol with it. Default: ${DEFAULT-VALUE}.")
  private int uses;

  @Option(
      names = "--ttl",
      paramLabel = "D",
      defaultValue = "24h",
      description = "How long it is valid: a whole number and s, m, h or d. Default: 24h.")
  private String ttl = "24h";

  @Option(
      names = "--group",
      paramLabel = "G",
      defaultValue = "",
      description = "What to call the agents that come with it.")
  private String group = "";

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    if (uses < 1 || uses > MAX_USES) {
      throw usage("--uses must be 1 to " + MAX_USES);
    }
    Duration life = life();
    Config config = option.load();
    var random = new SecureRandom();
    var secrets = new Secrets(random);
    Instant now = Instant.now();
    try (Store store = ConfigOption.open(config)) {
      var authority = Authority.open(config.stateDir().resolve("trust"), random, now);
      String address = Ports.read(config).enrolAddress(config);
      var token =
          new EnrolToken(
              address, authority.pin(), secrets.hex(ID_BYTES), secrets.next(SECRET_BYTES));
      Instant expires = now.plus(life);
      store
          .fleet()
          .add(
              new Fleet.Token(
                  token.tokenId(), Digest.of(token.secret()), uses, expires.toEpochMilli(), group),
              new Act(
                  now.toEpochMilli(),
                  "command line",
                  "make enrolment token",
                  token.tokenId(),
                  "%d uses within %s, group %s".formatted(uses, ttl, group)));
      System.out.println(token.text());
      System.err.printf(
          "valid until %s for %s; on the server: printf %%s 'gw1…' | graftwatch enroll%n",
          expires.truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
          uses == 1 ? "one agent" : uses + " agents");
    }
    return Main.OK;
  }

  private Duration life() {
    try {
      Duration life = Durations.parse(ttl);
      if (life.isZero() || life.compareTo(MAX_TTL) > 0) {
        throw usage("--ttl must be longer than nothing and at most 365d");
      }
      return life;
    } catch (IllegalArgumentException e) {
      throw usage("--ttl: " + e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
