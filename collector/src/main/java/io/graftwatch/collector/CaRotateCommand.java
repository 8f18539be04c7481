package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.trust.Authority;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Each call is one step of an exchange, and the next is refused until all agents have renewed.
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description =
        "Makes the next of three steps: announce a new authority, let it sign, drop the old one.")
final class CaRotateCommand implements Callable<Integer> {
  @Option(
      names = "--lose-agents",
      description = "Goes on although agents have not renewed: they must enrol anew.")
  private boolean loseAgents;

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    Config config = option.load();
    var random = new SecureRandom();
    Instant now = Instant.now();
    var authority = Authority.open(config.stateDir().resolve("trust"), random, now);
    long behind = behind(config, authority, now);
    if (behind > 0 && !loseAgents) {
      System.err.printf(
          "graftwatch-collector: %d agents have not been given this step's authorities; each is when"
              + " it renews, within %d days of its last certificate. Come again then.%n",
          behind, config.agents().certificateLife().toDays() * 2 / 3);
      return Main.FAILED;
    }
    System.err.println(
        switch (authority.advance(random, now)) {
          case ANNOUNCED -> "1 of 3: a new authority is announced to agents as they renew";
          case SIGNING ->
              "2 of 3: the new authority signs; enrolment tokens from before are void, and the old"
                  + " authority is trusted until agents have renewed";
          case NONE -> "3 of 3: the old authority is gone";
        });
    System.err.println(
        "restart this collector; to further ones first copy trust/ so that it is the same there:"
            + " rsync -a --delete --exclude='server.*'");
    return Main.OK;
  }

  /// Whoever renewed with a collector that was not started anew has the authorities of before.
  private static long behind(Config config, Authority authority, Instant now) throws Exception {
    if (authority.step() == Authority.Exchange.NONE) {
      return 0;
    }
    try (Store store = ConfigOption.open(config)) {
      return store.fleet().givenOthers(authority.generation(), now.toEpochMilli());
    }
  }
}
