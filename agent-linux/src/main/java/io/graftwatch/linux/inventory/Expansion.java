package io.graftwatch.linux.inventory;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Expands names with `*` and `?` as a shell would: within one element, in order of names.
final class Expansion {
  private Expansion() {}

  /// @param root where `pattern` starts
  /// @param pattern relative, elements may hold `*` and `?`
  /// @param limit most files
  static List<Path> of(Path root, String pattern, int limit) {
    List<Path> found = List.of(root);
    for (String element : pattern.split("/", -1)) {
      if (element.isEmpty()) {
        continue;
      }
      var next = new ArrayList<Path>();
      for (Path folder : found) {
        if (element.indexOf('*') < 0 && element.indexOf('?') < 0) {
          next.add(folder.resolve(element));
        } else {
          matching(folder, element, limit - next.size(), next);
        }
      }
      found = next;
    }
    return found.stream().filter(Files::exists).limit(limit).toList();
  }

  private static void matching(Path folder, String element, int limit, List<Path> out) {
    // In the JDK's globs these have a meaning that a shell's do not have here.
    String glob = element.replaceAll("([\\\\\\[\\]{}])", "\\\\$1");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      var names = new ArrayList<Path>();
      for (Path entry : entries) {
        if (names.size() < limit && !entry.getFileName().toString().startsWith(".")) {
          names.add(entry);
        }
      }
      names.sort(null);
      out.addAll(names);
    } catch (IOException | DirectoryIteratorException | java.util.regex.PatternSyntaxException e) {
      // No such folder, or not to be read: nothing matches.
    }
  }
}
