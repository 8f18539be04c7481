package io.graftwatch.linux.inventory;

import io.graftwatch.core.config.Glob;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Walks folders for the files that globs name, going only where a glob leads: bounded in depth and
/// number, links to files followed.
final class Folders {
  private static final int MAX_ENTRIES = 20_000;
  private static final int MAX_DEPTH = 8;

  private final Path root;
  private final Set<Path> walked = new TreeSet<>();
  private int entries;

  Folders(Path root) {
    this.root = root;
  }

  /// The files that a glob names and `wanted` takes, by their names on this host.
  ///
  /// A glob like `/opt/**.node`, which means a file anywhere, is not walked: that would be the
  /// whole disk, and whoever writes one is seen by the audit source.
  Map<String, FileState> files(Glob glob, Predicate<String> wanted) {
    var found = new TreeMap<String, FileState>();
    String pattern = glob.pattern();
    if (!pattern.contains("/**.")) {
      entries = 0;
      Predicate<String> named = path -> wanted.test(path) && glob.matches(path);
      descend(root, "", pattern.substring(1).split("/", -1), 0, named, found);
    }
    return found;
  }

  /// Follows a glob's elements from `folder` on.
  private void descend(
      Path folder,
      String name,
      String[] elements,
      int next,
      Predicate<String> wanted,
      Map<String, FileState> found) {
    String element = elements[next];
    if (element.equals("**")) {
      all(folder, name, 0, wanted, found);
    } else if (element.indexOf('*') < 0 && element.indexOf('?') < 0) {
      enter(folder.resolve(element), name + "/" + element, elements, next, wanted, found);
    } else {
      Glob glob = Glob.path(element);
      each(
          folder,
          (entry, file) -> {
            if (glob.matches(file)) {
              enter(entry, name + "/" + file, elements, next, wanted, found);
            }
          });
    }
  }

  private void enter(
      Path entry,
      String path,
      String[] elements,
      int next,
      Predicate<String> wanted,
      Map<String, FileState> found) {
    if (next == elements.length - 1) {
      add(entry, path, wanted, found);
    } else if (Files.isDirectory(entry)) {
      descend(entry, path, elements, next + 1, wanted, found);
    }
  }

  /// Everything below a folder.
  private void all(
      Path folder, String name, int depth, Predicate<String> wanted, Map<String, FileState> found) {
    each(
        folder,
        (entry, file) -> {
          String path = name + "/" + file;
          add(entry, path, wanted, found);
          if (depth < MAX_DEPTH && !Files.isSymbolicLink(entry) && Files.isDirectory(entry)) {
            all(entry, path, depth + 1, wanted, found);
          }
        });
  }

  /// Takes an entry of a folder and its name.
  @FunctionalInterface
  private interface Visitor {
    void entry(Path entry, String name);
  }

  private void each(Path folder, Visitor visitor) {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      walked.add(folder);
      for (Path entry : stream) {
        if (++entries > MAX_ENTRIES) {
          return;
        }
        visitor.entry(entry, String.valueOf(entry.getFileName()));
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Not there, or gone: no files.
    }
  }

  private static void add(
      Path file, String name, Predicate<String> wanted, Map<String, FileState> found) {
    FileState state = wanted.test(name) ? FileState.of(file) : null;
    if (state != null) {
      found.put(name, state);
    }
  }

  /// Folders walked so far: to be watched for changes.
  Set<Path> walked() {
    return walked;
  }
}
