package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.People.Invitation;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.trust.Secrets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "admin-link",
    mixinStandardHelpOptions = true,
    description =
        "Prints a link that makes whoever opens it an administrator, or lets one who"
            + " has lost the password set it; it opens once, within 15 minutes.")
final class AdminLinkCommand implements Callable<Integer> {
  private static final int SECRET_BYTES = 32;
  private static final Duration LIFE = Duration.ofMinutes(15);

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    Config config = option.load();
    String secret = new Secrets(new SecureRandom()).next(SECRET_BYTES);
    try (Store store = ConfigOption.open(config)) {
      Instant now = Instant.now();
      long expires = now.plus(LIFE).toEpochMilli();
      store
          .people()
          .invite(
              Digest.of(secret),
              new Invitation("", Person.Role.ADMIN, "", expires),
              new Act(now.toEpochMilli(), "command line", "make admin link", "people", ""));
      // Behind the # it is never sent to a server, so no proxy's log holds it.
      System.out.println(Ports.read(config).consoleUrl() + "/login#" + secret);
      System.err.println("set a name and a password there, within 15 minutes");
    }
    return Main.OK;
  }
}
