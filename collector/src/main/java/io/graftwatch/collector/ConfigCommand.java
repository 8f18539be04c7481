package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.Setting;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "config",
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
      case show -> config.settings().forEach(ConfigCommand::show);
    }
    return Main.OK;
  }

  private static void show(Setting setting) {
    System.out.println(Visible.line(setting.line()));
  }
}
