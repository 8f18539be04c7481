package io.graftwatch.core.cli;

import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.Nearest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Entry of the command line. Finds the command by its first word and loads no other.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// Runs one command.
  ///
  /// @return its exit code, see [Exit]
  static int run(String[] args) {
    String name = args.length == 0 ? "help" : args[0];
    if (name.equals("help") || name.equals("--help") || name.equals("-h")) {
      return args.length < 2 || args[1].startsWith("-")
          ? help()
          : run(new String[] {args[1], "-h"});
    }
    if (name.equals("--version") || name.equals("-V")) {
      System.out.println("graftwatch " + Version.TEXT);
      return Exit.OK;
    }
    Callable<Integer> command = command(name);
    if (command == null) {
      String near = Nearest.of(name, summaries().keySet());
      System.err.println(
          "graftwatch: there is no command '"
              + Terminal.safe(name)
              + (near == null
                  ? "'. `graftwatch help` lists them."
                  : "'. Did you mean '" + near + "'?"));
      return Exit.USAGE;
    }
    var line = new CommandLine(command);
    line.getCommandSpec().version("graftwatch " + Version.TEXT);
    return line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler((e, _, _) -> failed(e))
        .setParameterExceptionHandler((e, _) -> misused(name, e))
        .registerConverter(Instant.class, Main::time)
        .execute(Arrays.copyOfRange(args, 1, args.length));
  }

  private static @Nullable Callable<Integer> command(String name) {
    return switch (name) {
      case "config" -> new ConfigCommand();
      case "enroll" -> new EnrollCommand();
      case "run" -> new RunCommand();
      case "status" -> new StatusCommand();
      case "doctor" -> new DoctorCommand();
      case "journal" -> new JournalCommand();
      case "explain" -> new ExplainCommand();
      case "simulate" -> new SimulateCommand();
      case "record" -> new RecordCommand();
      case "replay" -> new ReplayCommand();
      case "audit-rules" -> new AuditRulesCommand();
      default -> null;
    };
  }

  private static int failed(Exception failure) {
    if (failure instanceof ConfigException) {
      System.err.println(Terminal.safeLines(String.valueOf(failure.getMessage())));
      return Exit.CONFIG;
    }
    String message = failure.getMessage();
    System.err.println(
        "graftwatch: " + Terminal.safeLines(message == null ? failure.toString() : message));
    return Exit.FAILED;
  }

  private static int misused(String name, CommandLine.ParameterException e) {
    System.err.printf(
        "graftwatch %s: %s%n`graftwatch help %s` explains it.%n",
        name, Terminal.safe(String.valueOf(e.getMessage())), name);
    return Exit.USAGE;
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is not a time such as 2026-11-24T20:00:00Z");
    }
  }

  private static int help() {
    System.out.println(
        """
        Graftwatch watches this server's own logs for components that do not belong: a module \
        placed,
        taken up by the server, then code run or a connection made (MITRE ATT&CK T1505, DET0547).

        Usage: graftwatch COMMAND [OPTION…]     graftwatch help COMMAND explains one
        """);
    summaries().forEach((name, summary) -> System.out.printf("  %-12s %s%n", name, summary));
    if (System.getProperty("graftwatch.launcher") != null) {
      System.out.println("\nIn a checkout also:");
      checkout().forEach((name, summary) -> System.out.printf("  %-12s %s%n", name, summary));
    }
    System.out.println("\nExit codes: 0 fine, 1 failed, 2 wrong usage, 78 bad configuration.");
    return Exit.OK;
  }

  private static Map<String, String> summaries() {
    var all = new LinkedHashMap<String, String>();
    all.put("run", "the agent in the foreground, as the service runs it");
    all.put("status", "what the running agent sees, has found and costs");
    all.put("doctor", "what works here, what does not, and the command that mends it");
    all.put("enroll", "gets this host its certificate from a collector");
    all.put("simulate", "a harmless attack against the running agent, with the time each hop took");
    all.put("replay", "recorded logs through the same detection");
    all.put("explain", "why a finding fired, or why nothing did");
    all.put("record", "a replayable bundle of what the sources print");
    all.put("journal", "looks into the spool: ls, verify, cat");
    all.put("audit-rules", "prints the kernel audit rules for this host");
    all.put("config", "check validates the configuration, show prints what is in effect");
    return all;
  }

  private static Map<String, String> checkout() {
    var all = new LinkedHashMap<String, String>();
    all.put("demo", "a collector and an agent on this machine, a harmless attack, and its finding");
    all.put("collector", "the collector's own commands");
    all.put("test", "builds and tests everything, and lists what was skipped and why");
    all.put("bench", "benchmarks");
    all.put("package", "packages for installation");
    return all;
  }
}
