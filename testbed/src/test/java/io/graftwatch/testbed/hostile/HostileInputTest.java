package io.graftwatch.testbed.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.ConfigFile;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.linux.LinuxPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rows B06 to B17 and B33 of the table of bad input, for what Linux reads. B05, B11 and B12
/// belong to other platforms.
class HostileInputTest {
  private static final String STAMP = " msg=audit(1795489589.388:336109): ";
  private static final String APACHE = "/usr/sbin/apache2";

  @TempDir private Path folder;

  /// @param facts what the input gave
  /// @param count what became of its records
  private record Reading(List<Fact> facts, SourceCounters.Snapshot count) {
    ProcessStart start() {
      return (ProcessStart) facts.getFirst();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=EXECVE" + STAMP + "argc=1 a0=\"no closing quote",
        "type=EXECVE" + STAMP + "argc=1 a0=414",
        "type=EXECVE" + STAMP + "argc=4294967295 a0=\"x\"",
        "type=SYSCALL"
            + STAMP
            + "arch=c000003e syscall=59 success=yes exit=0 items=1 ppid=1 pid=-7",
        "type=SYSCALL arch=c000003e syscall=59 success=yes exit=0 items=1 ppid=1 pid=7"
      })
  void b06MalformedAuditRecordIsCounted(String line) throws IOException {
    Reading reading = read("auditd", line);
    assertThat(reading.facts).isEmpty();
    assertThat(reading.count.malformed()).isEqualTo(1);
  }

  @Test
  void b06ValueOfAMegabyteIsBounded() throws IOException {
    Reading reading = read("auditd", "type=EXECVE" + STAMP + "argc=1 a0=\"" + "x".repeat(1 << 20));
    assertThat(reading.count.read()).isEqualTo(1);
    assertThat(reading.count.malformed()).isEqualTo(1);
  }

  @Test
  void b07TextInsideANameIsNoRecord() throws IOException {
    String name = "x\ntype=SYSCALL msg=audit(1.000:2): pid=1\u0000\u001b[2J";
    Reading reading = read("auditd", exec(2, 1, "/bin/sh", "sh", name));
    assertThat(reading.facts).hasSize(1);
    assertThat(reading.start().argv().get(1)).startsWith("x\ntype=SYSCALL msg=audit(1.000:2)");
    assertThat(Terminal.safe(String.join(" ", reading.start().argv())))
        .startsWith("sh x\\x0atype=SYSCALL")
        .doesNotContain("\u001b", "\n");
  }

  @Test
  void b08QuotesDecideWhatIsHexadecimal() throws IOException {
    Reading quoted = read("auditd", execRaw("a0=\"sh\" a1=\"2F746D70\""));
    Reading bare = read("auditd", execRaw("a0=\"sh\" a1=2F746D70"));
    assertThat(quoted.start().argv()).containsExactly("sh", "2F746D70");
    assertThat(bare.start().argv()).containsExactly("sh", "/tmp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<999>Nov 24 03:02:58 web01 apachectl: Cannot load /x.so into server: no such file",
        "Nov 24 03:02:58 web01 apachectl: Cannot load /x.so into server: no such file",
        "9999-11-24T03:02:58Z web01 apachectl: Cannot load /x.so into server: no such file",
        "Nov 24 03:02:58 web01 apachectl: Nov 24 03:02:59 web01 su: Cannot load /x.so into server: y"
      })
  void b09StrangeSyslogLineIsOneRecord(String line) throws IOException {
    Reading reading = read("syslog", line);
    assertThat(reading.count.read()).isEqualTo(1);
    assertThat(reading.facts).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void b09TagOfTenThousandCharactersIsBounded() throws IOException {
    String line = "Nov 24 03:02:58 web01 " + "t".repeat(10_000) + ": Cannot load /x.so into server";
    Reading reading = read("syslog", line);
    assertThat(reading.count.read()).isEqualTo(1);
    assertThat(reading.facts)
        .allSatisfy(fact -> assertThat(fact.provenance().raw().length()).isLessThan(1 << 14));
  }

  /// What stands after the first field that a visitor chooses proves nothing.
  @Test
  void b10RequestThatImitatesALoadedModuleIsNone() throws IOException {
    String forged = "dlopen() \"/tmp/evil.so\" failed (/tmp/evil.so: undefined symbol: x)";
    Reading nginx =
        read(
            "nginx-error",
            "2026/11/24 03:00:00 [error] 10#10: *1 open() \"/usr/share/nginx/html/%s\" failed (2: No such file or directory), client: 203.0.113.9, server: _, request: \"GET /%s HTTP/1.1\", host: \"x\""
                .formatted(forged, forged));
    Reading apache =
        read(
            "apache-error",
            "[Tue Nov 24 03:00:00.000001 2026] [core:error] [pid 10:tid 10] [client 203.0.113.9:4] AH00126: Invalid URI in request GET /mod_so.c(336): AH01575: loaded module evil_module from /tmp/evil.so HTTP/1.1");
    for (Reading reading : List.of(nginx, apache)) {
      assertThat(reading.count.read()).isEqualTo(1);
      assertThat(reading.facts)
          .noneMatch(fact ->
              fact instanceof ServerLog log
                  && (log.kind() == ServerLog.Kind.LOADED
                      || log.kind() == ServerLog.Kind.LOAD_ERROR));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/local/../local/bin/bash",
        "/usr/local//bin/./bash",
        "/usr/../usr/local/bin/bash",
        "/../usr/local/bin/bash"
      })
  void b13PathIsComparedInItsCanonicalForm(String path) throws Exception {
    String known = "site.known_children = [{ child = \"/usr/local/bin/bash\" }]";
    assertThat(findings(known, "/usr/local/bin/bash", path)).isEmpty();
    assertThat(findings(known, "/tmp/bash", path + "/../../../../tmp/bash")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usr/sbin/\u0430pache2", "/usr/sbin/apache2\u200b", "/usr/sbin/Apache2"})
  void b14NameThatLooksLikeAServerIsNone(String lookalike) throws IOException, ConfigException {
    assertThat(told(server(lookalike), "/usr/bin/id")).isEmpty();
    assertThat(told(server(APACHE), "/usr/bin/id")).isNotEmpty();
  }

  @Test
  @Timeout(10)
  void b15RegularExpressionIsLinearOrRefused() throws Exception {
    Config slow = config("analytics.AN0512.CommandRegex = \"(a+)+$\"");
    Engine engine = engine(slow);
    String bait = "a".repeat(50_000) + "!";
    read("auditd", server(APACHE), exec(11, 10, "/bin/sh", "sh", bait))
        .facts
        .forEach(engine::accept);

    assertThatThrownBy(() -> config("\nanalytics.AN0512.CommandRegex = '(a)\\1'"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("graftwatch.toml:2:1: CommandRegex")
        .hasMessageContaining("\\1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "site.known_children = [{ child = \"*\" }]",
        "site.known_children = [{ child = \"\" }]",
        "site.allowed_destinations = [\"0.0.0.0/0\"]",
        "site.admin_networks = [\"::/0\"]",
        "analytics.AN1508.ServerBinaryPath = [\"**\"]"
      })
  void b16EntryThatMatchesEverythingIsRefused(String line) throws Exception {
    assertThatThrownBy(() -> config(line)).isInstanceOf(ConfigException.class);
    if (!line.contains("\"\"")) {
      assertThat(config("site.allow_all = true\n" + line)).isNotNull();
    }
  }

  @Test
  void b16MillionEntriesAreRefused() {
    String list = "\"10.0.0.1\",".repeat(1_000_000);
    assertThatThrownBy(() -> config("site.allowed_destinations = [" + list + "]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("larger than 1 MiB");
  }

  @Test
  void b17KnownNameElsewhereIsNotKnown() throws Exception {
    String known = "site.known_children = [{ child = \"/usr/local/bin/bash\" }]";
    assertThat(findings(known, "/usr/local/bin/bash", "/usr/local/bin/bash")).isEmpty();
    assertThat(findings(known, "/tmp/bash", "/tmp/bash")).isNotEmpty();
  }

  /// OSC 52 writes the clipboard, U+009B begins a control sequence, U+202E turns the direction.
  @Test
  void b33EscapesOfATerminalAreShownAsText() throws Exception {
    String bait = "\u001b]52;c;cm0gLXJmIC8=\u0007\u009b31m\u202e\u2066";
    List<DetectionFinding> told = told(server(APACHE), "/tmp/" + bait);
    assertThat(told).isNotEmpty();
    for (DetectionFinding finding : told) {
      String shown =
          Terminal.safe(finding.message()) + Terminal.safeLines(finding.findingInfo().desc());
      assertThat(shown).contains("]52;c;").doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n]]");
    }
  }

  /// What is found when a server starts a program.
  ///
  /// @param known what the site declares
  /// @param exe the program as the kernel resolved it
  /// @param path as it was called
  private List<DetectionFinding> findings(String known, String exe, String path)
      throws IOException, ConfigException {
    Engine engine = engine(config("site.baseline = \"declared\"\n" + known));
    String start = exec(11, 10, exe, path, "-i").replace("name=" + hex(exe), "name=" + hex(path));
    read("auditd", server(APACHE), start).facts.forEach(engine::accept);
    engine.finish();
    return engine.drain();
  }

  private List<DetectionFinding> told(String server, String program)
      throws IOException, ConfigException {
    Engine engine = engine(config("site.baseline = \"declared\""));
    read(
            "auditd",
            server,
            exec(11, 10, "/bin/sh", "sh", "-c", program),
            exec(12, 11, program, program),
            exec(13, 11, "/usr/bin/whoami", "whoami"))
        .facts
        .forEach(engine::accept);
    engine.finish();
    return engine.drain();
  }

  private static Engine engine(Config config) {
    return new Engine(
        new EngineConfig(
            Catalogue.load(),
            "linux",
            "web01",
            "test",
            new Device(null, "web01", null, null, null, List.of()),
            config.site(),
            config.analytics(),
            config.sha256(),
            10_000,
            List.of()));
  }

  private Config config(String text) throws IOException, ConfigException {
    Path file = folder.resolve("graftwatch.toml");
    Files.writeString(file, text + "\n");
    return ConfigFile.load(file);
  }

  private static String server(String exe) {
    return exec(10, 1, exe, exe, "-k", "start");
  }

  private static String exec(int pid, int ppid, String exe, String... argv) {
    var arguments = new StringBuilder();
    for (int i = 0; i < argv.length; i++) {
      arguments.append(" a").append(i).append('=').append(hex(argv[i]));
    }
    return exec(pid, ppid, exe, "argc=" + argv.length + arguments);
  }

  private static String execRaw(String arguments) {
    return exec(2, 1, "/bin/sh", "argc=2 " + arguments);
  }

  private static String exec(int pid, int ppid, String exe, String arguments) {
    String stamp = " msg=audit(1795489589.%03d:%d): ".formatted(pid, 336_000 + pid);
    return "type=SYSCALL%sarch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=1 ppid=%d pid=%d auid=4294967295 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4294967295 comm=\"x\" exe=%s key=\"gw_exec\"\n"
            .formatted(stamp, ppid, pid, hex(exe))
        + "type=EXECVE%s%s\n".formatted(stamp, arguments)
        + "type=CWD%scwd=\"/\"\n".formatted(stamp)
        + "type=PATH%sitem=0 name=%s inode=26 dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL\n"
            .formatted(stamp, hex(exe))
        + "type=PROCTITLE%sproctitle=\"x\"".formatted(stamp);
  }

  private static String hex(String text) {
    return HexFormat.of()
        .withUpperCase()
        .formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private Reading read(String kind, String... lines) throws IOException {
    Path log = folder.resolve("input.log");
    Files.writeString(log, String.join("\n", lines) + "\n");
    SourceType type =
        new LinuxPlatform()
            .sources().stream().filter(each -> each.kind().equals(kind)).findFirst().orElseThrow();
    var recording =
        new Recording(
            log,
            "input.log",
            ZoneOffset.UTC,
            Instant.parse("2026-11-24T12:00:00Z"),
            SourceConfig.AUTO);
    var facts = new ArrayList<Fact>();
    try (Source source = Objects.requireNonNull(type.replay(recording))) {
      while (source.pump(facts::add, 1000) >= 0) {
        // Reads on.
      }
      return new Reading(facts, source.counters().snapshot());
    }
  }
}
