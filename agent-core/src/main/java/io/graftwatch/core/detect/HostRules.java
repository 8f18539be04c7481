package io.graftwatch.core.detect;

import com.google.re2j.Pattern;
import io.graftwatch.core.catalogue.Hypervisor;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.AdminCommand;
import io.graftwatch.core.fact.AdminSession;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.JobCreate;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the facts of an administered host mean, each by itself: steps, and what gives steps their
/// meaning. How they hang together is for [HostAssessor] to say.
final class HostRules {
  private static final int MAX_PLACED = 16;
  private static final Act.Access CONSOLE = new Act.Access("dcui", null, null, null);
  private static final int MAX_TEXT = 512;

  /// @param sign what it is evidence of; null for context
  record Draft(
      Act.Kind kind,
      @Nullable Sign sign,
      Act.Access access,
      @Nullable String run,
      Map<String, String> data) {}

  private final Hypervisor hypervisor;
  private final Site site;
  private final String host;
  private final @Nullable Set<String> vendors;
  private final Set<Integer> levels;
  private final @Nullable Pattern startup;

  /// @param host as maintenance windows name it
  HostRules(Hypervisor hypervisor, Site site, Analytics analytics, String host) {
    this.hypervisor = hypervisor;
    this.site = site;
    this.host = host;
    List<String> named = analytics.values("AN1510", "PluginVendorName", List.of());
    this.vendors = named.isEmpty() ? null : lower(named);
    this.levels = new TreeSet<>();
    for (String level :
        analytics.values(
            "AN1475",
            "AcceptanceLevel",
            List.of("VMwareCertified", "VMwareAccepted", "PartnerSupported"))) {
      levels.add(hypervisor.rank(level));
    }
    List<String> paths = analytics.values("AN1475", "StartupPathRegex", List.of());
    this.startup = paths.isEmpty() ? null : Pattern.compile(paths.getFirst());
  }

  private static Set<String> lower(List<String> names) {
    var lower = new TreeSet<String>();
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return lower;
  }

  /// @param timeline what is known of the host; its inventory is brought up to date
  List<Draft> read(Fact fact, Timeline timeline) {
    return switch (fact) {
      case AdminSession session -> session(session);
      case AdminCommand command -> command(command);
      case ServerLog log -> log(log);
      case SourceChange change -> change(change);
      case ComponentChange change -> component(change, timeline);
      default -> List.of();
    };
  }

  private List<Draft> session(AdminSession fact) {
    var access = new Act.Access(fact.vector(), fact.user(), fact.address(), fact.session());
    var drafts = new ArrayList<Draft>(2);
    drafts.add(context(fact.opened() ? Act.Kind.OPENED : Act.Kind.CLOSED, access, Map.of()));
    if (fact.opened() && fact.vector().equals("ssh")) {
      drafts.add(step(fact, "shell_access", access, "an SSH session was opened"));
    }
    return drafts;
  }

  private List<Draft> command(AdminCommand fact) {
    var access = new Act.Access(null, fact.user(), fact.address(), null);
    var drafts = new ArrayList<Draft>();
    drafts.add(step(fact, "shell_access", access, fact.commandLine()));
    for (String command : ShellText.commands(fact.commandLine())) {
      String lower = command.toLowerCase(Locale.ROOT);
      String stage = stage(lower, command);
      if (stage != null && !stage.equals("shell_access")) {
        var data = Map.of(Act.SHELL, cut(command));
        drafts.add(
            new Draft(
                Act.Kind.STEP,
                sign(fact, stage, fact.commandLine(), Map.of()),
                access,
                null,
                data));
      }
      if (lower.contains(" software ")) {
        drafts.add(context(Act.Kind.TASK, access, Map.of(Act.SHELL, cut(command))));
      }
    }
    return drafts;
  }

  private @Nullable String stage(String lower, String command) {
    for (Hypervisor.Command row : hypervisor.commands()) {
      if (row.matches(lower)) {
        boolean expected = "acceptance_lowered".equals(row.stage()) && !isLow(lastValue(command));
        return expected ? null : row.stage();
      }
    }
    return StartupWrites.in(command, this::runsAtStart) ? "startup_script_modified" : null;
  }

  private boolean runsAtStart(String path) {
    return hypervisor.startupPaths().stream().anyMatch(glob -> glob.matches(path))
        || (startup != null && startup.matcher(path).find());
  }

  /// The value of the last option: `--level=X`, `--level X`, `-l X`.
  private static String lastValue(String command) {
    int at = Math.max(command.lastIndexOf(' '), command.lastIndexOf('='));
    return command.substring(at + 1);
  }

  private boolean isLow(String level) {
    int rank = hypervisor.rank(level);
    return rank < hypervisor.levels().size() && !levels.contains(rank);
  }

  private List<Draft> log(ServerLog fact) {
    String text = fact.text();
    return switch (fact.kind()) {
      case START, STOP, RELOAD -> List.of(step(fact, "agent_restart", Act.Access.UNKNOWN, text));
      case WORKER_CRASH ->
          List.of(
              draft(
                  Sign.of("A4", 1, "A4", subject(fact, "agent_restart", text, Map.of())),
                  Act.Access.UNKNOWN));
      case UNRESPONSIVE ->
          List.of(
              draft(
                  Sign.of("A1", Sign.KNOWN, "A1", subject(fact, "agent_restart", text, Map.of())),
                  Act.Access.UNKNOWN));
      case OPTION_CHANGE -> {
        Draft enabled = step(fact, "shell_access", Act.Access.UNKNOWN, text);
        yield "console".equals(fact.component())
            ? List.of(enabled, context(Act.Kind.OPENED, CONSOLE, Map.of()))
            : List.of(enabled);
      }
      case BOOT -> List.of(context(Act.Kind.BOOT, Act.Access.UNKNOWN, Map.of()));
      case MAINTENANCE_BEGIN ->
          List.of(context(Act.Kind.MAINTENANCE_BEGIN, Act.Access.UNKNOWN, Map.of()));
      case MAINTENANCE_END ->
          List.of(context(Act.Kind.MAINTENANCE_END, Act.Access.UNKNOWN, Map.of()));
      default -> List.of();
    };
  }

  private List<Draft> change(SourceChange fact) {
    return switch (fact.kind()) {
      case DISABLED, RULES_REMOVED, FILTERED, CLEARED ->
          List.of(step(fact, "log_tamper", access(fact.actor(), null), fact.detail()));
      case ENABLED, RULES_ADDED -> List.of();
    };
  }

  private static Act.Access access(Actor actor, @Nullable String vector) {
    return new Act.Access(
        vector, actor.identity().user(), actor.address(), actor.identity().session());
  }

  private List<Draft> component(ComponentChange fact, Timeline timeline) {
    Act.Access access = access(fact.actor(), fact.accessVector());
    Map<String, String> detail = fact.detail();
    String run = detail.get("run");
    String text = detail.getOrDefault("text", fact.name());
    return switch (fact.name()) {
      case "installer" ->
          List.of(
              new Draft(
                  Act.Kind.COMMAND,
                  null,
                  access,
                  run,
                  Map.of(Act.COMMAND, detail.getOrDefault("command", ""))));
      case "options" -> options(fact, access, text);
      case "image" -> image(fact, access, timeline);
      case "validation" -> List.of(step(fact, "forced_install", access, text));
      case "signature" -> List.of(step(fact, "signature_bypass", access, text));
      case "acceptance" ->
          isLowered(detail) ? List.of(step(fact, "acceptance_lowered", access, text)) : List.of();
      case "execInstalledOnly" -> List.of(step(fact, "exec_policy_lowered", access, text));
      case "installed" -> List.of(context(Act.Kind.TASK, access, Map.of()));
      case "extension" -> extension(fact, access, text);
      default -> List.of();
    };
  }

  private boolean isLowered(Map<String, String> detail) {
    int to = hypervisor.rank(detail.getOrDefault("level", ""));
    int from = hypervisor.rank(detail.getOrDefault("from", ""));
    int unknown = hypervisor.levels().size();
    return to < unknown && (from < unknown ? to > from : !levels.contains(to));
  }

  private List<Draft> options(ComponentChange fact, Act.Access access, String text) {
    Map<String, String> detail = fact.detail();
    String run = detail.get("run");
    boolean dry = "true".equalsIgnoreCase(detail.get("dryrun"));
    var data = Map.of(Act.DRY, String.valueOf(dry), Act.URL, cut(detail.getOrDefault("url", "")));
    var drafts = new ArrayList<Draft>();
    drafts.add(new Draft(Act.Kind.OPTIONS, null, access, run, data));
    if (dry) {
      return drafts;
    }
    if ("true".equalsIgnoreCase(detail.get("force"))) {
      drafts.add(
          new Draft(
              Act.Kind.STEP, sign(fact, "forced_install", text, Map.of()), access, run, data));
    }
    if ("true".equalsIgnoreCase(detail.get("nosigcheck"))) {
      drafts.add(
          new Draft(
              Act.Kind.STEP, sign(fact, "signature_bypass", text, Map.of()), access, run, data));
    }
    if (isLow(detail.getOrDefault("level", ""))) {
      drafts.add(
          new Draft(
              Act.Kind.STEP, sign(fact, "acceptance_lowered", text, Map.of()), access, run, data));
    }
    return drafts;
  }

  /// What is installed after a run: VIBs that were not there before, and of whom.
  private List<Draft> image(ComponentChange fact, Act.Access access, Timeline timeline) {
    String run = fact.detail().get("run");
    if (isDry(timeline, run, fact.time())) {
      return List.of();
    }
    boolean first = !timeline.inventoried();
    boolean learning = first && vendors == null && !site.declared();
    boolean cut = "true".equals(fact.detail().get("cut"));
    var known = new ArrayList<String>();
    var unknown = new ArrayList<String>();
    var drafts = new ArrayList<Draft>();
    String agent = null;
    boolean based = false;
    for (String vib : fact.detail().getOrDefault("vibs", "").split(" ", -1)) {
      int slash = vib.indexOf('/');
      if (slash <= 0) {
        continue;
      }
      String vendor = vib.substring(0, slash);
      String name = vib.substring(slash + 1);
      boolean fresh = timeline.install(vib, fact.time());
      if (learning) {
        timeline.vendors().add(vendor.toLowerCase(Locale.ROOT));
      }
      boolean maker = hypervisor.makers().contains(vendor.toLowerCase(Locale.ROOT));
      based |= maker && hypervisor.isBase(name);
      if (maker && name.equals(hypervisor.agent())) {
        agent = vib;
      } else if (fresh && !(maker && hypervisor.isBase(name))) {
        boolean strange = !learning && !isKnown(vendor, timeline);
        if (!strange) {
          known.add(vib);
        } else if (unknown.size() < MAX_PLACED) {
          unknown.add(vib);
          var about = Map.of(Act.VENDOR, vendor, Act.NAME, name);
          drafts.add(
              new Draft(
                  Act.Kind.STEP,
                  sign(fact, "install_unknown_vendor", vib, Map.of(Stages.VENDOR, vendor)),
                  access,
                  run,
                  about));
        }
      }
    }
    // Of a list that is cut off nobody knows what it is that has come, unless it is strange.
    boolean alone = agent != null && !cut && known.isEmpty() && unknown.isEmpty();
    List<String> placed =
        alone ? List.of(String.valueOf(agent)) : unknown.isEmpty() && !cut ? known : unknown;
    var data = new HashMap<String, String>();
    data.put(
        Act.PLACED,
        String.join(" ", placed.subList(Math.max(0, placed.size() - MAX_PLACED), placed.size())));
    data.put(Act.AGENT_ONLY, String.valueOf(alone));
    data.put(Act.WHOLE, String.valueOf(based && !cut));
    drafts.add(new Draft(Act.Kind.IMAGE, null, access, run, data));
    return drafts;
  }

  private static boolean isDry(Timeline timeline, @Nullable String run, long time) {
    Act options = null;
    for (Act act : timeline.acts()) {
      if (act.kind() == Act.Kind.OPTIONS
          && java.util.Objects.equals(act.run(), run)
          && act.time() <= time
          && time - act.time() <= HostAssessor.RUN) {
        options = act;
      }
    }
    return options != null && options.is(Act.DRY);
  }

  private boolean isKnown(String vendor, Timeline timeline) {
    String name = vendor.toLowerCase(Locale.ROOT);
    return vendors != null
        ? vendors.contains(name)
        : hypervisor.makers().contains(name) || timeline.vendors().contains(name);
  }

  /// An extension is known by its company, where none is named by a part of its key.
  private List<Draft> extension(ComponentChange fact, Act.Access access, String text) {
    String key = fact.detail().getOrDefault("key", "unnamed");
    String company = fact.vendorId();
    Timeline none = new Timeline();
    boolean known = false;
    if (company != null) {
      known = isKnown(company, none);
    } else {
      for (String part : key.split("\\.", -1)) {
        known |= isKnown(part, none);
      }
    }
    if (known) {
      return List.of();
    }
    Map<String, String> shown = company == null ? Map.of() : Map.of(Stages.VENDOR, company);
    var about = new HashMap<String, String>();
    about.put(Act.NAME, key);
    if (company != null) {
      about.put(Act.VENDOR, company);
    }
    return List.of(
        new Draft(
            Act.Kind.STEP, sign(fact, "extension_registered", text, shown), access, null, about));
  }

  private Draft step(Fact fact, String stage, Act.Access access, String text) {
    return draft(sign(fact, stage, text, Map.of()), access);
  }

  private static Draft draft(Sign sign, Act.Access access) {
    return new Draft(Act.Kind.STEP, sign, access, null, Map.of());
  }

  private static Draft context(Act.Kind kind, Act.Access access, Map<String, String> data) {
    return new Draft(kind, null, access, null, data);
  }

  /// Shells and restarts are expected while the host is declared to be worked on.
  private Sign sign(Fact fact, String stage, String text, Map<String, String> shown) {
    String code = hypervisor.stage(stage).code();
    boolean everyday = code.equals("X11") || code.startsWith("A");
    boolean declared =
        everyday && site.maintenance().stream().anyMatch(w -> w.covers(host, fact.time()));
    return Sign.of(
        code, declared ? Sign.KNOWN : 1, code + "|" + stage, subject(fact, stage, text, shown));
  }

  private static Subject subject(Fact fact, String stage, String text, Map<String, String> shown) {
    var data = new HashMap<>(shown);
    data.put(Stages.STAGE, stage);
    Subject subject = Subject.of(null, null, fact.provenance().raw()).saying(text).with(data);
    return stage.equals("startup_script_modified")
        ? subject.job(JobCreate.Kind.RC_SCRIPT.name())
        : subject;
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
