package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.ModuleLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Debian's package database, read from its files: `info/*.list` once into a table of hashes (some
/// 10 bytes a path), again when dpkg changed it; `*.md5sums` and the list itself when a file is
/// asked for. A hit in the table is always confirmed in the list.
final class DpkgPackages implements Packages {
  /// What nobody asks for, and the greater part of the lists.
  private static final List<String> SKIPPED =
      List.of(
          "/usr/share/doc/",
          "/usr/share/man/",
          "/usr/share/locale/",
          "/usr/share/info/",
          "/usr/share/zoneinfo/",
          "/usr/share/icons/",
          "/usr/include/",
          "/usr/src/");

  /// Folders that merged into `/usr`, as packages may still name them.
  private static final List<String> MERGED =
      List.of("/lib/", "/bin/", "/sbin/", "/lib64/", "/lib32/", "/libx32/");

  private final Path root;
  private final Path info;
  private PathTable table = new PathTable();
  private final List<String> packages = new ArrayList<>();

  /// Diverted name → who diverts it and where to.
  private final Map<String, Diversion> diversions = new HashMap<>();

  /// The other way: where it was diverted to → the name its package knows.
  private final Map<String, String> diverted = new HashMap<>();

  private String read = "";

  private record Diversion(String to, String by) {}

  DpkgPackages(Path root) {
    this.root = root;
    this.info = root.resolve("var/lib/dpkg/info");
  }

  @Override
  public void refresh() {
    String now = stamp(info) + "," + stamp(root.resolve("var/lib/dpkg/diversions"));
    if (now.equals(read)) {
      return;
    }
    try {
      load();
      read = now;
    } catch (IOException | UncheckedIOException _) {
      // dpkg replaces files while it works; the next look reads them.
      read = "";
    }
  }

  private static String stamp(Path path) {
    try {
      return Files.getLastModifiedTime(path).toString();
    } catch (IOException _) {
      return "-";
    }
  }

  private void load() throws IOException {
    readDiversions();
    var fresh = new PathTable();
    packages.clear();
    try (DirectoryStream<Path> lists = Files.newDirectoryStream(info, "*.list")) {
      for (Path list : lists) {
        String file = String.valueOf(list.getFileName());
        String name = file.substring(0, file.length() - ".list".length());
        int number = packages.size();
        packages.add(name);
        for (String line :
            new String(Files.readAllBytes(list), StandardCharsets.UTF_8).split("\n", -1)) {
          if (SKIPPED.stream().noneMatch(line::startsWith)) {
            fresh.put(where(line, plain(name)), number);
          }
        }
      }
    }
    table = fresh;
  }

  /// Where a package's file really lies: a diverted one elsewhere, unless its package diverts it.
  private String where(String path, String name) {
    Diversion diversion = diversions.get(path);
    return canonical(diversion == null || diversion.by.equals(name) ? path : diversion.to);
  }

  private void readDiversions() throws IOException {
    diversions.clear();
    diverted.clear();
    Path file = root.resolve("var/lib/dpkg/diversions");
    if (!Files.isRegularFile(file)) {
      return;
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i + 2 < lines.size(); i += 3) {
      diversions.put(lines.get(i), new Diversion(lines.get(i + 1), lines.get(i + 2)));
      diverted.put(canonical(lines.get(i + 1)), lines.get(i));
    }
  }

  private String canonical(String path) {
    for (String folder : MERGED) {
      if (path.startsWith(folder)
          && Files.isSymbolicLink(root.resolve(folder.substring(1, folder.length() - 1)))) {
        return "/usr" + path;
      }
    }
    return path;
  }

  @Override
  public boolean working() {
    try {
      Object lock = Files.getAttribute(root.resolve("var/lib/dpkg/lock"), "unix:ino");
      try (Stream<String> locks = Files.lines(root.resolve("proc/locks"))) {
        return locks.limit(10_000).anyMatch(line -> line.contains(":" + lock + " "));
      }
    } catch (IOException | UncheckedIOException _) {
      return false;
    }
  }

  @Override
  public @Nullable String owner(String path) {
    if (read.isEmpty()) {
      return null;
    }
    String list = list(canonical(path));
    return list == null ? ModuleLoad.UNOWNED : plain(list);
  }

  /// `libc6:amd64` is the package libc6.
  private static String plain(String list) {
    int colon = list.indexOf(':');
    return colon < 0 ? list : list.substring(0, colon);
  }

  /// The list that holds a canonical path, confirmed; null when none does.
  private @Nullable String list(String path) {
    int number = table.get(path);
    if (number < 0) {
      return null;
    }
    String name = packages.get(number);
    String known = diverted.getOrDefault(path, path);
    try (Stream<String> lines = Files.lines(info.resolve(name + ".list"))) {
      return lines.anyMatch(line -> line.equals(known) || canonical(line).equals(known))
          ? name
          : null;
    } catch (IOException | UncheckedIOException _) {
      return null;
    }
  }

  @Override
  public boolean intact(String path) {
    String canonical = canonical(path);
    String name = list(canonical);
    if (name == null) {
      return true;
    }
    String known = diverted.getOrDefault(canonical, canonical);
    try (Stream<String> lines = Files.lines(info.resolve(name + ".md5sums"))) {
      String line =
          lines
              .filter(l -> l.length() > 34 && canonical("/" + l.substring(34)).equals(known))
              .findFirst()
              .orElse(null);
      return line == null || line.startsWith(Digests.hex("MD5", root.resolve(path.substring(1))));
    } catch (IOException | UncheckedIOException _) {
      return true;
    }
  }
}
