package io.graftwatch.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.Problem;
import io.graftwatch.delivery.config.Setting;
import io.graftwatch.delivery.config.TomlFile;
import io.graftwatch.delivery.enrol.SignedPolicy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  private static Config read(String text) throws ConfigException {
    return ConfigFile.read(TomlFile.of("graftwatch.toml", text.getBytes(StandardCharsets.UTF_8)));
  }

  /// All messages about a text, one a line; empty when it is fine.
  private static String complaints(String text) {
    try {
      var _ = read(text);
      return "";
    } catch (ConfigException e) {
      return e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }
  }

  @Test
  void theProcessTableFitsTheHeapUnlessItIsConfigured() throws ConfigException {
    AgentConfig agent = ConfigFile.defaults().agent();
    assertThat(agent.processes(40 << 20)).isEqualTo(32_768);
    assertThat(agent.processes(28 << 20)).isEqualTo(17_975);
    assertThat(agent.processes(8 << 20)).isEqualTo(1_024);
    AgentConfig own = read("[agent]\nmax_processes = 50000\n").agent();
    assertThat(own.processes(28 << 20)).isEqualTo(50_000);
  }

  @Test
  void an_empty_file_is_the_defaults() throws ConfigException {
    Config config = read("");
    assertThat(config.agent().stateDir()).isEqualTo(Path.of("/var/lib/graftwatch"));
    assertThat(config.agent().maxProcesses()).isEqualTo(32_768);
    assertThat(config.agent().maxProcessesSet()).isFalse();
    assertThat(config.agent().host()).isNotBlank();
    assertThat(config.collector()).isNull();
    assertThat(config.outputs()).isEmpty();
    assertThat(config.site()).isEqualTo(Site.DEFAULT);
    assertThat(config.analytics()).isEqualTo(Analytics.DEFAULT);
    assertThat(config.source("auditd").mode()).isEqualTo("auto");
    assertThat(config).isEqualTo(ConfigFile.defaults());
  }

  @Test
  void the_example_reads_as_it_is_meant() throws ConfigException {
    Config config =
        read(
            """
            [agent]
            state_dir     = "/var/lib/gw"
            host          = "web01"
            max_processes = 65536

            [collector]
            url     = "https://collector.example.net:8443"
            ca_file = "/etc/graftwatch/ca.pem"

            [[outputs]]
            type = "ndjson-file"
            path = "/var/log/graftwatch/findings.ndjson"

            [sources.auditd]
            mode = "log"
            log  = "/var/log/audit/audit.log"

            [site]
            baseline             = "declared"
            internal_networks    = ["10.0.0.0/8", "::1/128"]
            allowed_destinations = ["203.0.113.80", "198.51.100.0/24:443", "[2001:db8::/32]:443-445"]
            admin_networks       = ["10.9.0.0/24"]
            known_children       = [{ server = "/usr/sbin/apache2", child = "/usr/lib/cgi-bin/status.sh" },
                                    { server = "**/php-fpm*", child = "/bin/sh", args = "*/usr/sbin/sendmail -t -i*" }]
            known_connections    = [{ process = "nginx", port = 8080 }, { process = "php-fpm", address = "198.51.100.10", port = 443 }]
            known_components     = [{ path = "/usr/lib/apache2/modules/mod_site.so" }]
            maintenance          = [{ from = 2026-11-24T20:00:00Z, to = 2026-11-24T22:00:00+01:00, hosts = ["esx01*"] }]

            [analytics.AN1507]
            TimeWindow        = "20d"
            ParentProcessName = ["w3wp.exe", "!httpd.exe"]
            [analytics.AN1508]
            ServerBinaryPath  = ["/opt/httpd/bin/httpd"]
            OutboundPortRange = ["80", "443", "8000-8100"]
            [analytics.AN0512]
            CommandRegex = "(?i)^(nc|bash -i)"
            """);
    assertThat(config.agent().host()).isEqualTo("web01");
    assertThat(config.collector())
        .isEqualTo(
            new CollectorConfig(
                URI.create("https://collector.example.net:8443"),
                Path.of("/etc/graftwatch/ca.pem"),
                null,
                Duration.ofSeconds(30)));
    assertThat(config.outputs()).hasSize(1);
    assertThat(config.source("auditd").mode()).isEqualTo("log");
    assertThat(config.source("auditd").get("log", "")).isEqualTo("/var/log/audit/audit.log");
    Site site = config.site();
    assertThat(site.declared()).isTrue();
    assertThat(site.allowedDestinations())
        .containsExactly(
            new Site.Destination(Cidr.parse("203.0.113.80"), 0, 65535),
            new Site.Destination(Cidr.parse("198.51.100.0/24"), 443, 443),
            new Site.Destination(Cidr.parse("2001:db8::/32"), 443, 445));
    assertThat(site.knownChildren())
        .containsExactly(
            new Site.KnownChild(
                Glob.path("/usr/sbin/apache2"), Glob.path("/usr/lib/cgi-bin/status.sh"), null),
            new Site.KnownChild(
                Glob.path("**/php-fpm*"),
                Glob.path("/bin/sh"),
                Glob.text("*/usr/sbin/sendmail -t -i*")));
    assertThat(site.knownConnections().getLast())
        .isEqualTo(
            new Site.KnownConnection(Glob.path("php-fpm"), Cidr.parse("198.51.100.10"), 443));
    assertThat(site.maintenance().getFirst().from())
        .isEqualTo(Instant.parse("2026-11-24T20:00:00Z"));
    assertThat(site.maintenance().getFirst().to()).isEqualTo(Instant.parse("2026-11-24T21:00:00Z"));
    assertThat(config.analytics().timeWindow("AN1507")).isEqualTo(Duration.ofDays(20));
    assertThat(config.analytics().timeWindow("AN1510")).isEqualTo(Duration.ofMinutes(60));
    assertThat(config.analytics().values("AN1508", "OutboundPortRange", List.of()))
        .containsExactly("80", "443", "8000-8100");
    assertThat(config.settings())
        .contains(
            new Setting("agent.host", "\"web01\"", "graftwatch.toml:3", "the machine's name"));
  }

  @Test
  void everything_wrong_is_said_at_once_with_its_place() {
    assertThat(
            complaints(
                """
                [agent]
                hots = "web01"
                max_processes = 12
                [site]
                known_children = [
                  { child = "/bin/sh" },
                  { server = "/usr/sbin/apache2", chidl = "/bin/sh" },
                ]
                intenal_networks = ["10.0.0.0/8"]
                [analytics.AN1508]
                ServerBinaryPaths = ["/opt/httpd"]
                [analytics.AN158]
                [sources.audit]
                """))
        .isEqualTo(
            """
            graftwatch.toml:2:1: [agent] has no key 'hots'; did you mean 'host'?
            graftwatch.toml:3:1: max_processes: 12 is not within 1024 to 4194304
            graftwatch.toml:7:3: site.known_children[1] lacks child
            graftwatch.toml:7:35: known_children has no key 'chidl'; did you mean 'child'?
            graftwatch.toml:9:1: [site] has no key 'intenal_networks'; did you mean 'internal_networks'?
            graftwatch.toml:11:1: [analytics.AN1508] has no key 'ServerBinaryPaths'; did you mean 'ServerBinaryPath'?
            graftwatch.toml:12:1: [analytics] has no key 'AN158'; did you mean 'AN1508'?
            graftwatch.toml:13:1: [sources] has no key 'audit'; did you mean 'auditd'?\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          agent.host = 5                                      | host: must be text in quotes
          agent.host = " "                                    | host: must not be empty
          agent.max_processes = "many"                        | max_processes: must be a whole number from 1024 to 4194304
          agent.max_processes = 2000.5                        | max_processes: must be a whole number from 1024 to 4194304
          agent.state_dir = "var/lib"                         | state_dir: 'var/lib' is not an absolute path
          collector.url = "http://collector:8443"             | url: must begin with https://
          collector.url = "https://me:secret@collector"       | url: must hold no user or password: use token_file
          collector = { url = "https://c", timeout = "5 minutes" } | timeout: '5 minutes' is not a duration: a whole number and s, m, h or d, such as 30d
          collector = { url = "https://c", timeout = "1d" }   | timeout: '1d' is not within 1s to 5m
          site.baseline = "none"                              | baseline: 'none' is none of learn, declared
          site.admin_networks = ["10.9.0.0/33"]               | admin_networks: '10.9.0.0/33' has no prefix of 0 to 32
          site.admin_networks = ["0.0.0.0/0"]                 | admin_networks: '0.0.0.0/0' is the whole world; name a network, or set allow_all in [site]
          site.allowed_destinations = ["::/0"]                | allowed_destinations: '::/0' is the whole world; name a network, or set allow_all in [site]
          site.allowed_destinations = ["1.2.3.4:0"]           | allowed_destinations: '0' is not a port, 1 to 65535
          site.allowed_destinations = ["1.2.3.4:90-80"]       | allowed_destinations: '1.2.3.4:90-80' ends before it begins
          site.known_children = [{ child = "**" }]            | child: '**' matches everything; say what it is for, or set allow_all in [site]
          site.known_children = [{ child = "/*/*" }]          | child: '/*/*' matches everything; say what it is for, or set allow_all in [site]
          site.known_connections = [{}]                       | known_connections: an entry needs process, address or port
          site.known_components = [{ path = "/a", sha256 = "x" }] | sha256: 'x' is not a SHA-256: 64 hex digits
          site.maintenance = [{ from = 2026-11-24T20:00:00, to = 2026-11-24T22:00:00Z }] | from: '2026-11-24T20:00:00' is not a time with zone, as 2026-11-24T20:00:00Z
          site.maintenance = [{ from = 2026-11-24T23:00:00Z, to = 2026-11-24T22:00:00Z }] | maintenance: the window ends before it begins
          analytics.AN1508.OutboundPortRange = ["8000-70000"] | OutboundPortRange: '70000' is not a port, 1 to 65535
          analytics.AN1508.ServerBinaryPath = ["*"]           | ServerBinaryPath: '*' matches everything; say what it is for, or set allow_all in [site]
          analytics.AN1510.AccessVector = ["telnet"]          | AccessVector: 'telnet' is none of https, vcenter, ssh, esxcli, vim-cmd, dcui
          analytics.AN0512.CommandRegex = "(?=a)"             | CommandRegex: '(?=a)' is not a regular expression in RE2's syntax: invalid or unsupported Perl syntax
          analytics.AN1109.PayloadEntropyThreshold = 9.5      | PayloadEntropyThreshold: 9.5 is not within 0 to 8
          outputs = [{ type = "ndjson-file" }]                | [[outputs]] of type ndjson-file needs path
          sources.auditd.mode = "on"                          | mode: 'on' is none of auto, netlink, log, off
          agent = 5                                           | agent must be a table
          """)
  void says_what_a_value_must_be(String line, String message) {
    assertThat(complaints(line)).contains(": " + message).hasLineCount(1);
  }

  @Test
  void over_broad_entries_pass_where_the_owner_insists() throws ConfigException {
    Config config = read("[site]\nallow_all = true\nknown_children = [{ child = \"**\" }]\n");
    assertThat(config.site().knownChildren()).hasSize(1);
  }

  @Test
  void a_million_entries_are_refused() {
    String list = "\"10.0.0.1\",".repeat(80_000);
    assertThat(complaints("[site]\nadmin_networks = [" + list + "]"))
        .contains("admin_networks: has more than 4096 entries");
  }

  @Test
  void an_output_has_no_key_that_means_nothing_there() {
    assertThat(
            complaints(
                """
                [[outputs]]
                type = "syslog"
                url = "syslog+tls://logs.example.net:6514"
                proxy = "http://proxy:3128"
                [[outputs]]
                type = "webhook"
                url = "https://soar.example.net/hook"
                index = "x"
                encoding = "protobuf"
                """))
        .contains("of type syslog has no use for proxy")
        .contains("of type webhook has no use for index")
        .contains("of type webhook knows no encoding protobuf");
    assertThat(complaints("[[outputs]]\ntype = \"otlp\"\nurl = \"http://192.0.2.1:4318\"\n"))
        .contains("http is for this machine only");
  }

  @Test
  void a_pattern_of_catastrophic_regexes_is_linear_here() throws ConfigException {
    assertThat(read("[analytics.AN0512]\nCommandRegex = \"(a+)+$\"").analytics())
        .isEqualTo(
            new Analytics(
                java.util.Map.of("AN0512", java.util.Map.of("CommandRegex", List.of("(a+)+$")))));
  }

  @Test
  void what_is_not_toml_has_its_place_too() {
    assertThat(complaints("[agent]\nhost = web01\n")).startsWith("graftwatch.toml:2:");
    assertThat(complaints("a = 1\na = 2")).startsWith("graftwatch.toml:2:").contains("Duplicate");
  }

  @Test
  void files_that_are_none_are_refused(@TempDir Path folder) throws Exception {
    Path huge = folder.resolve("huge.toml");
    Files.write(huge, new byte[(1 << 20) + 1]);
    Path binary = folder.resolve("binary.toml");
    Files.write(binary, new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    assertThatThrownBy(() -> ConfigFile.load(huge)).hasMessageContaining("larger than 1 MiB");
    assertThatThrownBy(() -> ConfigFile.load(binary)).hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> ConfigFile.load(folder)).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> ConfigFile.load(Path.of("/dev/zero")))
        .hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> ConfigFile.load(folder.resolve("none")))
        .hasMessageContaining("no such file");
  }

  /// Whatever stands in a file, it is read or refused with problems; nothing else is thrown, and
  /// nothing hangs.
  @Test
  void any_mutilation_is_read_or_refused() {
    long seed = 20_261_124;
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    String good =
        """
        [site]
        known_children = [{ server = "a/b", child = 'c' }, { child = \"\"\"x\"\"\" }] # why
        "admin_networks" = [ "10.0.0.0/8",
          "1.2.3.4" ]
        [[outputs]]
        type = "ndjson-file"
        path = "/x"
        """;
    String letters = "[]{}\"'=.,#\n\\ a1";
    for (int round = 0; round < 3000; round++) {
      var text = new StringBuilder(good);
      for (int edits = random.nextInt(1, 5); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        char c = letters.charAt(random.nextInt(letters.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          default -> text.deleteCharAt(at);
        }
      }
      String given = text.toString();
      assertThat(complaints(given)).as("seed %d, round %d:\n%s", seed, round, given).isNotNull();
    }
  }

  @Test
  void a_policy_tunes_and_nothing_else() throws ConfigException {
    ConfigFile.check(new SignedPolicy(3, "[analytics.AN1508]\nTimeWindow = \"2h\"\n", ""));
    assertThatThrownBy(() -> ConfigFile.check(new SignedPolicy(3, "[agent]\nhost = \"x\"\n", "")))
        .hasMessage("policy 3: only analytics and site may stand in it, not agent");
    assertThatThrownBy(
            () -> ConfigFile.check(new SignedPolicy(3, "[[outputs]]\ntype = \"webhook\"\n", "")))
        .hasMessageContaining("not outputs");
    assertThatThrownBy(
            () -> ConfigFile.check(new SignedPolicy(3, "[site]\nallow_all = true\n", "")))
        .hasMessage("policy 3: allow_all can be set on the host itself only");
    assertThatThrownBy(
            () -> ConfigFile.check(new SignedPolicy(3, "[site]\n\nbaselin = \"declared\"\n", "")))
        .hasMessageStartingWith("policy 3:3:1: ");
  }
}
