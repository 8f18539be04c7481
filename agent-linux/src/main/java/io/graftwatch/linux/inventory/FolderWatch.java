package io.graftwatch.linux.inventory;

import io.graftwatch.linux.kernel.Inotify;
import io.graftwatch.linux.rules.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Notices that something changed in folders and what lies below them, never what.
final class FolderWatch implements AutoCloseable {
  private static final int MAX_WATCHES = 1024;
  private static final int MAX_DEPTH = 6;
  private static final int CHANGES =
      Inotify.CREATE
          | Inotify.DELETE
          | Inotify.CLOSE_WRITE
          | Inotify.MOVED_FROM
          | Inotify.MOVED_TO
          | Inotify.ATTRIB;

  private final Path root;
  private final Inotify inotify = new Inotify();
  private final Map<Path, Integer> watches = new HashMap<>();

  FolderWatch(Path root) throws IOException {
    this.root = root;
  }

  Inotify inotify() {
    return inotify;
  }

  /// Watches these places and all folders in them, and nothing else any more.
  void keep(Collection<Place> places) {
    Set<Path> wanted = new HashSet<>();
    for (Place place : places) {
      Path path = root.resolve(place.path().substring(1));
      wanted.add(path);
      if (place.folder()) {
        below(path, wanted);
      }
    }
    for (Path path : wanted) {
      if (!watches.containsKey(path) && watches.size() < MAX_WATCHES) {
        try {
          watches.put(path, inotify.watch(path, CHANGES));
        } catch (IOException e) {
          // Gone meanwhile, or no more watches to be had: the full look finds changes later.
        }
      }
    }
    for (var each = watches.entrySet().iterator(); each.hasNext(); ) {
      var watch = each.next();
      if (!wanted.contains(watch.getKey())) {
        inotify.unwatch(watch.getValue());
        each.remove();
      }
    }
  }

  private static void below(Path folder, Set<Path> out) {
    try (Stream<Path> all = Files.walk(folder, MAX_DEPTH)) {
      all.filter(Files::isDirectory).limit(MAX_WATCHES).forEach(out::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      // What can be watched is.
    }
  }

  /// @return whether anything changed
  boolean read() throws IOException {
    boolean[] changed = new boolean[1];
    inotify.read((watch, mask, _, _) -> {
      changed[0] |= (mask & Inotify.IGNORED) == 0;
      if ((mask & Inotify.IGNORED) != 0) {
        watches.values().remove(watch);
      }
    });
    return changed[0];
  }

  @Override
  public void close() {
    inotify.close();
  }
}
