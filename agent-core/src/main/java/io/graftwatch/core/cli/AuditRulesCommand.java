package io.graftwatch.core.cli;

import io.graftwatch.core.config.Config;
import io.graftwatch.core.host.Machine;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.KernelRules;
import io.graftwatch.core.source.Platform;
import io.graftwatch.delivery.config.ConfigException;
import java.io.IOException;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "graftwatch audit-rules",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the kernel audit rules for this host, rendered from what exists on it: its servers,"
          + " their accounts, module and configuration folders.",
      "",
      "The running agent loads them itself and puts them back when somebody removes them. To have"
          + " them before the agent starts: graftwatch audit-rules >"
          + " /etc/audit/rules.d/70-graftwatch.rules && augenrules --load"
    })
final class AuditRulesCommand implements Callable<Integer> {
  @Mixin private final ConfigOption option = new ConfigOption();

  @Option(
      names = "--remove",
      description =
          "Take all rules of Graftwatch (keys that start with gw_) out of the kernel instead;"
              + " others stay. For uninstalling: stop the agent first, or it puts them back.")
  private boolean remove;

  @Override
  public Integer call() throws ConfigException, IOException {
    KernelRules rules = rules();
    if (remove) {
      System.err.println("Removed " + rules.remove() + " rules.");
      return Exit.OK;
    }
    Config config = option.load();
    var host =
        new Host(
            config.agent().host(),
            Machine.platform(),
            config.agent().runtimeDir(),
            config.analytics().values("AN1508", "ServerBinaryPath", java.util.List.of()));
    System.out.print(rules.render(host));
    return Exit.OK;
  }

  private static KernelRules rules() throws IOException {
    return ServiceLoader.load(Platform.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(platform -> platform.id().equals(Machine.platform()))
        .map(Platform::rules)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(() -> new IOException("this operating system has no kernel audit rules"));
  }
}
