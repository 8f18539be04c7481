package io.graftwatch.linux.inventory;

import io.graftwatch.core.config.Glob;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.FileWrite.Action;
import io.graftwatch.core.fact.ModuleLoad;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Files in the component folders of all server kinds, compared with the look before. Who put them
/// there only the audit source knows.
final class Components {
  /// Files that make every program load something.
  private static final Glob PRELOAD = Glob.path("/etc/ld.so.preload");

  private final List<Served> kinds;
  private final Judge judge;
  private Map<String, Map<String, FileState>> byKind = Map.of();
  private Map<String, FileState> known = new TreeMap<>();

  Components(List<Served> kinds, Judge judge) {
    this.kinds = kinds;
    this.judge = judge;
  }

  /// @return whether something must be looked at again when packages are done
  boolean look(Folders folders, List<String> prefixes, Report report) {
    var now = new TreeMap<>(folders.files(PRELOAD, _ -> true));
    var kindsNow = new HashMap<String, Map<String, FileState>>();
    for (Served served : kinds) {
      var files = new TreeMap<String, FileState>();
      for (String glob : served.components()) {
        each(glob, prefixes, g -> files.putAll(folders.files(g, Components::loadable)));
      }
      for (String glob : served.archives()) {
        each(glob, prefixes, g -> files.putAll(folders.files(g, _ -> true)));
      }
      kindsNow.put(served.kind(), files);
      now.putAll(files);
    }
    byKind = kindsNow;
    return compare(now, report);
  }

  private static void each(String glob, List<String> prefixes, Consumer<Glob> taker) {
    if (!glob.contains("{prefix}")) {
      Glob plain = Served.filled(glob, null);
      if (plain != null) {
        taker.accept(plain);
      }
      return;
    }
    for (String prefix : prefixes) {
      Glob filled = Served.filled(glob, prefix);
      if (filled != null) {
        taker.accept(filled);
      }
    }
  }

  private static boolean loadable(String path) {
    return path.endsWith(".so")
        || path.endsWith(".jar")
        || path.endsWith(".node")
        || path.contains(".so.");
  }

  private boolean compare(Map<String, FileState> now, Report report) {
    boolean open = false;
    for (var entry : List.copyOf(now.entrySet())) {
      FileState before = known.get(entry.getKey());
      if (!entry.getValue().equals(before)
          && !tell(entry.getKey(), before, entry.getValue(), report)) {
        open = true;
        if (before == null) {
          now.remove(entry.getKey());
        } else {
          now.put(entry.getKey(), before);
        }
      }
    }
    for (var entry : known.entrySet()) {
      if (!now.containsKey(entry.getKey()) && !judge.exists(entry.getKey())) {
        report.tell(fact(entry.getKey(), Action.REMOVED, entry.getValue(), null, report));
      }
    }
    known = now;
    return open;
  }

  /// @return false when the verdict must wait
  private boolean tell(String path, @Nullable FileState before, FileState state, Report report) {
    boolean old = !report.firstEver() && state.changed() <= report.since();
    if (report.first() && old) {
      return true;
    }
    String owner = judge.owner(path);
    boolean wrong = ModuleLoad.UNOWNED.equals(owner);
    if (wrong && report.waits()) {
      return false;
    }
    if (report.firstEver() && !(PRELOAD.matches(path) ? state.size() > 0 : strange(path, owner))) {
      return true;
    }
    report.tell(fact(path, action(before, state), state, owner, report));
    return true;
  }

  private static Action action(@Nullable FileState before, FileState state) {
    if (before == null || before.inode() != state.inode()) {
      return Action.CREATED;
    }
    boolean rights = before.mode() != state.mode() || before.uid() != state.uid();
    return rights && before.size() == state.size() ? Action.ATTRIBUTES : Action.WRITTEN;
  }

  /// Archives that a site deploys come without packages as a rule.
  private boolean strange(String path, @Nullable String owner) {
    return loadable(path) && judge.foreign(path, owner);
  }

  private FileWrite fact(
      String path, Action action, FileState state, @Nullable String owner, Report report) {
    boolean gone = action == Action.REMOVED;
    long when = gone ? report.now() : state.changed();
    String id = path + ":" + state.inode() + ":" + state.changed() + (gone ? ":gone" : "");
    return new FileWrite(
        report.provenance(id, when, action + " " + path),
        path,
        null,
        action,
        Actor.UNKNOWN,
        state.mode(),
        state.uid(),
        gone ? null : judge.sha256(path),
        owner);
  }

  /// Whether a path is one of this kind's components.
  boolean contains(String path) {
    return known.containsKey(path);
  }

  /// The component file of a kind that a configuration means by a relative path or a bare name; an
  /// absolute path is itself.
  @Nullable String resolve(String kind, String written) {
    if (written.startsWith("/")) {
      return written;
    }
    var candidates = new ArrayList<String>();
    for (String path : byKind.getOrDefault(kind, Map.of()).keySet()) {
      if (path.endsWith("/" + written) || path.endsWith("/" + written + ".so")) {
        candidates.add(path);
      }
    }
    return candidates.isEmpty() ? null : candidates.getLast();
  }

  static Path below(Path root, String path) {
    return root.resolve(path.substring(1));
  }
}
