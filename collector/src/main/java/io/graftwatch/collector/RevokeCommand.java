package io.graftwatch.collector;

import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Store;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = "Refuses an agent from now on, also on connections that are open.")
final class RevokeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "AGENT",
      description = "The agent's id, as the console's host page shows it.")
  private String agent = "";

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    try (Store store = ConfigOption.open(option.load())) {
      var act = new Act(Instant.now().toEpochMilli(), "command line", "revoke host", agent, "");
      if (!store.fleet().revoke(agent, act)) {
        System.err.println("graftwatch-collector: there is no agent with this id to revoke");
        return Main.FAILED;
      }
    }
    System.err.println("revoked; it is refused within two seconds");
    return Main.OK;
  }
}
