package io.graftwatch.linux.inventory;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.linux.line.FactText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/// A small Debian below a folder: package lists, server folders, processes.
final class HostTree {
  final Path root;
  private final TreeMap<String, List<String>> lists = new TreeMap<>();

  HostTree(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root.resolve("usr/lib"));
    Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
    Files.createDirectories(root.resolve("proc"));
    write("proc/locks", "");
    Files.createDirectories(root.resolve("var/lib/dpkg/info"));
    owned("apache2-bin", "/usr/sbin/apache2", "elf");
    owned("apache2-bin", "/usr/lib/apache2/modules/mod_status.so", "status");
    owned("libc6:amd64", "/lib/libc.so.6", "libc");
    list("apache2-bin", "/usr/lib/apache2/modules");
    list("apache2-bin", "/usr/lib");
  }

  Path write(String path, String content) throws IOException {
    Path file = root.resolve(path.startsWith("/") ? path.substring(1) : path);
    Files.createDirectories(file.getParent() == null ? root : file.getParent());
    return Files.writeString(file, content);
  }

  /// A file that a package brought.
  void owned(String name, String path, String content) throws IOException {
    write(path, content);
    list(name, path);
    String md5 =
        HexFormat.of()
            .formatHex(Digests.digest("MD5").digest(content.getBytes(StandardCharsets.UTF_8)));
    Path sums = root.resolve("var/lib/dpkg/info/" + name + ".md5sums");
    String before = Files.exists(sums) ? Files.readString(sums) : "";
    Files.writeString(sums, before + md5 + "  " + path.substring(1) + "\n");
  }

  /// A path in a package's list. The list is replaced, as dpkg does it.
  void list(String name, String path) throws IOException {
    List<String> paths = lists.computeIfAbsent(name, _ -> new ArrayList<>());
    paths.add(path);
    Path info = root.resolve("var/lib/dpkg/info");
    Path fresh =
        Files.writeString(info.resolve(name + ".list-new"), String.join("\n", paths) + "\n");
    Files.move(fresh, info.resolve(name + ".list"), StandardCopyOption.REPLACE_EXISTING);
  }

  void process(int pid, String exe, String... mapped) throws IOException {
    var maps = new StringBuilder();
    int inode = 100;
    for (String path : mapped) {
      maps.append("7f0000000000-7f0000001000 r-xp 00000000 08:01 ")
          .append(inode++)
          .append("                     ")
          .append(path)
          .append('\n');
    }
    write("proc/" + pid + "/maps", maps.toString());
    Path link = root.resolve("proc/" + pid + "/exe");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of(exe));
    if (!Files.exists(root.resolve("proc/" + pid + "/root"))) {
      Files.createSymbolicLink(root.resolve("proc/" + pid + "/root"), root);
    }
  }

  Inventory inventory() {
    return new Inventory(root, Served.of(Catalogue.load()), Packages.of(root));
  }

  /// What a look tells, a line a fact, sorted.
  static List<String> look(Inventory inventory, long now, long since) {
    var facts = new ArrayList<Fact>();
    boolean again = inventory.look(now, since, facts::add);
    var lines = new ArrayList<String>();
    for (Fact fact : facts) {
      lines.add((fact.provenance().preexisting() ? "before: " : "") + FactText.what(fact));
    }
    lines.sort(null);
    if (again) {
      lines.add("look again");
    }
    return lines;
  }
}
