package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.trust.Authority;
import io.graftwatch.delivery.config.TomlFile;
import io.graftwatch.delivery.enrol.SignedPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the fleet's policy, or signs and publishes a new one.",
      "",
      "A policy is a file with the tables [site] and [analytics] of an agent's configuration: what is"
          + " known of the site, and the mutable elements of the analytics. Agents ask for it within a"
          + " minute, check its signature with the key they were given at enrolment, and lay it under"
          + " their own file, which goes first. They keep the last good one.",
      "",
      "Try it before on one host: put it into its file and run `graftwatch config check`."
    })
final class PolicyCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The new policy, TOML. Without it the present one is printed.")
  private @Nullable Path file;

  @Option(
      names = "--key",
      paramLabel = "F",
      description =
          "The policy key (trust/policy.key of the state folder) when it is kept elsewhere, such as"
              + " on a stick: who holds only the collector then cannot tune agents.")
  private @Nullable Path key;

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    Config config = option.load();
    try (Store store = ConfigOption.open(config)) {
      if (file == null) {
        return show(store.policies().latest());
      }
      byte[] content = Files.readAllBytes(file);
      if (content.length > SignedPolicy.MAX_LENGTH) {
        System.err.println("graftwatch-collector: a policy may have 256 KiB");
        return Main.FAILED;
      }
      TomlFile.of("", new byte[0])
          .over(TomlFile.of(file.toString(), content), Set.of("site", "analytics"));
      Instant now = Instant.now();
      Authority authority =
          Authority.open(config.stateDir().resolve("trust"), new SecureRandom(), now);
      SignedPolicy policy =
          authority.sign(
              store.policies().latest().version() + 1,
              new String(content, StandardCharsets.UTF_8),
              key);
      var act =
          new Act(
              now.toEpochMilli(),
              "command line",
              "publish policy",
              "policy " + policy.version(),
              content.length + " bytes");
      if (!store.policies().add(policy, act)) {
        System.err.println("graftwatch-collector: another one was published just now; try again");
        return Main.FAILED;
      }
      System.err.println("published as version " + policy.version());
      return Main.OK;
    }
  }

  private static int show(SignedPolicy policy) {
    if (policy.version() == 0) {
      System.err.println("there is no policy");
    } else {
      System.err.println("version " + policy.version());
      System.out.print(policy.toml());
    }
    return Main.OK;
  }
}
