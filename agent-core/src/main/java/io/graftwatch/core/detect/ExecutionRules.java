package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.catalogue.Shape;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.lineage.ProcessNode;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a program that a server's lineage started is evidence of: the X codes, D2 and D3.
final class ExecutionRules {
  /// A program start, whatever the source.
  ///
  /// @param exe executable as resolved
  /// @param script script that ran through it
  /// @param argv arguments, argv[0] included; may be empty
  /// @param fileless memfd or deleted
  /// @param socketStdio its standard input or output is a socket
  record Start(
      @Nullable String exe,
      @Nullable String script,
      List<String> argv,
      boolean fileless,
      boolean socketStdio) {}

  private final Programs programs;
  private final SiteKnowledge site;
  private final List<Glob> shells;
  private final List<Glob> interpreters;
  private final List<Glob> transfer;
  private final List<Glob> netcat;
  private final List<Glob> support;
  private final List<Glob> accounts;
  private final List<Glob> writable;
  private final Predicate<String> suspiciousCommand;

  /// @param suspiciousCommand CommandRegex of AN0512 over a command line
  ExecutionRules(Programs programs, SiteKnowledge site, Predicate<String> suspiciousCommand) {
    this.programs = programs;
    this.site = site;
    this.shells = texts(programs.shells());
    this.interpreters = texts(programs.interpreters());
    this.transfer = texts(programs.transfer());
    this.netcat = texts(programs.netcat());
    this.support = texts(programs.discoverySupport());
    this.accounts = texts(programs.accountCommands());
    this.writable = programs.writableDirectories().stream().map(Glob::path).toList();
    this.suspiciousCommand = suspiciousCommand;
  }

  private static List<Glob> texts(List<String> globs) {
    return globs.stream().map(Glob::text).toList();
  }

  /// The signs of a start below a server.
  ///
  /// @param wrote whether the server's lineage wrote that path
  List<Sign> signs(
      Start start,
      ProcessNode node,
      ServerInstance instance,
      Subject subject,
      Predicate<String> wrote) {
    String exe = start.exe();
    if (exe == null) {
      return List.of();
    }
    List<String> argv = start.argv();
    String commandLine = argv.isEmpty() ? node.commandLine() : String.join(" ", argv);
    if (isServersOwn(exe, node, instance) && !(start.socketStdio() && isShell(exe, argv))) {
      return List.of();
    }
    double benign = site.child(instance, exe, start.script(), argv);
    String pattern = "X|" + (start.script() != null ? start.script() : exe);
    Subject about = subject.about(start.script() != null ? start.script() : exe);
    var signs = new ArrayList<Sign>(4);
    boolean shell = isShell(exe, argv);
    boolean interpreter = shell || named(interpreters, exe);
    String name = SiteKnowledge.fileName(exe);
    String arguments = ShellText.arguments(commandLine);
    String argPattern = pattern + "|" + Baseline.template(commandLine);
    if (interpreter) {
      signs.add(Sign.of("X1", benign, argPattern, about));
      String code = ShellText.inlineCode(argv, shell);
      if (code != null && (!shell || ShellText.hasAny(code, programs.metacharacters()))) {
        signs.add(Sign.of("X2", benign, argPattern, about));
      }
      if (code != null && shell) {
        discovery(ShellText.commands(code), benign, argPattern, about, signs);
      }
    }
    if (discovers(name, arguments)) {
      signs.add(Sign.of("X3", benign, argPattern, about.with(java.util.Map.of("command", name))));
    } else if (matches(support, name)) {
      signs.add(Sign.of("X9", benign, argPattern, about.with(java.util.Map.of("command", name))));
    }
    if (matches(transfer, name) && !fetchesLocally(arguments)) {
      signs.add(Sign.of("X4", benign, argPattern, about));
    }
    if (start.fileless() || dropped(exe, start.script(), argv, interpreter, wrote)) {
      signs.add(Sign.of("X5", benign, argPattern, about));
    }
    boolean pipeTool = matches(netcat, name);
    if ((start.socketStdio() && interpreter) || ShellText.wiresShell(commandLine, name, pipeTool)) {
      signs.add(Sign.of("X6", benign, argPattern, about));
    }
    if (!interpreter || name.startsWith("busybox")) {
      for (Shape shape : programs.hidden()) {
        if (shape.matches(name, arguments)) {
          signs.add(Sign.of("X10", benign, argPattern, about));
          break;
        }
      }
    }
    persistence(name, arguments, benign, argPattern, about, signs);
    if (isDatabase(instance) && suspiciousCommand.test(commandLine)) {
      signs.add(Sign.of("X2", benign, argPattern, about));
    }
    if (signs.isEmpty()) {
      signs.add(Sign.of("X9", benign, argPattern, about));
    }
    return signs;
  }

  /// The discovery command that a sign is about, or null: X3 and the supporting commands.
  static @Nullable String discoveryCommand(Sign sign) {
    return sign.subject().data().get("command");
  }

  private void discovery(
      List<String> commands, double benign, String pattern, Subject about, List<Sign> signs) {
    for (String command : commands) {
      String program = ShellText.program(command);
      String arguments = ShellText.arguments(command);
      if (discovers(program, arguments)) {
        signs.add(Sign.of("X3", benign, pattern, about.with(java.util.Map.of("command", program))));
      }
    }
  }

  private void persistence(
      String name,
      String arguments,
      double benign,
      String pattern,
      Subject about,
      List<Sign> signs) {
    for (Shape shape : programs.persistenceCommands()) {
      if (shape.matches(name, arguments)) {
        signs.add(Sign.of("D2", benign, pattern, about.job(name)));
        break;
      }
    }
    if (matches(accounts, name)) {
      signs.add(Sign.of("D3", benign, pattern, about));
    }
  }

  private boolean discovers(String name, String arguments) {
    for (Shape shape : programs.discovery()) {
      if (shape.matches(name, arguments)) {
        return true;
      }
    }
    return false;
  }

  private boolean dropped(
      String exe,
      @Nullable String script,
      List<String> argv,
      boolean interpreter,
      Predicate<String> wrote) {
    if (inWritable(exe) || wrote.test(exe)) {
      return true;
    }
    if (script != null && (inWritable(script) || wrote.test(script))) {
      return true;
    }
    if (!interpreter || ShellText.inlineCode(argv, true) != null) {
      return false;
    }
    for (int i = 1; i < argv.size(); i++) {
      String arg = argv.get(i);
      if (!arg.startsWith("-")) {
        return arg.startsWith("/") && (inWritable(arg) || wrote.test(arg));
      }
    }
    return false;
  }

  private boolean inWritable(String path) {
    return matches(writable, path);
  }

  private static boolean isServersOwn(String exe, ProcessNode node, ServerInstance instance) {
    return node.server() || exe.equals(instance.executable());
  }

  private static boolean isDatabase(ServerInstance instance) {
    return switch (instance.kind()) {
      case "postgres", "mysql", "sql" -> true;
      default -> false;
    };
  }

  /// A copied or renamed shell still calls itself one in argv[0].
  private boolean isShell(String exe, List<String> argv) {
    if (named(shells, exe)) {
      return true;
    }
    if (argv.isEmpty()) {
      return false;
    }
    String self = argv.getFirst();
    return named(shells, self.startsWith("-") ? self.substring(1) : self)
        && !named(interpreters, exe);
  }

  private static boolean named(List<Glob> names, String path) {
    return matches(names, SiteKnowledge.fileName(path));
  }

  private static boolean matches(List<Glob> globs, String text) {
    for (Glob glob : globs) {
      if (glob.matches(text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fetchesLocally(String arguments) {
    String lower = arguments.toLowerCase(Locale.ROOT);
    return lower.contains("//127.0.0.1")
        || lower.contains("//localhost")
        || lower.contains("//[::1]")
        || lower.equals("--version")
        || lower.equals("-v");
  }
}
