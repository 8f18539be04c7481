package io.graftwatch.linux.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.HostSurvey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The inventory of a made-up Debian host with an Apache, over its life.
class InventoryTest {
  private static final String MODULES = "usr/lib/apache2/modules/";

  @TempDir Path root;
  private Instant now = Instant.now().plusSeconds(3600);
  private @Nullable InventorySource source;

  @BeforeEach
  void host() throws IOException {
    file("var/lib/dpkg/status", "");
    file("var/lib/dpkg/info/apache2-bin.list", "/usr/sbin/apache2\n/" + MODULES + "mod_a.so\n");
    file(
        "var/lib/dpkg/info/apache2-bin.md5sums",
        "900150983cd24fb0d6963f7d28e17f72  " + MODULES + "mod_a.so\n");
    file(MODULES + "mod_a.so", "abc");
    file("usr/sbin/apache2", "server");
    file("etc/apache2/apache2.conf", "IncludeOptional mods-enabled/*.load\n");
    load("a");
    process(100, "apache2", "/usr/sbin/apache2", MODULES + "mod_a.so");
  }

  @Test
  void whatThePackagesBroughtIsNotTold() throws IOException {
    assertThat(first()).isEmpty();
  }

  @Test
  void whatWasThereBeforeAndBelongsToNobodyIsToldAsPreexisting() throws IOException {
    file(MODULES + "mod_x.so", "x");
    load("x");
    process(100, "apache2", "/usr/sbin/apache2", MODULES + "mod_x.so");

    assertThat(first())
        .containsExactly(
            "placed /usr/lib/apache2/modules/mod_x.so by nobody, before",
            "registered /usr/lib/apache2/modules/mod_x.so in /etc/apache2/mods-enabled/x.load, before",
            "mapped /usr/lib/apache2/modules/mod_x.so by 100, before");
  }

  @Test
  void aModuleThatComesLaterIsToldOnceAndItsRemovalToo() throws IOException {
    first();
    file(MODULES + "mod_x.so", "x");
    load("x");
    assertThat(later())
        .containsExactly(
            "placed /usr/lib/apache2/modules/mod_x.so by nobody",
            "registered /usr/lib/apache2/modules/mod_x.so in /etc/apache2/mods-enabled/x.load");
    process(100, "apache2", "/usr/sbin/apache2", MODULES + "mod_x.so");
    assertThat(later()).containsExactly("mapped /usr/lib/apache2/modules/mod_x.so by 100");
    assertThat(later()).isEmpty();
    Files.delete(root.resolve(MODULES + "mod_x.so"));
    Files.delete(root.resolve("etc/apache2/mods-enabled/x.load"));
    assertThat(later())
        .containsExactly(
            "removed /usr/lib/apache2/modules/mod_x.so",
            "unregistered /usr/lib/apache2/modules/mod_x.so in /etc/apache2/mods-enabled/x.load");
  }

  @Test
  void aRestartTellsOnlyWhatChangedMeanwhile() throws IOException {
    file(MODULES + "mod_x.so", "x");
    load("x");
    first();
    Checkpoint stopped = open(null).position();
    file(MODULES + "mod_y.so", "y");

    open(stopped);
    assertThat(look()).containsExactly("placed /usr/lib/apache2/modules/mod_y.so by nobody");
  }

  @Test
  void aPackagedModuleWithOtherContentBelongsToNobody() throws IOException {
    first();
    file(MODULES + "mod_a.so", "abd");
    assertThat(later())
        .containsExactly(
            "placed /usr/lib/apache2/modules/mod_a.so by nobody",
            "mapped /usr/lib/apache2/modules/mod_a.so by 100");
  }

  @Test
  void aModuleIsNotToldWhileAPackageManagerWorks() throws IOException {
    first();
    process(200, "dpkg", "/usr/bin/dpkg");
    file(MODULES + "mod_b.so", "b");
    load("b");
    assertThat(later()).isEmpty();
    file("var/lib/dpkg/info/mod-b.list", "/" + MODULES + "mod_b.so\n");
    delete(200);

    assertThat(later())
        .containsExactly(
            "registered /usr/lib/apache2/modules/mod_b.so in /etc/apache2/mods-enabled/b.load");
  }

  @Test
  void aFakePackageManagerDoesNotSilenceForEver() throws IOException {
    first();
    process(200, "dpkg", "/tmp/dpkg");
    file(MODULES + "mod_x.so", "x");
    assertThat(later()).isEmpty();
    now = now.plus(Duration.ofMinutes(11));
    assertThat(later()).containsExactly("placed /usr/lib/apache2/modules/mod_x.so by nobody");
  }

  @Test
  void whatAServerBuiltByHandCameWithIsItsOwn() throws IOException {
    file("opt/httpd/bin/httpd", "server");
    file("opt/httpd/modules/mod_own.so", "own");
    file("opt/httpd/conf/httpd.conf", "ServerRoot /opt/httpd\nLoadModule own modules/mod_own.so\n");
    process(300, "httpd", "/opt/httpd/bin/httpd", "opt/httpd/modules/mod_own.so");
    assertThat(first()).isEmpty();

    file("opt/httpd/modules/mod_x.so", "x");
    process(
        300,
        "httpd",
        "/opt/httpd/bin/httpd",
        "opt/httpd/modules/mod_own.so",
        "opt/httpd/modules/mod_x.so");
    assertThat(later())
        .containsExactly(
            "placed /opt/httpd/modules/mod_x.so by nobody",
            "mapped /opt/httpd/modules/mod_x.so by 300");
  }

  @Test
  void codeWithoutAFileIsToldAndJustInTimeMemoryIsNot() throws IOException {
    first();
    process(
        100,
        "apache2",
        "/usr/sbin/apache2",
        "dev/zero (deleted)",
        "memfd:doublemapper (deleted)",
        MODULES + "mod_a.so (deleted)",
        "memfd:x (deleted)",
        "tmp/.x.so (deleted)");

    assertThat(later())
        .containsExactly("mapped /memfd:x by 100, gone", "mapped /tmp/.x.so by 100, gone");
  }

  private List<String> first() throws IOException {
    open(null);
    return look();
  }

  /// Ten minutes later, when everything is looked at again.
  private List<String> later() throws IOException {
    now = now.plusSeconds(601);
    return look();
  }

  private InventorySource open(@Nullable Checkpoint from) throws IOException {
    if (source != null) {
      Checkpoint position = source.position();
      source.close();
      if (from == null) {
        from = position;
      }
    }
    var survey = new HostSurvey(root, List.of());
    Packages packages = Packages.of(root);
    var owners = new Owners(packages, root);
    source =
        new InventorySource(
            root,
            packages,
            () ->
                InventoryType.surroundings(
                    survey.look(Abi.X86_64, List.of()), List.of(), owners::owner),
            survey::isServer,
            () -> now,
            from);
    return source;
  }

  private List<String> look() throws IOException {
    var facts = new ArrayList<Fact>();
    source.pump(facts::add, 100);
    return facts.stream().map(InventoryTest::shown).toList();
  }

  private static String shown(Fact fact) {
    String text =
        switch (fact) {
          case FileWrite write when write.action() == FileWrite.Action.REMOVED ->
              "removed " + write.path();
          case FileWrite write ->
              "placed "
                  + write.path()
                  + (ModuleLoad.UNOWNED.equals(write.packageOwner()) ? " by nobody" : "");
          case ComponentChange change ->
              (change.action() == ComponentChange.Action.REMOVED ? "unregistered " : "registered ")
                  + change.path()
                  + " in "
                  + change.configFile();
          case ModuleLoad load ->
              "mapped "
                  + load.path()
                  + " by "
                  + load.process().pid()
                  + (load.deleted() ? ", gone" : "");
          default -> fact.toString();
        };
    return text + (fact.provenance().preexisting() ? ", before" : "");
  }

  private void load(String name) throws IOException {
    file(
        "etc/apache2/mods-enabled/" + name + ".load",
        "LoadModule " + name + "_module /" + MODULES + "mod_" + name + ".so\n");
  }

  private void process(int pid, String comm, String exe, String... mapped) throws IOException {
    delete(pid);
    file(
        "proc/" + pid + "/stat",
        pid + " (" + comm + ") S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0\n");
    file("proc/" + pid + "/status", "Uid:\t0\t0\t0\t0\n");
    file("proc/" + pid + "/cmdline", exe + "\0");
    Files.createSymbolicLink(root.resolve("proc/" + pid + "/exe"), Path.of(exe));
    var maps = new StringBuilder("5500-5600 r-xp 00000000 fe:00 7 " + exe + "\n");
    for (String path : mapped) {
      maps.append("7f00-7f01 r--p 00000000 fe:00 9 /").append(path).append('\n');
      maps.append("7f01-7f02 r-xp 00001000 fe:00 9 /").append(path).append('\n');
    }
    file("proc/" + pid + "/maps", maps + "7ffd-7ffe r-xp 00000000 00:00 0 [vdso]\n");
  }

  private void delete(int pid) throws IOException {
    Path folder = root.resolve("proc/" + pid);
    if (Files.isDirectory(folder)) {
      try (var entries = Files.list(folder)) {
        for (Path entry : entries.toList()) {
          Files.delete(entry);
        }
      }
      Files.delete(folder);
    }
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
