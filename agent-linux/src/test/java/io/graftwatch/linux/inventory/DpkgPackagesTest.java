package io.graftwatch.linux.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DpkgPackagesTest {
  @Test
  void mergedFoldersAndDiversionsLeadToTheOwner(@TempDir Path folder) throws IOException {
    var host = new HostTree(folder);
    host.list("dash", "/usr/lib/sh");
    host.list("other", "/usr/lib/sh");
    host.write("var/lib/dpkg/diversions", "/usr/lib/sh\n/usr/lib/sh.distrib\ndash\n");
    var packages = new DpkgPackages(folder);
    packages.refresh();
    assertThat(packages.owner("/lib/libc.so.6")).isEqualTo("libc6");
    assertThat(packages.owner("/usr/lib/libc.so.6")).isEqualTo("libc6");
    assertThat(packages.owner("/usr/lib/sh")).isEqualTo("dash");
    assertThat(packages.owner("/usr/lib/sh.distrib")).isEqualTo("other");
    assertThat(packages.owner("/usr/lib/none.so")).isEmpty();
    assertThat(packages.intact("/usr/lib/libc.so.6")).isTrue();
    host.write("/usr/lib/libc.so.6", "patched");
    assertThat(packages.intact("/usr/lib/libc.so.6")).isFalse();
  }

  @Test
  void changedListsAreReadAgain(@TempDir Path folder) throws IOException {
    var host = new HostTree(folder);
    var packages = new DpkgPackages(folder);
    assertThat(packages.owner("/usr/lib/late.so")).isNull();
    packages.refresh();
    assertThat(packages.owner("/usr/lib/late.so")).isEmpty();
    host.list("late", "/usr/lib/late.so");
    packages.refresh();
    assertThat(packages.owner("/usr/lib/late.so")).isEqualTo("late");
  }

  @Test
  void hostAgreesWithDpkgItself() throws Exception {
    Path info = Path.of("/var/lib/dpkg/info");
    assumeTrue(
        Files.isDirectory(info) && Files.isExecutable(Path.of("/usr/bin/dpkg-query")),
        "no dpkg here to compare with");
    var packages = new DpkgPackages(Path.of("/"));
    packages.refresh();
    long seed = 20261124;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<String> sample =
        new ArrayList<>(List.of("/usr/bin/dash", "/lib", "/usr/lib/graftwatch-none.so"));
    try (var lists = Files.newDirectoryStream(info, "*.list")) {
      for (Path list : lists) {
        List<String> paths = Files.readAllLines(list);
        String path = paths.get(random.nextInt(paths.size()));
        if (sample.size() < 60
            && Files.isRegularFile(Path.of(path))
            && !path.startsWith("/usr/share/")
            && !path.startsWith("/usr/include/")) {
          sample.add(path);
        }
      }
    }
    for (String path : sample) {
      assertThat(packages.owner(path)).as("%s (seed %d)", path, seed).isIn(dpkg(path));
    }
  }

  /// Owners as `dpkg-query -S` names them, who knows a merged folder's files by one of two names;
  /// one empty name when there is none.
  private static List<String> dpkg(String path) throws Exception {
    var owners = new ArrayList<String>();
    for (String name :
        List.of(path, path.startsWith("/usr/") ? path.substring(4) : "/usr" + path)) {
      Process child =
          new ProcessBuilder("/usr/bin/dpkg-query", "-S", name).redirectErrorStream(true).start();
      String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (child.waitFor() == 0) {
        for (String line : out.split("\n", -1)) {
          if (line.endsWith(": " + name) && !line.startsWith("diversion")) {
            String names = line.substring(0, line.length() - name.length() - 2);
            for (String owner : names.split(", ", -1)) {
              owners.add(owner.split(":", 2)[0]);
            }
          }
        }
      }
    }
    return owners.isEmpty() ? List.of("") : owners;
  }
}
