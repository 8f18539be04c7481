package io.graftwatch.collector;

import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The collector's command line. Exit codes: 0 fine, 1 failed, 2 usage, 78 bad configuration. Data
/// goes to standard output, messages for people to standard error.
@Command(
    name = "graftwatch-collector",
    description = "Takes findings from agents, keeps them, and shows them to defenders.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      TokenCommand.class,
      AdminLinkCommand.class,
      RevokeCommand.class,
      BackupCommand.class,
      OutputsCommand.class,
      CaCommand.class,
      PolicyCommand.class,
      ConfigCommand.class
    })
public final class Main {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int BAD_CONFIG = 78;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Main())
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler((e, _, _) -> failed(e))
        .execute(args.length == 0 ? new String[] {"--help"} : args);
  }

  private static int failed(Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    System.err.println("graftwatch-collector: " + Visible.text(message));
    return failure instanceof ConfigException ? BAD_CONFIG : FAILED;
  }

  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"graftwatch-collector " + Main.version()};
    }
  }
}
