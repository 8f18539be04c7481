package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.lineage.Attribution;
import io.graftwatch.core.lineage.Lineage;
import io.graftwatch.core.lineage.ProcessNode;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a changed file is evidence of: a component placed or registered, a script under a web root,
/// own persistence, a log deleted.
final class PlacementRules {
  private static final int WORLD_WRITABLE = 0002;

  /// An administrator may switch a log off: it counts beside a placement, and not by itself.
  private static final double SILENCED_BY_OTHERS = 0.5;

  /// A sign and the instance that it is about.
  record Placed(Attribution attribution, Sign sign) {}

  /// A change together with what is known of who made it.
  ///
  /// @param path where, after [#resolve]
  /// @param place the path as the catalogue's globs match it
  /// @param actor who, null when unknown
  /// @param by the server that the actor belongs to, null for none
  /// @param packaged a package manager did it
  record Change(
      FileWrite fact,
      String path,
      String place,
      @Nullable ProcessNode actor,
      @Nullable Attribution by,
      boolean packaged,
      Subject subject) {}

  private final Programs programs;
  private final Dialect dialect;
  private final SiteKnowledge site;
  private final Lineage lineage;
  private final PlaceIndex places;
  private final List<Glob> packageManagers;
  private final List<Glob> writable;
  private final List<Glob> homes;
  private final WebRootRules webRoots;
  private final FootholdRules footholds;

  PlacementRules(
      Programs programs, Dialect dialect, SiteKnowledge site, Lineage lineage, PlaceIndex places) {
    this.programs = programs;
    this.dialect = dialect;
    this.site = site;
    this.lineage = lineage;
    this.places = places;
    this.packageManagers = programs.packageManagers().stream().map(Glob::text).toList();
    this.writable = paths(programs.writableDirectories());
    this.homes = paths(programs.homeDirectories());
    this.webRoots = new WebRootRules(site, lineage, places);
    this.footholds = new FootholdRules(programs, places);
  }

  static List<Glob> paths(List<String> globs) {
    return globs.stream().map(Glob::path).toList();
  }

  /// A package manager's lineage: what it writes is owned by a package.
  boolean packaged(@Nullable ProcessNode actor) {
    ProcessNode node = actor;
    for (int depth = 0; node != null && depth < 32; depth++) {
      String exe = node.exe();
      if (exe != null && matches(packageManagers, dialect.program(exe))) {
        return true;
      }
      String script = node.script();
      if (script != null && matches(packageManagers, dialect.program(script))) {
        return true;
      }
      node = node.parent();
    }
    return false;
  }

  /// Where a change really happened: a name relative to an open folder is completed from the
  /// writer's last argument, as `cp x /usr/lib/apache2/modules/` gives it.
  String resolve(FileWrite fact, @Nullable ProcessNode actor) {
    String path = fact.path();
    int slash = path.lastIndexOf('/');
    if (slash > 0 || actor == null || actor.exe() == null) {
      return path;
    }
    String name = path.substring(slash + 1);
    if (!programs.placers().contains(SiteKnowledge.fileName(actor.exe()))) {
      return path;
    }
    String commandLine = actor.commandLine();
    String target = commandLine.substring(commandLine.lastIndexOf(' ') + 1);
    if (!target.startsWith("/")) {
      return path;
    }
    return SiteKnowledge.fileName(target).equals(name)
        ? target
        : target.endsWith("/") ? target + name : target + "/" + name;
  }

  void signs(Change change, Consumer<Placed> out) {
    if (Places.endsWithAny(change.place(), programs.packageSuffixes())) {
      return;
    }
    switch (change.fact().action()) {
      case REMOVED -> footholds.removed(change, out);
      case ATTRIBUTES -> attributes(change, out);
      case CREATED, WRITTEN, RENAMED, LINKED -> written(change, out);
    }
  }

  private void written(Change change, Consumer<Placed> out) {
    String path = change.place();
    for (Places place : places.all()) {
      boolean component =
          place.component(path)
              && (Places.endsWithAny(path, programs.nativeComponents())
                  || Places.endsWithAny(path, programs.libraryComponents()));
      if (component) {
        component(change, place, out);
      } else if (place.registration(path)) {
        registration(change, place, out);
      } else if (place.environment(path) || place.config(path)) {
        configuration(change, place, out);
      }
    }
    webRoots.signs(change, out);
    footholds.written(change, out);
  }

  private void component(Change change, Places place, Consumer<Placed> out) {
    String path = change.path();
    FileWrite fact = change.fact();
    double owned = owned(change, path) ? Sign.KNOWN : 1;
    Subject subject = change.subject().about(path).with(fact.sha256(), fact.packageOwner());
    Sign.ComponentName name = Sign.ComponentName.file(path);
    String pattern = "P|" + path + "|" + fact.sha256();
    Attribution instance = Attribution.named(place.instance);
    out.accept(new Placed(instance, Sign.of("P1", owned, pattern, subject).about(name)));
    if ("T1505.001".equals(place.profile.technique())) {
      out.accept(new Placed(instance, Sign.of("P8", owned, pattern, subject).about(name)));
    }
    if ((fact.mode() >= 0 && (fact.mode() & WORLD_WRITABLE) != 0 && isRegular(fact.mode()))
        || (fact.ownerUid() > 0 && lineage.runsServer(fact.ownerUid()))
        || matches(writable, change.place())) {
      out.accept(new Placed(instance, Sign.of("P4", owned, pattern, subject).about(name)));
    }
    byServer(change, owned, pattern, subject, name, out);
  }

  private void registration(Change change, Places place, Consumer<Placed> out) {
    String path = change.path();
    double owned = owned(change, path) ? Sign.KNOWN : 1;
    String component =
        componentOf(change, place.profile.directives(), programs.nativeComponents(), path);
    Sign.ComponentName name =
        new Sign.ComponentName(Component.stem(path), absolute(component), path);
    register(change, place, absolute(component), name, owned, out);
  }

  /// A change to a configuration file counts when the writer's command line shows a line that
  /// registers something; a file's content is told by the inventory.
  private void configuration(Change change, Places place, Consumer<Placed> out) {
    String commandLine = change.actor() == null ? "" : change.actor().commandLine();
    boolean preload = programs.preloadVariables().stream().anyMatch(commandLine::contains);
    if (preload) {
      Sign.ComponentName name = Sign.ComponentName.script(change.path());
      Subject subject = change.subject().registeredIn(change.path());
      out.accept(
          new Placed(
              Attribution.named(place.instance),
              Sign.of(
                      "P11",
                      owned(change, change.path()) ? Sign.KNOWN : 1,
                      "P11|" + name.stem(),
                      subject)
                  .about(name)));
      byServer(change, 1, "P11|" + name.stem(), subject, name, out);
      return;
    }
    if (programs.silencers().stream().anyMatch(commandLine::contains)) {
      Attribution by = change.by();
      Attribution who = by != null ? by : Attribution.named(place.instance);
      Subject subject = change.subject().about(change.path());
      double benign = by != null ? 1 : SILENCED_BY_OTHERS;
      out.accept(new Placed(who, Sign.of("T1", benign, "T1|" + change.path(), subject)));
    }
    if (place.profile.directives().stream().noneMatch(commandLine::contains)) {
      return;
    }
    String component =
        componentOf(change, place.profile.directives(), programs.nativeComponents(), change.path());
    String stem = Component.stem(component == null ? change.path() : component);
    register(
        change,
        place,
        absolute(component),
        new Sign.ComponentName(stem, absolute(component), change.path()),
        owned(change, change.path()) ? Sign.KNOWN : 1,
        out);
  }

  private void register(
      Change change,
      Places place,
      @Nullable String component,
      Sign.ComponentName name,
      double owned,
      Consumer<Placed> out) {
    Subject subject =
        change
            .subject()
            .about(component == null ? change.path() : component)
            .registeredIn(change.path());
    String pattern = "P2|" + change.path();
    Attribution instance = Attribution.named(place.instance);
    String code = place.instance.kind().equals("mail") ? "P10" : "P2";
    out.accept(new Placed(instance, Sign.of(code, owned, pattern, subject).about(name)));
    if (component != null && exposed(component)) {
      out.accept(new Placed(instance, Sign.of("P4", owned, pattern, subject).about(name)));
    }
    byServer(change, owned, pattern, subject, name, out);
  }

  /// Whether others than administrators can write there.
  boolean exposed(String component) {
    String place = dialect.place(component);
    return matches(writable, place) || matches(homes, place);
  }

  /// The server's own lineage placed or registered it.
  static void byServer(
      Change change,
      double owned,
      String pattern,
      Subject subject,
      Sign.ComponentName name,
      Consumer<Placed> out) {
    if (change.by() != null && owned == 1) {
      out.accept(new Placed(change.by(), Sign.of("P3", 1, pattern, subject).about(name)));
    }
  }

  private static @Nullable String absolute(@Nullable String path) {
    return path != null && path.startsWith("/") ? path : null;
  }

  /// The library that the writer's command line names after a registering word: the one with the
  /// registration's own stem, else the last.
  private @Nullable String componentOf(
      Change change, List<String> directives, List<String> endings, String registration) {
    if (change.actor() == null) {
      return null;
    }
    String commandLine = change.actor().commandLine();
    int from = -1;
    for (String directive : directives) {
      int at = commandLine.indexOf(directive);
      from = at >= 0 && (from < 0 || at < from) ? at : from;
    }
    if (from < 0) {
      return null;
    }
    String found = null;
    for (String word : commandLine.substring(from).split("[\\s'\";=]+", 512)) {
      if (Places.endsWithAny(dialect.place(word), endings)
          && (found == null || !Component.stem(found).equals(Component.stem(registration)))) {
        found = word;
      }
    }
    return found;
  }

  /// A component was opened to everybody or given to the server's account.
  private void attributes(Change change, Consumer<Placed> out) {
    FileWrite fact = change.fact();
    boolean open = fact.mode() >= 0 && (fact.mode() & WORLD_WRITABLE) != 0;
    if (!open || change.packaged()) {
      return;
    }
    for (Places place : places.all()) {
      if (place.component(change.place())
          && Places.endsWithAny(change.place(), programs.nativeComponents())) {
        out.accept(
            new Placed(
                Attribution.named(place.instance),
                Sign.of("P4", 1, "P4|" + change.path(), change.subject().about(change.path()))
                    .about(Sign.ComponentName.file(change.path()))));
      }
    }
  }

  private boolean owned(Change change, String path) {
    String owner = change.fact().packageOwner();
    return change.packaged()
        || (owner != null && !owner.isEmpty())
        || site.component(path, change.fact().sha256());
  }

  private static boolean isRegular(int mode) {
    return (mode & 0170000) == 0100000 || mode <= 07777;
  }

  static boolean matches(List<Glob> globs, String text) {
    for (Glob glob : globs) {
      if (glob.matches(text)) {
        return true;
      }
    }
    return false;
  }
}
