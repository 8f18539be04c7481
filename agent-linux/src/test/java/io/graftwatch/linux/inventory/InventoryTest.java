package io.graftwatch.linux.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
  private static final long NOW = 4_000_000_000_000_000L;
  private static final String MODULES = "/usr/lib/apache2/modules/";

  @TempDir private Path folder;
  private HostTree host;

  @BeforeEach
  void apacheRuns() throws IOException {
    host = new HostTree(folder);
    host.process(
        10,
        "/usr/sbin/apache2",
        "/usr/sbin/apache2",
        "/usr/lib/libc.so.6",
        MODULES + "mod_status.so");
    host.write(
        "/etc/apache2/mods-enabled/status.load",
        "LoadModule status_module " + MODULES + "mod_status.so\n");
  }

  @Test
  void aCleanHostIsSilentAtFirst() {
    assertThat(HostTree.look(host.inventory(), NOW, Report.NEVER)).isEmpty();
  }

  @Test
  void whatIsOutOfPlaceAtFirstIsToldAsPreexisting() throws IOException {
    host.write(MODULES + "mod_evil.so", "evil");
    host.write(
        "/etc/apache2/mods-enabled/evil.load",
        "LoadModule evil_module " + MODULES + "mod_evil.so\n");
    host.process(
        10,
        "/usr/sbin/apache2",
        "/usr/lib/libc.so.6",
        MODULES + "mod_evil.so",
        "/memfd:x (deleted)");
    assertThat(HostTree.look(host.inventory(), NOW, Report.NEVER))
        .containsExactly(
            "before: COMPONENT apache REGISTERED evil_module path="
                + MODULES
                + "mod_evil.so"
                + " config=/etc/apache2/mods-enabled/evil.load unowned",
            "before: FILE CREATED " + MODULES + "mod_evil.so unowned hashed",
            "before: LOAD pid=10 /memfd:x unowned deleted",
            "before: LOAD pid=10 " + MODULES + "mod_evil.so unowned");
  }

  @Test
  void aNewModuleItsRegistrationAndItsLoadAreToldOnce() throws IOException {
    Inventory inventory = host.inventory();
    assertThat(HostTree.look(inventory, NOW, Report.NEVER)).isEmpty();
    host.write(MODULES + "mod_evil.so", "evil");
    host.write(
        "/etc/apache2/mods-enabled/evil.load", "LoadModule evil_module modules/mod_evil.so\n");
    host.process(11, "/usr/sbin/apache2", "/usr/lib/libc.so.6", MODULES + "mod_evil.so");
    List<String> told =
        List.of(
            "COMPONENT apache REGISTERED evil_module path="
                + MODULES
                + "mod_evil.so"
                + " config=/etc/apache2/mods-enabled/evil.load unowned",
            "FILE CREATED " + MODULES + "mod_evil.so unowned hashed",
            "LOAD pid=11 " + MODULES + "mod_evil.so unowned");
    assertThat(HostTree.look(inventory, NOW + 1, NOW)).isEqualTo(told);
    assertThat(HostTree.look(inventory, NOW + 2, NOW + 1)).isEmpty();
    Files.delete(host.root.resolve("etc/apache2/mods-enabled/evil.load"));
    Files.delete(host.root.resolve((MODULES + "mod_evil.so").substring(1)));
    assertThat(HostTree.look(inventory, NOW + 3, NOW + 2))
        .containsExactly(
            "COMPONENT apache REMOVED evil_module config=/etc/apache2/mods-enabled/evil.load",
            "FILE REMOVED " + MODULES + "mod_evil.so");
  }

  @Test
  void aPackagedModuleHasItsOwnerAndALaterPatchTakesItAway() throws IOException {
    Inventory inventory = host.inventory();
    HostTree.look(inventory, NOW, Report.NEVER);
    host.owned("libapache2-mod-security2", MODULES + "mod_security2.so", "security");
    assertThat(HostTree.look(inventory, NOW + 1, NOW))
        .containsExactly(
            "FILE CREATED " + MODULES + "mod_security2.so owner=libapache2-mod-security2 hashed");
    host.write(MODULES + "mod_security2.so", "patched!");
    assertThat(HostTree.look(inventory, NOW + 2, NOW + 1))
        .containsExactly("FILE WRITTEN " + MODULES + "mod_security2.so unowned hashed");
  }

  @Test
  void whilePackagesAreAtWorkNothingIsCalledUnowned() throws IOException {
    Inventory inventory = host.inventory();
    HostTree.look(inventory, NOW, Report.NEVER);
    Path lock = host.write("var/lib/dpkg/lock", "");
    host.write(
        "proc/locks",
        "1: POSIX  ADVISORY  WRITE 7 08:01:" + Files.getAttribute(lock, "unix:ino") + " 0 EOF\n");
    host.write(MODULES + "mod_new.so", "new");
    host.write(
        "/etc/apache2/mods-enabled/new.load", "LoadModule new_module " + MODULES + "mod_new.so\n");
    assertThat(HostTree.look(inventory, NOW + 1, NOW)).containsExactly("look again");
    host.write("proc/locks", "");
    host.owned("new", MODULES + "mod_new.so", "new");
    assertThat(HostTree.look(inventory, NOW + 2, NOW + 1))
        .containsExactly(
            "COMPONENT apache REGISTERED new_module path="
                + MODULES
                + "mod_new.so"
                + " config=/etc/apache2/mods-enabled/new.load owner=new",
            "FILE CREATED " + MODULES + "mod_new.so owner=new hashed");
  }

  @Test
  void aLockThatIsHeldForTenMinutesHidesNothingAnyMore() throws IOException {
    Inventory inventory = host.inventory();
    HostTree.look(inventory, NOW, Report.NEVER);
    Path lock = host.write("var/lib/dpkg/lock", "");
    host.write(
        "proc/locks",
        "1: POSIX  ADVISORY  WRITE 7 08:01:" + Files.getAttribute(lock, "unix:ino") + " 0 EOF\n");
    host.write(MODULES + "mod_evil.so", "evil");
    assertThat(HostTree.look(inventory, NOW + 1, NOW)).containsExactly("look again");
    assertThat(HostTree.look(inventory, NOW + 600_000_002L, NOW + 1))
        .containsExactly("FILE CREATED " + MODULES + "mod_evil.so unowned hashed");
  }

  @Test
  void afterARestartOnlyWhatChangedSinceIsTold() throws IOException {
    host.write(MODULES + "mod_old.so", "old and told before");
    long since = System.currentTimeMillis() * 1000 + 60_000_000;
    assertThat(HostTree.look(host.inventory(), since + 1, since)).isEmpty();
    assertThat(HostTree.look(host.inventory(), since + 1, 0))
        .contains("FILE CREATED " + MODULES + "mod_old.so unowned hashed");
  }

  @Test
  void aServerBuiltFromSourceBringsItsLibrariesWithoutPackages() throws IOException {
    host.write("/opt/httpd/bin/httpd", "elf");
    host.write("/opt/httpd/modules/mod_own.so", "own");
    host.write("/opt/httpd/conf/httpd.conf", "LoadModule own_module modules/mod_own.so\n");
    host.process(20, "/opt/httpd/bin/httpd", "/opt/httpd/modules/mod_own.so");
    Inventory inventory = host.inventory();
    assertThat(HostTree.look(inventory, NOW, Report.NEVER)).isEmpty();
    host.write("/opt/httpd/modules/mod_evil.so", "evil");
    assertThat(HostTree.look(inventory, NOW + 1, NOW))
        .containsExactly("FILE CREATED /opt/httpd/modules/mod_evil.so unowned hashed");
  }

  @Test
  void anIncludeOutsideTheFoldersAndALinkAreFollowed() throws IOException {
    Inventory inventory = host.inventory();
    HostTree.look(inventory, NOW, Report.NEVER);
    host.write("/srv/hidden/x.conf", "LoadModule hidden_module /srv/hidden/mod_hidden.so\n");
    host.write("/srv/hidden/mod_hidden.so", "hidden");
    host.write("/etc/apache2/conf-enabled/site.conf", "IncludeOptional /srv/hidden/*.conf\n");
    host.write(
        "/etc/apache2/mods-available/auth.load",
        "LoadModule auth_module " + MODULES + "mod_auth.so\n");
    Files.createSymbolicLink(
        host.root.resolve("etc/apache2/mods-enabled/auth.load"),
        Path.of("../mods-available/auth.load"));
    assertThat(HostTree.look(inventory, NOW + 1, NOW))
        .containsExactly(
            "COMPONENT apache REGISTERED auth_module path="
                + MODULES
                + "mod_auth.so"
                + " config=/etc/apache2/mods-available/auth.load unowned",
            "COMPONENT apache REGISTERED auth_module path="
                + MODULES
                + "mod_auth.so"
                + " config=/etc/apache2/mods-enabled/auth.load unowned",
            "COMPONENT apache REGISTERED hidden_module path=/srv/hidden/mod_hidden.so"
                + " config=/srv/hidden/x.conf unowned");
  }

  @Test
  void anUpgradedLibraryUnderARunningServerIsNoNews() throws IOException {
    Inventory inventory = host.inventory();
    HostTree.look(inventory, NOW, Report.NEVER);
    host.process(
        10, "/usr/sbin/apache2", "/usr/lib/libc.so.6 (deleted)", MODULES + "gone.so (deleted)");
    assertThat(HostTree.look(inventory, NOW + 1, NOW))
        .containsExactly("LOAD pid=10 " + MODULES + "gone.so unowned deleted");
  }

  @Test
  void aPreloadFileIsToldEvenWhenItWasThere() throws IOException {
    host.write("/etc/ld.so.preload", "/usr/local/lib/x.so\n");
    assertThat(HostTree.look(host.inventory(), NOW, Report.NEVER))
        .containsExactly("before: FILE CREATED /etc/ld.so.preload unowned hashed");
  }
}
