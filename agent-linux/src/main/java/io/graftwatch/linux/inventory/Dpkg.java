package io.graftwatch.linux.inventory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Debian's package database: `info/PACKAGE.list` holds the paths of a package, a line each, and
/// `info/PACKAGE.md5sums` what their contents are (`man 5 deb-md5sums`). `dpkg -S` reads the same
/// files, and takes a second.
final class Dpkg implements Packages {
  private static final int MAX_LIST = 64 << 20;
  private static final String LIST = ".list";

  private final Path root;
  private final Path info;

  /// @param root `/var/lib/dpkg` but in tests
  Dpkg(Path root) {
    this.root = root;
    this.info = root.resolve("info");
  }

  @Override
  public long version() {
    try {
      return Files.getLastModifiedTime(info).toMillis() * 31
          + Files.getLastModifiedTime(root.resolve("status")).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public Map<String, Ownership> owners(Collection<String> paths) {
    var wanted = new HashMap<String, String>();
    for (String path : paths) {
      wanted.put(path, path);
      String before = beforeMerge(path);
      if (before != null) {
        wanted.put(before, path);
      }
    }
    diverted(wanted);
    var hashes = new HashSet<Integer>();
    wanted.keySet().forEach(path -> hashes.add(latin(path).hashCode()));
    var found = new HashMap<String, Ownership>();
    try (DirectoryStream<Path> lists = Files.newDirectoryStream(info, "*" + LIST)) {
      for (Path list : lists) {
        look(list, wanted, hashes, found);
      }
    } catch (IOException | DirectoryIteratorException e) {
      paths.forEach(path -> found.putIfAbsent(path, Ownership.UNKNOWN));
    }
    paths.forEach(path -> found.putIfAbsent(path, Ownership.NONE));
    return found;
  }

  /// Packages from before the merge of `/usr` still list `/lib/…`.
  private static @Nullable String beforeMerge(String path) {
    for (String folder : new String[] {"/usr/lib", "/usr/bin/", "/usr/sbin/"}) {
      if (path.startsWith(folder)) {
        return path.substring("/usr".length());
      }
    }
    return null;
  }

  /// A diversion puts a package's file elsewhere; `diversions` has three lines for each: from, to,
  /// by whom.
  private void diverted(Map<String, String> wanted) {
    try {
      String[] lines =
          Files.readString(root.resolve("diversions"), StandardCharsets.ISO_8859_1).split("\n", -1);
      for (int i = 0; i + 2 < lines.length; i += 3) {
        String asked = wanted.get(lines[i + 1]);
        if (asked != null) {
          wanted.put(lines[i], asked);
        }
      }
    } catch (IOException e) {
      // No file: nothing is diverted.
    }
  }

  /// Looks through one list. A line becomes text only when its hash is that of a wanted path.
  private void look(
      Path list, Map<String, String> wanted, Set<Integer> hashes, Map<String, Ownership> found)
      throws IOException {
    if (Files.size(list) > MAX_LIST) {
      return;
    }
    byte[] bytes = Files.readAllBytes(list);
    int start = 0;
    int hash = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i < bytes.length && bytes[i] != '\n') {
        hash = 31 * hash + (bytes[i] & 0xFF);
        continue;
      }
      if (hashes.contains(hash)) {
        String listed = new String(bytes, start, i - start, StandardCharsets.UTF_8);
        String asked = wanted.get(listed);
        if (asked != null) {
          found.put(asked, owned(list, listed));
        }
      }
      start = i + 1;
      hash = 0;
    }
  }

  private static String latin(String path) {
    return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private Ownership owned(Path list, String listed) {
    String file = list.getFileName().toString();
    String stem = file.substring(0, file.length() - LIST.length());
    int colon = stem.indexOf(':');
    String name = colon < 0 ? stem : stem.substring(0, colon);
    return new Ownership(name, digest(info.resolve(stem + ".md5sums"), listed.substring(1)));
  }

  /// The digest of a path (without its leading slash) in an md5sums file.
  private static @Nullable String digest(Path sums, String path) {
    try (var lines = Files.lines(sums, StandardCharsets.ISO_8859_1)) {
      String name = latin(path);
      return lines
          .filter(line ->
              line.length() > 34
                  && line.startsWith(name, 34)
                  && line.length() == 34 + name.length())
          .map(line -> line.substring(0, 32))
          .findFirst()
          .orElse(null);
    } catch (IOException | java.io.UncheckedIOException e) {
      return null;
    }
  }
}
