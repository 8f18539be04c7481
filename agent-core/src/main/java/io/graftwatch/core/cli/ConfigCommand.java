package io.graftwatch.core.cli;

import io.graftwatch.core.config.Config;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.Setting;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "graftwatch config",
    mixinStandardHelpOptions = true,
    description = {
      "Validates the configuration file, or prints the configuration in effect.",
      "",
      "check says everything that is wrong, with line and column; it exits 78 if anything is.",
      "show prints each key with its value, where the value comes from and the default."
    })
final class ConfigCommand implements Callable<Integer> {
  enum Action {
    check,
    show
  }

  @Parameters(paramLabel = "check|show", description = "What to do.")
  @SuppressWarnings("NullAway.Init")
  private Action action;

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws ConfigException {
    Config config = option.load();
    switch (action) {
      case check -> System.err.println(option.path() + ": fine");
      case show -> show(config, option.path());
    }
    return Exit.OK;
  }

  private static void show(Config config, Path file) {
    for (Setting setting : config.settings()) {
      System.out.println(Terminal.safe(setting.line()));
    }
    System.out.println("# sha256 " + config.sha256() + " " + Terminal.safe(file.toString()));
  }
}
