package io.graftwatch.core.config;

import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.config.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every key outside `[site]` and `[analytics]`.
final class Keys {
  static final Key<Path> STATE_DIR =
      Key.of(
          "state_dir",
          Type.file(),
          Places.HERE.state(),
          "/var/lib/graftwatch; on macOS and Windows `state` beside the configuration",
          "Folder of the journal, the keys and the mark file. Only the agent may read it (0700).");
  static final Key<Path> RUNTIME_DIR =
      Key.optional(
          "runtime_dir",
          Type.file(),
          "/run/graftwatch; state_dir where there is none or it cannot be written",
          "Folder of status.json, which `graftwatch status` reads.");
  static final Key<String> HOST =
      Key.optional(
          "host",
          Type.text("host name"),
          "the machine's name",
          "The name that findings of this host carry.");
  static final Key<ZoneId> ZONE =
      Key.optional(
          "zone",
          new Type<>("name of a time zone", node -> zone(node.asText())),
          "the machine's zone",
          "Zone of stamps that name none, for `replay`: where the recording was made.");
  static final Key<Integer> MAX_PROCESSES =
      Key.of(
          "max_processes",
          Type.integer(1024, 4_194_304),
          32_768,
          "32768, fewer in a heap below 40 MB; `replay` 262144",
          "Entries of the process table. Beyond it dead and unattributed processes go first, the"
              + " lineage of a live server last.");
  static final Key<Integer> JOURNAL_MIB =
      Key.of(
          "journal_mib",
          Type.integer(8, 65_536),
          256,
          "Disk space of the journal in MiB. When it is full, the least severe findings go first,"
              + " each one counted.");
  static final Key<Integer> JOURNAL_DAYS =
      Key.of(
          "journal_days",
          Type.integer(1, 3650),
          90,
          "How long findings wait for a collector that does not answer.");
  static final List<Key<?>> AGENT =
      List.of(STATE_DIR, RUNTIME_DIR, HOST, ZONE, MAX_PROCESSES, JOURNAL_MIB, JOURNAL_DAYS);

  static final Key<URI> URL =
      Key.required(
          "url",
          Type.url(List.of("https")),
          "Where findings and heartbeats go: the collector's agent port.");
  static final Key<Path> CA_FILE =
      Key.optional(
          "ca_file",
          Type.file(),
          "trust/ca.pem in state_dir",
          "Certificates (PEM) that the collector's own must lead to. `graftwatch enroll` writes it,"
              + " with the agent's own certificate beside it.");
  static final Key<URI> PROXY =
      Key.optional("proxy", Type.url(List.of("http")), "none", "HTTP proxy for this connection.");
  static final Key<Duration> TIMEOUT =
      Key.of(
          "timeout",
          Type.duration("1s", "5m"),
          Duration.ofSeconds(30),
          "30s",
          "How long to wait for a connection and for each answer.");
  static final List<Key<?>> COLLECTOR = List.of(URL, CA_FILE, PROXY, TIMEOUT);

  /// Outputs beside the collector that the journal can mark records for.
  static final int MAX_OUTPUTS = 3;

  static final Key<List<String>> LOG =
      Key.optional(
          "log",
          logs(),
          "where the distributions put it",
          "The log file, or a list of files and globs.");
  static final Key<Boolean> RULES =
      Key.of(
          "rules",
          Type.flag(),
          true,
          "Put the audit rules that `graftwatch audit-rules` prints into the kernel, and put them"
              + " back when somebody removes them.");
  static final Key<String> LOG_COMMAND =
      Key.of(
          "command",
          Type.text("absolute path"),
          "/usr/bin/log",
          "The program that prints the log.");
  static final Key<Boolean> NARROW =
      Key.of(
          "narrow",
          Type.flag(),
          false,
          "Ask for kernel lines about servers, interpreters and transfer tools only: for hosts with"
              + " many connections of other programs.");
  static final Key<String> ESLOGGER_COMMAND =
      Key.of(
          "command",
          Type.text("absolute path"),
          "/usr/bin/eslogger",
          "The program that prints process events.");
  static final Key<List<String>> WATCH =
      Key.optional(
          "watch",
          Type.listOf(Type.text("absolute path of a folder")),
          "what the servers on this host use",
          "Further module, configuration and web folders.");

  static final Key<String> UDP =
      Key.optional(
          "udp",
          Type.text("address and port, as 192.0.2.5:514"),
          "none",
          "Where datagrams are taken. They may be lost, and anybody can send them in another's name.");
  static final Key<String> TCP =
      Key.optional(
          "tcp",
          Type.text("address and port, as 192.0.2.5:1514"),
          "none",
          "Where plain connections are taken.");
  static final Key<String> TLS =
      Key.optional(
          "tls",
          Type.text("address and port, as 192.0.2.5:6514"),
          "none",
          "Where TLS 1.3 connections are taken.");
  static final Key<List<String>> PEERS =
      Key.optional(
          "peers",
          Type.listOf(Type.text("address or network").map(Cidr::parse)).checkedText(),
          "none",
          "Addresses that are heard. Needed for udp and tcp, and for tls without client_ca.");
  static final Key<List<String>> NAMES =
      Key.optional(
          "hosts",
          Type.listOf(Type.text("address=name")),
          "none",
          "What the hosts behind addresses are called; one that is not named goes by its address.");
  static final Key<Path> CERTIFICATE =
      Key.optional(
          "certificate", Type.file(), "none", "Certificate of the receiver with its chain, PEM.");
  static final Key<Path> PRIVATE_KEY =
      Key.optional("key", Type.file(), "none", "Private key, PEM (PKCS#8).");
  static final Key<Path> CLIENT_CA =
      Key.optional(
          "client_ca",
          Type.file(),
          "none",
          "Certificates (PEM) that senders' own must lead to. Without it none is asked for.");

  static final Key<List<String>> LOGINS =
      Key.optional(
          "hosts",
          Type.listOf(Type.text("name=user@address[:port]")),
          "none",
          "Hosts to log in to, and what they are called.");
  static final Key<List<String>> HOST_KEYS =
      Key.optional(
          "host_keys",
          Type.listOf(Type.text("name type key, as in known_hosts")),
          "none",
          "The one key that each host may have. A host without is not read, and none is ever learned.");
  static final Key<Path> SSH_KEY =
      Key.optional("key", Type.file(), "none", "The agent's private key for them.");

  /// Source kinds: their modes, the first one the default, and their further keys.
  static final Map<String, SourceKeys> SOURCES = sources();

  /// @param modes what `mode` may say; the first is the default
  /// @param keys further keys of the table
  /// @param doc what the kind reads
  record SourceKeys(List<String> modes, List<Key<?>> keys, String doc) {
    Key<String> mode() {
      return Key.of("mode", Type.choice(modes), modes.getFirst(), "Whether and how it is read.");
    }
  }

  private Keys() {}

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'" + name + "' is no time zone", e);
    }
  }

  private static Type<List<String>> logs() {
    Type<String> one = Type.text("absolute path or glob");
    Type<List<String>> many = Type.listOf(one);
    return new Type<>(
        "path, or list of paths and globs",
        node -> node.isArray() ? many.read().apply(node) : List.of(one.read().apply(node)));
  }

  private static Map<String, SourceKeys> sources() {
    var all = new LinkedHashMap<String, SourceKeys>();
    List<String> onOff = List.of("auto", "off");
    all.put(
        "auditd",
        new SourceKeys(
            List.of("auto", "netlink", "log", "off"),
            List.of(LOG, RULES),
            "The kernel's audit records, by netlink multicast or from audit.log."));
    all.put(
        "eventlog",
        new SourceKeys(onOff, List.of(), "Windows' Event Log, one subscription a channel."));
    all.put(
        "unifiedlog",
        new SourceKeys(onOff, List.of(LOG_COMMAND, NARROW), "macOS's unified log, through `log`."));
    all.put(
        "eslogger",
        new SourceKeys(
            List.of("auto", "off"),
            List.of(ESLOGGER_COMMAND),
            "Every process of a Mac, through `eslogger`; it needs root and Full Disk Access."));
    all.put("proc", new SourceKeys(onOff, List.of(), "Process starts and ends, and /proc."));
    all.put("conn", new SourceKeys(onOff, List.of(), "The kernel's table of connections."));
    all.put(
        "inventory",
        new SourceKeys(
            onOff,
            List.of(WATCH),
            "What is mapped into servers, lies in their module folders and stands in their"
                + " configuration."));
    all.put("journal", new SourceKeys(onOff, List.of(), "systemd's journal, through journalctl."));
    for (String log :
        List.of(
            "syslog",
            "apache-error",
            "nginx-error",
            "php-error",
            "tomcat-log",
            "postgres-log",
            "mysql-log")) {
      all.put(log, new SourceKeys(onOff, List.of(LOG), "The log of that name."));
    }
    all.put(
        "esxi-syslog",
        new SourceKeys(
            List.of("off", "listen"),
            List.of(UDP, TCP, TLS, PEERS, NAMES, CERTIFICATE, PRIVATE_KEY, CLIENT_CA),
            "What ESXi hosts send by syslog: the one listener of the agent."));
    all.put(
        "esxi-log",
        new SourceKeys(
            List.of("off", "ssh"),
            List.of(LOGINS, HOST_KEYS, SSH_KEY, LOG),
            "Log files of ESXi hosts over SSH, where syslog cannot be had."));
    for (String sensor : List.of("conntrack", "zeek-conn", "suricata-eve")) {
      all.put(
          sensor,
          new SourceKeys(
              onOff, List.of(LOG), "Flows of a network sensor, where the site has one."));
    }
    return all;
  }
}
