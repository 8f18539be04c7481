package io.graftwatch.linux.inventory;

import io.graftwatch.core.config.Glob;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.ComponentChange.Action;
import io.graftwatch.core.fact.ModuleLoad;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The lines of server configurations that register something, includes followed, compared with the
/// look before. A file is read again when it changed.
final class Configuration {
  private static final int MAX_FILE = 512 * 1024;
  private static final int MAX_FILES = 4000;

  /// What editors and package managers leave behind and no server reads.
  private static final List<String> LEFT =
      List.of("~", ".bak", ".swp", ".rpmsave", ".rpmnew", ".dpkg-old", ".dpkg-dist", ".dpkg-new");

  private final Path root;
  private final List<Served> kinds;
  private final Judge judge;
  private Map<String, Content> known = Map.of();

  /// A file as it was read for one kind of server.
  private record Content(String kind, String path, FileState state, ConfigReader.Found found) {
    String key() {
      return kind + " " + path;
    }
  }

  Configuration(Path root, List<Served> kinds, Judge judge) {
    this.root = root;
    this.kinds = kinds;
    this.judge = judge;
  }

  /// @return whether something must be looked at again when packages are done
  boolean look(Folders folders, List<String> prefixes, Components components, Report report) {
    var now = new TreeMap<String, Content>();
    for (Served served : kinds) {
      for (String glob : served.config()) {
        for (Glob filled : filled(glob, prefixes)) {
          folders
              .files(filled, Configuration::read)
              .forEach((path, state) -> take(served.kind(), path, state, now));
        }
      }
      includes(served.kind(), folders, now);
    }
    boolean open = false;
    for (Content content : List.copyOf(now.values())) {
      Content before = known.get(content.key());
      boolean same = before != null && before.state.equals(content.state);
      if (!same && !compare(before, content, components, report)) {
        open = true;
        if (before == null) {
          now.remove(content.key());
        } else {
          now.put(content.key(), before);
        }
      }
    }
    known.forEach((key, before) -> {
      if (!now.containsKey(key) && !judge.exists(before.path)) {
        before.found.registrations().forEach(r -> removed(before, r, components, report));
      }
    });
    known = now;
    return open;
  }

  private static List<Glob> filled(String glob, List<String> prefixes) {
    var globs = new ArrayList<Glob>();
    List<@Nullable String> values = new ArrayList<>();
    if (glob.contains("{prefix}")) {
      values.addAll(prefixes);
    } else {
      values.add(null);
    }
    for (String prefix : values) {
      Glob one = Served.filled(glob, prefix);
      if (one != null) {
        globs.add(one);
      }
    }
    return globs;
  }

  private static boolean read(String path) {
    return LEFT.stream().noneMatch(path::endsWith);
  }

  private void take(String kind, String path, FileState state, Map<String, Content> now) {
    if (now.size() >= MAX_FILES || state.size() > MAX_FILE) {
      return;
    }
    Content before = known.get(kind + " " + path);
    Content content =
        before != null && before.state.equals(state)
            ? before
            : new Content(kind, path, state, ConfigReader.read(kind, text(path)));
    now.put(content.key(), content);
  }

  private String text(String path) {
    try (InputStream in = Files.newInputStream(Components.below(root, path))) {
      return new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return "";
    }
  }

  /// Follows includes to files outside the configuration's own folders.
  private void includes(String kind, Folders folders, Map<String, Content> now) {
    Deque<Content> pending = new ArrayDeque<>();
    now.values().stream().filter(c -> c.kind.equals(kind)).forEach(pending::add);
    Set<String> followed = new HashSet<>();
    while (!pending.isEmpty()) {
      Content content = pending.poll();
      for (String include : content.found.includes()) {
        if (include.startsWith("/") && followed.add(include) && followed.size() < MAX_FILES) {
          Path path = Components.below(root, include);
          String glob = Files.isDirectory(path) ? include + "/**" : include;
          folders
              .files(Glob.path(glob), Configuration::read)
              .forEach((file, state) -> {
                if (!now.containsKey(kind + " " + file)) {
                  take(kind, file, state, now);
                  Content added = now.get(kind + " " + file);
                  if (added != null) {
                    pending.add(added);
                  }
                }
              });
        }
      }
    }
  }

  /// @return false when the verdict must wait
  private boolean compare(
      @Nullable Content before, Content content, Components components, Report report) {
    if (report.first() && !report.firstEver() && content.state.changed() <= report.since()) {
      return true;
    }
    List<Registration> old = before == null ? List.of() : before.found.registrations();
    List<Registration> fresh =
        content.found.registrations().stream().filter(r -> !old.contains(r)).distinct().toList();
    if (report.waits() && fresh.stream().anyMatch(r -> unowned(content.kind, r, components))) {
      return false;
    }
    for (Registration registration : fresh) {
      registered(content, registration, components, report);
    }
    old.stream()
        .filter(r -> !content.found.registrations().contains(r))
        .distinct()
        .forEach(r -> removed(content, r, components, report));
    return true;
  }

  private boolean unowned(String kind, Registration registration, Components components) {
    String path = file(kind, registration, components);
    return path != null && ModuleLoad.UNOWNED.equals(judge.owner(path));
  }

  private static @Nullable String file(
      String kind, Registration registration, Components components) {
    String written = registration.path();
    return written == null ? null : components.resolve(kind, written);
  }

  private void registered(
      Content content, Registration registration, Components components, Report report) {
    String path = file(content.kind, registration, components);
    String owner = path == null ? null : judge.owner(path);
    if (report.firstEver() && (path == null || !judge.foreign(path, owner))) {
      return;
    }
    report.tell(change(content, registration, path, owner, Action.REGISTERED, report));
  }

  private void removed(
      Content content, Registration registration, Components components, Report report) {
    String path = file(content.kind, registration, components);
    report.tell(change(content, registration, path, null, Action.REMOVED, report));
  }

  private static ComponentChange change(
      Content content,
      Registration registration,
      @Nullable String path,
      @Nullable String owner,
      Action action,
      Report report) {
    String id =
        content.path + ":" + content.state.changed() + ":" + action + ":" + registration.name();
    long when = action == Action.REMOVED ? report.now() : content.state.changed();
    return new ComponentChange(
        report.provenance(id, when, registration.line()),
        content.kind,
        null,
        registration.name(),
        path,
        action,
        content.path,
        Actor.UNKNOWN,
        null,
        owner,
        null,
        null,
        null,
        Map.of("directive", registration.directive(), "line", registration.line()));
  }
}
