package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.catalogue.Shape;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.JobCreate;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What log lines, registrations, loads and changes of log sources are evidence of: the A codes,
/// P2, P8, P10, D1, D2 and T2.
final class EventRules {
  /// Where the catalogue's p is not the same for everything that the code stands for.
  private static final double SHELL_OPTION = 0.80;

  private static final double FOREIGN_AGENT = 0.70;

  private final SiteKnowledge site;
  private final Dialect dialect;
  private final double housekeeping;
  private final Map<String, List<Shape>> reloads = new HashMap<>();
  private final List<Shape> reloadShapes;
  private final List<String> preloads;

  EventRules(Programs programs, Dialect dialect, SiteKnowledge site) {
    this.site = site;
    this.dialect = dialect;
    this.housekeeping = programs.housekeeping();
    this.reloadShapes = programs.reload();
    this.preloads = programs.preloadVariables();
  }

  /// The kind of server that a command restarts or reloads, or null.
  @Nullable String reloads(ProcessStart fact) {
    String image = fact.image().script() != null ? fact.image().script() : fact.image().path();
    if (image == null) {
      return null;
    }
    String name = dialect.program(image);
    List<Shape> shapes = reloads.get(name);
    if (shapes == null) {
      shapes = reloadShapes.stream().filter(shape -> shape.named(name)).toList();
      if (reloads.size() >= 4096) {
        reloads.clear();
      }
      reloads.put(name, shapes);
    }
    if (shapes.isEmpty()) {
      return null;
    }
    String arguments = dialect.fold(arguments(fact));
    for (Shape shape : shapes) {
      if (shape.matches(name, arguments)) {
        return shape.server();
      }
    }
    return null;
  }

  /// The arguments after the program, for a script after the script.
  private static String arguments(ProcessStart fact) {
    List<String> argv = fact.argv();
    int from = fact.image().script() == null ? 1 : Math.min(2, argv.size());
    return from >= argv.size() ? "" : String.join(" ", argv.subList(from, argv.size()));
  }

  /// Signs of a log line; a worker's death is counted by the caller first.
  List<Sign> signs(ServerLog fact, Subject subject) {
    Subject about = subject.saying(fact.text());
    String component = fact.component();
    Sign.ComponentName name = component == null ? null : componentName(fact, component);
    var signs = new ArrayList<Sign>(2);
    switch (fact.kind()) {
      case START, RELOAD -> signs.add(Sign.of("A1", 1, "A1", about));
      case LOADED -> {
        String code = name != null && isDeployment(fact) ? "A1" : "A2";
        Sign sign = Sign.of(code, 1, code + "|" + component, about.about(component));
        signs.add(name == null ? sign : sign.about(name));
      }
      case LOAD_ERROR -> {
        Sign sign = Sign.of("A3", 1, "A3|" + component, about.about(component));
        signs.add(name == null ? sign : sign.about(name));
      }
      case WORKER_CRASH ->
          signs.add(Sign.of("A4", 1, "A4", component == null ? about : about.about(component)));
      case STATEMENT -> {
        Sign sign = Sign.of("P8", 1, "P8|" + component, about.about(component));
        signs.add(
            name == null ? sign.about(Sign.ComponentName.script("function")) : sign.about(name));
      }
      case CHILD_OUTPUT -> signs.add(Sign.of("X9", 1, "X9|output", about));
      case STOP,
          STACK_TRACE,
          OPTION_CHANGE,
          UNRESPONSIVE,
          BOOT,
          MAINTENANCE_BEGIN,
          MAINTENANCE_END -> {}
    }
    return signs;
  }

  private static boolean isDeployment(ServerLog fact) {
    return fact.serverKind().equals("tomcat") || fact.serverKind().equals("java");
  }

  private Sign.ComponentName componentName(ServerLog fact, String component) {
    return isDeployment(fact)
        ? Sign.ComponentName.script(component)
        : dialect.absolute(component)
            ? Sign.ComponentName.file(component)
            : new Sign.ComponentName(Component.stem(component), null, null);
  }

  /// What a change to a server's components is evidence of.
  ///
  /// @param known a package manager or set-up program did it
  /// @param exposed others than administrators can write where the component lies
  List<Sign> signs(ComponentChange fact, Subject subject, boolean known, boolean exposed) {
    if (fact.action() == ComponentChange.Action.REMOVED
        || fact.action() == ComponentChange.Action.DISABLED) {
      return List.of();
    }
    String path = fact.path();
    Subject about =
        subject
            .about(
                path != null ? path : fact.configFile() != null ? fact.configFile() : fact.name())
            .registeredIn(fact.configFile())
            .with(null, fact.packageOwner())
            .with(fact.detail());
    boolean owned =
        known
            || (fact.packageOwner() != null && !fact.packageOwner().isEmpty())
            || (path != null && site.component(path, null));
    String named = path != null ? path : fact.name();
    double benign = owned ? Sign.KNOWN : 1;
    Sign sign =
        switch (fact.serverKind()) {
          case "sql", "mysql", "postgres" ->
              Sign.of("P8", benign, "P8|" + named, about)
                  .from(fact.name().equals("xp_cmdshell") ? SHELL_OPTION : -1);
          case "mail" ->
              Sign.of("P10", benign, "P10|" + named, about)
                  .from(path != null && !isExchanges(path) ? FOREIGN_AGENT : -1);
          case "termsrv" -> Sign.of("P9", benign, "P9|" + named, about);
          default -> Sign.of(preloads(fact) ? "P11" : "P2", benign, "P2|" + named, about);
        };
    var component = new Sign.ComponentName(Component.stem(named), path, fact.configFile());
    var signs = new ArrayList<Sign>(2);
    signs.add(sign.about(component));
    if (exposed) {
      signs.add(Sign.of("P4", benign, "P4|" + named, about).about(component));
    }
    return signs;
  }

  /// A change of the environment that a server starts in.
  private boolean preloads(ComponentChange fact) {
    return fact.action() == ComponentChange.Action.OPTION_CHANGED
        || preloads.contains(fact.detail().getOrDefault("directive", ""));
  }

  /// Exchange's own transport agents lie in its agents folder.
  private boolean isExchanges(String path) {
    return dialect.place(path).contains("/transportroles/agents/");
  }

  /// A library that a server's process has mapped.
  List<Sign> signs(ModuleLoad fact, Subject subject) {
    String owner = fact.packageOwner();
    if (owner == null || (!owner.isEmpty() && !fact.deleted())) {
      return List.of();
    }
    double benign = site.component(fact.path(), fact.sha256()) ? Sign.KNOWN : 1;
    Subject about = subject.about(fact.path()).with(fact.sha256(), owner);
    return List.of(
        Sign.of("A2", benign, "A2|" + fact.path() + "|" + fact.sha256(), about)
            .about(Sign.ComponentName.file(fact.path())));
  }

  List<Sign> signs(JobCreate fact, Subject subject) {
    boolean windows = fact.kind() == JobCreate.Kind.TASK || fact.kind() == JobCreate.Kind.SERVICE;
    Subject about = subject.saying(fact.command()).job(fact.kind().name());
    return List.of(Sign.of(windows ? "D1" : "D2", 1, "D|" + fact.name(), about));
  }

  List<Sign> signs(SourceChange fact, Subject subject, boolean packaged, boolean byServer) {
    boolean blinds =
        switch (fact.kind()) {
          case DISABLED, RULES_REMOVED, FILTERED, CLEARED -> true;
          case ENABLED, RULES_ADDED -> false;
        };
    if (!blinds) {
      return List.of();
    }
    if (!byServer
        && fact.kind() == SourceChange.Kind.DISABLED
        && !fact.detail().contains("audit_enabled=0")) {
      // The daemon was stopped; the kernel goes on recording.
      return List.of();
    }
    Subject about = subject.saying(fact.changed() + ": " + fact.detail());
    String code = fact.changed().startsWith("access log") ? "T1" : "T2";
    Sign sign = Sign.of(code, packaged ? Sign.KNOWN : 1, code + "|" + fact.kind(), about);
    return List.of(byServer || housekeeping == 0 ? sign : sign.from(housekeeping));
  }
}
