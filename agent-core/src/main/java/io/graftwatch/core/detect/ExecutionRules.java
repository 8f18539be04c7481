package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.catalogue.Shape;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.lineage.ProcessNode;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a program that a server's lineage started is evidence of: the X codes, own persistence, D3
/// and T1.
final class ExecutionRules {
  /// A program start, whatever the source.
  ///
  /// @param exe executable as resolved
  /// @param script script that ran through it
  /// @param original the name that the program was built under, where the source tells
  /// @param argv arguments, argv[0] included; may be empty
  /// @param fileless memfd or deleted
  /// @param socketStdio its standard input or output is a socket
  record Start(
      @Nullable String exe,
      @Nullable String script,
      @Nullable String original,
      List<String> argv,
      boolean fileless,
      boolean socketStdio) {
    /// Asked for with every start: strings remember their own.
    @Override
    public int hashCode() {
      return Objects.hashCode(exe) * 31 + argv.hashCode();
    }
  }

  private static final String COMMAND = "command";
  private static final int MAX_REMEMBERED = 1024;

  private final Map<Key, List<Recipe>> remembered =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, List<Recipe>> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private final Programs programs;
  private final Dialect dialect;
  private final SiteKnowledge site;
  private final List<Glob> shells;
  private final List<Glob> interpreters;

  /// What alone counts as an interpreter that was started; empty: all that are known.
  private final List<Glob> named;

  private final List<Glob> netcat;
  private final List<Glob> support;
  private final List<Glob> writable;
  private final LogErasure erasure;
  private final Predicate<String> suspiciousCommand;

  /// @param interpreterNames InterpreterName of AN1110; empty for all that the catalogue has
  /// @param suspiciousCommand CommandRegex of AN0512 over a command line
  ExecutionRules(
      Programs programs,
      Dialect dialect,
      SiteKnowledge site,
      List<String> interpreterNames,
      Predicate<String> suspiciousCommand) {
    this.programs = programs;
    this.dialect = dialect;
    this.site = site;
    this.shells = texts(programs.shells());
    this.named = texts(interpreterNames);
    this.interpreters =
        Stream.concat(texts(programs.interpreters()).stream(), named.stream()).toList();
    this.netcat = texts(programs.netcat());
    this.support = texts(programs.discoverySupport());
    this.writable = programs.writableDirectories().stream().map(dialect::path).toList();
    this.erasure = new LogErasure(programs);
    this.suspiciousCommand = suspiciousCommand;
  }

  static List<Glob> texts(List<String> globs) {
    return globs.stream().map(Glob::text).toList();
  }

  /// What one kind of start is evidence of, whoever does it when: the part of a sign that does not
  /// depend on the process.
  ///
  /// @param path executable or script that it is about
  /// @param command discovery command, null for none
  /// @param job mechanism of persistence, null for none
  private record Recipe(
      String code,
      double benign,
      String pattern,
      String path,
      @Nullable String command,
      @Nullable String job) {

    Sign sign(Subject subject) {
      Subject about = subject.about(path);
      about = command == null ? about : about.with(Map.of(COMMAND, command));
      return Sign.of(code, benign, pattern, job == null ? about : about.job(job));
    }
  }

  /// @param server the instance where the site knows children of certain servers, else its kind
  private record Key(Object server, Start start) {
    @Override
    public int hashCode() {
      return server.hashCode() * 31 + start.hashCode();
    }
  }

  /// The signs of a start below a server. A busy server starts the same few programs over and over,
  /// so what they mean is remembered.
  ///
  /// @param wrote whether the server's lineage wrote that path
  List<Sign> signs(
      Start start,
      ProcessNode node,
      ServerInstance instance,
      Subject subject,
      Predicate<String> wrote) {
    String exe = start.exe();
    if (exe == null
        || (isServersOwn(exe, node, instance)
            && !(start.socketStdio() && isShell(dialect.program(exe), exe, start.argv())))) {
      return List.of();
    }
    List<Recipe> recipes = null;
    var key = new Key(site.knowsServers() ? instance : instance.kind(), start);
    if (!start.argv().isEmpty()) {
      recipes = remembered.get(key);
    }
    if (recipes == null) {
      recipes = recipes(start, exe, node, instance);
      if (!start.argv().isEmpty()) {
        remembered.put(key, recipes);
      }
    }
    var signs = new ArrayList<Sign>(recipes.size());
    boolean dropped = false;
    for (Recipe recipe : recipes) {
      signs.add(recipe.sign(subject));
      dropped |= recipe.code.equals("X5");
    }
    if (!dropped && runsAny(start, wrote)) {
      Recipe first = recipes.getFirst();
      signs.add(
          new Recipe("X5", first.benign, first.pattern, first.path, null, null).sign(subject));
    }
    return signs;
  }

  private List<Recipe> recipes(Start start, String exe, ProcessNode node, ServerInstance instance) {
    List<String> argv = start.argv();
    String commandLine = argv.isEmpty() ? node.commandLine() : String.join(" ", argv);
    String script = start.script() != null ? start.script() : givenScript(exe, argv);
    double benign = site.child(instance, exe, script, argv);
    String path = start.script() != null ? start.script() : exe;
    var out = new Collector(benign, "X|" + path + "|" + Baseline.template(commandLine), path);
    String name = dialect.program(exe);
    as(name, start, exe, commandLine, out);
    String original = start.original() == null ? name : dialect.program(start.original());
    if (!original.equals(name)) {
      as(original, start, exe, commandLine, out);
    }
    if (start.fileless() || runsAny(start, this::inWritable)) {
      out.add("X5");
    }
    if (isDatabase(instance) && suspiciousCommand.test(commandLine)) {
      out.add("X2");
    }
    if (out.recipes.isEmpty()) {
      out.add("X9");
    }
    return List.copyOf(out.recipes);
  }

  /// What a start is evidence of, taken for the program of that name.
  private void as(String name, Start start, String exe, String commandLine, Collector out) {
    List<String> argv = start.argv();
    boolean shell = isShell(name, exe, argv);
    boolean interpreter = shell || matches(interpreters, name);
    String arguments =
        dialect.fold(
            argv.isEmpty()
                ? ShellText.arguments(commandLine)
                : String.join(" ", argv.subList(1, argv.size())));
    if (interpreter) {
      if (named.isEmpty() || matches(named, name)) {
        out.add("X1");
      }
      Dialect.Inline inline = dialect.inline(argv, name, shell, programs.metacharacters());
      if (inline != null) {
        if (inline.program()) {
          out.add("X2");
        }
        if (shell) {
          discovery(dialect.commands(inline.text()), out);
        }
        arguments = inline.hidden() ? arguments + ' ' + dialect.fold(inline.text()) : arguments;
      }
    }
    if (programs.appleScript().contains(name)) {
      out.add("X7");
    }
    if (any(programs.discovery(), name, arguments)) {
      out.add("X3", name, null);
    } else if (matches(support, name)) {
      out.add("X9", name, null);
    }
    if (any(programs.transfer(), name, arguments) && !fetchesLocally(arguments)) {
      out.add("X4");
    }
    if ((start.socketStdio() && interpreter)
        || dialect.wiresShell(commandLine, name, matches(netcat, name))) {
      out.add("X6");
    }
    if (any(programs.credential(), name, arguments)) {
      out.add("X8");
    }
    if ((!interpreter || name.startsWith("busybox")) && any(programs.hidden(), name, arguments)) {
      out.add("X10");
    }
    if (any(programs.persistenceCommands(), name, arguments)) {
      out.add(programs.persistenceCode(), null, name);
    }
    if (any(programs.accountCommands(), name, arguments)) {
      out.add("D3");
    }
    if (erasure.seen(name, argv, shell ? ShellText.inlineCode(argv, true) : null)) {
      out.add("T1");
    }
  }

  private static final class Collector {
    private final double benign;
    private final String pattern;
    private final String path;
    private final List<Recipe> recipes = new ArrayList<>(4);

    Collector(double benign, String pattern, String path) {
      this.benign = benign;
      this.pattern = pattern;
      this.path = path;
    }

    void add(String code) {
      add(code, null, null);
    }

    void add(String code, @Nullable String command, @Nullable String job) {
      var recipe = new Recipe(code, benign, pattern, path, command, job);
      if (!recipes.contains(recipe)) {
        recipes.add(recipe);
      }
    }
  }

  /// The discovery command that a sign is about, or null: X3 and the supporting commands.
  static @Nullable String discoveryCommand(Sign sign) {
    return sign.subject().data().get(COMMAND);
  }

  private void discovery(List<String> commands, Collector out) {
    for (String command : commands) {
      String first = ShellText.program(command);
      String program = dialect.program(first);
      if (any(programs.discovery(), program, dialect.fold(ShellText.arguments(command)))) {
        out.add("X3", program, null);
      }
    }
  }

  private static boolean any(List<Shape> shapes, String name, String arguments) {
    for (Shape shape : shapes) {
      if (shape.matches(name, arguments)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the program, its script, or the script that an interpreter is given is such a file.
  private boolean runsAny(Start start, Predicate<String> such) {
    String exe = start.exe();
    if ((exe != null && such.test(exe)) || (start.script() != null && such.test(start.script()))) {
      return true;
    }
    List<String> argv = start.argv();
    String name = exe == null ? "" : dialect.program(exe);
    boolean shell = exe != null && isShell(name, exe, argv);
    if (!(shell || matches(interpreters, name))
        || dialect.inline(argv, name, shell, programs.metacharacters()) != null) {
      return false;
    }
    String script = dialect.script(argv);
    return script != null && such.test(script);
  }

  /// The script that an interpreter is given, as `env -S python3` does with a `#!` line; null for
  /// inline code and for a shell.
  private @Nullable String givenScript(String exe, List<String> argv) {
    String name = dialect.program(exe);
    boolean runsFile =
        !isShell(name, exe, argv)
            && matches(interpreters, name)
            && dialect.inline(argv, name, false, programs.metacharacters()) == null;
    return runsFile ? dialect.script(argv) : null;
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
  private boolean isShell(String name, String exe, List<String> argv) {
    if (matches(shells, name)) {
      return true;
    }
    if (argv.isEmpty()) {
      return false;
    }
    String self = argv.getFirst();
    return matches(shells, dialect.program(self.startsWith("-") ? self.substring(1) : self))
        && !matches(interpreters, dialect.program(exe));
  }

  static boolean matches(List<Glob> globs, String text) {
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
