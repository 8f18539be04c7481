package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ModuleLoad;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What lies in the folders that servers load components from: tells those that belong to no
/// package, or are not what their package put there, when they come, change or go.
final class ComponentFolders {
  private static final int MAX_FILES = 8192;
  private static final int MAX_DEPTH = 5;

  /// Files whose content is compared in one look: some MiB of reading.
  private static final int MAX_VERIFIED = 64;

  private final Path root;
  private final Owners owners;
  private final Known known;
  private final Map<String, Stamp> seen = new HashMap<>();
  private final Map<String, String> byName = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private final Set<String> unverified = new HashSet<>();
  private boolean looked;

  ComponentFolders(Path root, Owners owners, Known known) {
    this.root = root;
    this.owners = owners;
    this.known = known;
  }

  /// The path of a component with that file name, or null.
  @Nullable String named(String fileName) {
    return byName.get(fileName);
  }

  /// @param folders where to look
  /// @param handmade folders of servers that no package installed: what lay there at first is
  ///   theirs
  /// @param wait a package manager works: what seems to be nobody's may be owned in a moment
  /// @return how many files were new or changed
  int look(
      Collection<String> folders,
      List<String> handmade,
      boolean wait,
      long now,
      Consumer<Fact> sink) {
    Map<String, Stamp> there = walk(folders);
    var changed = new ArrayList<String>();
    there.forEach((path, stamp) -> {
      if (!stamp.equals(seen.get(path))) {
        changed.add(path);
      }
    });
    owners.learn(changed);
    for (String path : changed) {
      Stamp stamp = Objects.requireNonNull(there.get(path));
      String owner = owners.owner(path);
      if (owner != null && !owner.isEmpty()) {
        unverified.add(path);
      } else if (wait) {
        continue;
      } else {
        boolean theirs = owner == null || handmade.stream().anyMatch(path::startsWith);
        tell(path, stamp, owner, null, theirs && !looked && known.first(), now, sink);
      }
      seen.put(path, stamp);
    }
    if (looked) {
      verify(now, sink);
    }
    gone(there.keySet(), now, sink);
    looked = true;
    return changed.size();
  }

  private void tell(
      String path,
      Stamp stamp,
      @Nullable String owner,
      @Nullable String altered,
      boolean silent,
      long now,
      Consumer<Fact> sink) {
    String sha256 = Stamp.digest(root.resolve(path.substring(1)), "SHA-256");
    told.add(path);
    if (known.add("file|" + path + "|" + sha256) && !silent) {
      boolean preexisting = !looked && known.first();
      sink.accept(InventoryFacts.placed(path, stamp, sha256, owner, altered, preexisting, now));
    }
  }

  /// Compares some packaged files with what their packages say; not at the first look, which should
  /// be over soon.
  private void verify(long now, Consumer<Fact> sink) {
    int count = 0;
    for (var each = unverified.iterator(); each.hasNext() && count < MAX_VERIFIED; count++) {
      String path = each.next();
      each.remove();
      Stamp stamp = seen.get(path);
      if (stamp != null && !owners.intact(path, stamp)) {
        tell(path, stamp, ModuleLoad.UNOWNED, owners.owner(path), false, now, sink);
      }
    }
  }

  private void gone(Set<String> there, long now, Consumer<Fact> sink) {
    for (var each = seen.keySet().iterator(); each.hasNext(); ) {
      String path = each.next();
      if (!there.contains(path)) {
        each.remove();
        unverified.remove(path);
        if (told.remove(path)) {
          sink.accept(InventoryFacts.removed(path, now));
        }
      }
    }
  }

  private Map<String, Stamp> walk(Collection<String> folders) {
    var found = new HashMap<String, Stamp>();
    byName.clear();
    for (String folder : folders) {
      try (Stream<Path> files =
          Files.walk(root.resolve(folder.substring(1)), MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
        files
            .filter(file -> isComponent(file.getFileName().toString()))
            .limit(MAX_FILES)
            .forEach(file -> take(file, found));
      } catch (IOException | java.io.UncheckedIOException e) {
        // Not there, not to be read, or a loop of links: the rest is looked at all the same.
      }
    }
    return found;
  }

  private void take(Path file, Map<String, Stamp> found) {
    try {
      Path real = file.toRealPath();
      Stamp stamp = Stamp.of(real);
      if (stamp != null && found.size() < MAX_FILES) {
        String path = "/" + root.toRealPath().relativize(real);
        found.put(path, stamp);
        byName.putIfAbsent(file.getFileName().toString(), path);
      }
    } catch (IOException e) {
      // Gone between the two looks, or a link to nowhere.
    }
  }

  /// `x.so`, `x.so.1`, `x.jar` in a server's library folder.
  private static boolean isComponent(String name) {
    return name.endsWith(".so") || name.endsWith(".jar") || name.contains(".so.");
  }
}
