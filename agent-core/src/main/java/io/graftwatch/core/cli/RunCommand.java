package io.graftwatch.core.cli;

import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.StateFolder;
import io.graftwatch.core.run.Agent;
import io.graftwatch.delivery.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "graftwatch run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the agent in the foreground, as the service runs it.",
      "",
      "It reads this host's own logs, keeps what it finds in its journal and sends it to the"
          + " collector or outputs that the configuration names. SIGTERM and Ctrl-C stop it without"
          + " losing anything; SIGHUP reads the configuration again. `graftwatch doctor` says"
          + " beforehand what it can see here."
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    boolean file = option.given() || Files.exists(option.path());
    if (file) {
      StateFolder.check(option.path());
    }
    Config config = option.load();
    var agent = new Agent(config, file ? option.path() : null, Version.TEXT);
    return agent.run() ? Exit.OK : Exit.FAILED;
  }
}
