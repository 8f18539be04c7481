package io.graftwatch.linux.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a made-up file system.
class HostSurveyTest {
  @TempDir Path root;

  @BeforeEach
  void host() throws IOException {
    file("etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n");
    file("etc/crontab", "");
    file("etc/apache2/apache2.conf", "");
    file("etc/audit/auditd.conf", "");
    file("usr/sbin/apache2", "");
    file("usr/lib/apache2/modules/mod_a.so", "");
    file("var/lib/tomcat10/webapps/a.war", "");
    file("data/www/index.php", "");
    Files.createDirectories(root.resolve("var"));
    Files.createSymbolicLink(root.resolve("var/www"), root.resolve("data/www"));
    process(900, "/usr/sbin/apache2", 0, 445_000);
    process(901, "/usr/sbin/apache2", 33, 445_100);
    process(950, "/opt/app/bin/node-app", 998, 446_000);
    process(960, "/usr/bin/vim", 1000, 447_000);
    file(
        "proc/net/tcp",
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 4711 1
           1: 0100007F:1F91 00000000:0000 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1
        """);
  }

  @Test
  void onlyWhatExistsIsWatched() {
    HostFacts facts =
        new HostSurvey(root, List.of()).look(Abi.X86_64, List.of("/data/www/**", "/nowhere/*"));
    assertThat(facts.accounts()).as("by name, and by listening").containsExactly(33, 998);
    assertThat(facts.masters()).containsExactly("/usr/sbin/apache2");
    assertThat(facts.moduleDirs())
        .containsExactly(
            Place.folder("/usr/lib/apache2/modules"), Place.folder("/var/lib/tomcat10/webapps"));
    assertThat(facts.configDirs()).containsExactly(Place.folder("/etc/apache2"));
    assertThat(facts.webRoots()).as("links resolved").containsExactly(Place.folder("/data/www"));
    assertThat(facts.persistence())
        .containsExactly(new Place("/etc/crontab", false), new Place("/etc/passwd", false));
    assertThat(facts.auditConfig()).isEqualTo("/etc/audit");
    assertThat(facts.runtime()).isNull();
    assertThat(facts.servers())
        .containsExactly(
            new Running(900, 445_000, "/usr/sbin/apache2"),
            new Running(901, 445_100, "/usr/sbin/apache2"),
            new Running(950, 446_000, "/opt/app/bin/node-app"));
  }

  @Test
  void anEmptyHostStillHasRules(@TempDir Path empty) {
    HostFacts facts = new HostSurvey(empty, List.of()).look(Abi.X86_64, List.of());
    assertThat(AuditRules.render(facts).stream().map(AuditRule::key))
        .containsExactly("gw_canary", "gw_exec", "gw_exec");
  }

  private void process(int pid, String exe, int uid, long ticks) throws IOException {
    String zeros = "0 ".repeat(14);
    file("proc/" + pid + "/stat", pid + " (x) S 1 1 1 0 " + zeros + ticks + " 0\n");
    file("proc/" + pid + "/status", "Name:\tx\nUid:\t" + uid + "\t" + uid + "\t0\t0\n");
    file("proc/" + pid + "/loginuid", "4294967295");
    Files.createSymbolicLink(root.resolve("proc/" + pid + "/exe"), Path.of(exe));
  }

  private void file(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
