package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.lineage.Attribution;
import io.graftwatch.core.lineage.Lineage;
import io.graftwatch.core.lineage.ProcessNode;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a changed file is evidence of: a component placed or registered, a script under a web root,
/// own persistence, a log deleted.
final class PlacementRules {
  private static final int WORLD_WRITABLE = 0002;
  private static final List<String> BY_REQUEST =
      List.of("php", "tomcat", "java", "apache", "nginx", "web");

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
  private final List<Glob> loaders;
  private final List<Glob> accountFiles;
  private final List<Glob> accessLogs;
  private final List<Persistence> persistence;

  private record Persistence(String kind, List<Glob> paths) {}

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
    this.loaders = paths(programs.loaders());
    this.accountFiles = paths(programs.accountFiles());
    this.accessLogs = paths(programs.accessLogs());
    this.persistence =
        programs.persistence().stream()
            .map(p -> new Persistence(p.kind(), paths(p.paths())))
            .toList();
  }

  private static List<Glob> paths(List<String> globs) {
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
      case REMOVED -> removed(change, out);
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
    webRoot(change, out);
    beyond(change, out);
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
    Sign.ComponentName name = new Sign.ComponentName(Component.stem(path), component, path);
    register(change, place, component, name, owned, out);
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
    if (place.profile.directives().stream().noneMatch(commandLine::contains)) {
      return;
    }
    String component =
        componentOf(change, place.profile.directives(), programs.nativeComponents(), change.path());
    String stem = Component.stem(component == null ? change.path() : component);
    register(
        change,
        place,
        component,
        new Sign.ComponentName(stem, component, change.path()),
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
  private static void byServer(
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
      if (dialect.absolute(word)
          && Places.endsWithAny(dialect.place(word), endings)
          && (found == null || !Component.stem(found).equals(Component.stem(registration)))) {
        found = word;
      }
    }
    return found;
  }

  private void webRoot(Change change, Consumer<Placed> out) {
    String path = change.path();
    Places best = null;
    int bestRank = Integer.MAX_VALUE;
    boolean archive = false;
    for (Places place : places.all()) {
      boolean isArchive = place.archive(change.place());
      if (!isArchive && !place.script(change.place())) {
        continue;
      }
      int rank = BY_REQUEST.indexOf(place.instance.kind());
      rank = (rank < 0 ? BY_REQUEST.size() : rank) * 2 + (places.running(place) ? 0 : 1);
      rank += change.by() != null && change.by().instance().equals(place.instance) ? -100 : 0;
      rank += places.running(place) ? -50 : 0;
      rank += place.instance.general() ? 0 : -1;
      if (rank < bestRank) {
        best = place;
        bestRank = rank;
        archive = isArchive;
      }
    }
    if (best == null || change.packaged()) {
      return;
    }
    Subject subject =
        change.subject().about(path).with(change.fact().sha256(), change.fact().packageOwner());
    Attribution instance = Attribution.named(best.instance);
    if (archive) {
      double known = site.component(path, change.fact().sha256()) ? Sign.KNOWN : 1;
      out.accept(
          new Placed(
              instance,
              Sign.of("P5", known, "P5|" + path, subject)
                  .from(0.30)
                  .about(Sign.ComponentName.script(path))));
      return;
    }
    String unpacked = best.unpackedFrom(change.place());
    if (unpacked != null && places.placed(best.instance, unpacked)) {
      out.accept(
          new Placed(
              instance,
              Sign.of("P5", 1, "P5|" + unpacked, subject)
                  .from(0.30)
                  .about(Sign.ComponentName.script(unpacked))));
      return;
    }
    int uid = change.actor() == null ? -1 : change.actor().uid();
    if (change.by() != null || (uid > 0 && lineage.runsServer(uid))) {
      double known = site.component(path, change.fact().sha256()) ? Sign.KNOWN : 1;
      out.accept(
          new Placed(
              change.by() != null ? change.by() : instance,
              Sign.of("P5", known, "P5|" + path, subject).about(Sign.ComponentName.script(path))));
    }
  }

  /// Loader files, start-up places and accounts.
  private void beyond(Change change, Consumer<Placed> out) {
    String path = change.path();
    if (matches(loaders, change.place()) && !change.packaged()) {
      ServerInstance likeliest = change.by() != null ? change.by().instance() : places.likeliest();
      if (likeliest != null) {
        Subject subject = change.subject().about(path);
        Sign.ComponentName name = Sign.ComponentName.script(path);
        out.accept(
            new Placed(
                Attribution.named(likeliest),
                Sign.of("P11", 1, "P11|" + path, subject).about(name)));
        byServer(change, 1, "P11|" + path, subject, name, out);
      }
    }
    if (change.by() == null) {
      return;
    }
    for (Persistence place : persistence) {
      if (matches(place.paths(), change.place())) {
        out.accept(
            new Placed(
                change.by(),
                Sign.of("D2", 1, "D2|" + path, change.subject().about(path).job(place.kind()))));
        return;
      }
    }
    if (matches(accountFiles, change.place())) {
      out.accept(
          new Placed(change.by(), Sign.of("D3", 1, "D3|" + path, change.subject().about(path))));
    }
  }

  private void removed(Change change, Consumer<Placed> out) {
    if (change.by() != null && matches(accessLogs, change.place())) {
      Subject subject = change.subject().about(change.path());
      out.accept(new Placed(change.by(), Sign.of("T1", 1, "T1|" + change.path(), subject)));
    }
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
