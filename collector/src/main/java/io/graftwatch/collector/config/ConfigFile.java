package io.graftwatch.collector.config;

import io.graftwatch.collector.forward.KafkaSettings;
import io.graftwatch.collector.forward.Place;
import io.graftwatch.collector.store.Condition;
import io.graftwatch.collector.store.PostgresPlace;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.HostName;
import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.config.Table;
import io.graftwatch.delivery.config.TomlFile;
import io.graftwatch.delivery.config.Type;
import io.graftwatch.delivery.output.OutputSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every key of the file, and how the file becomes a [Config].
public final class ConfigFile {
  /// Where it lies unless `--config` says otherwise.
  public static final Path DEFAULT = Path.of("/etc/graftwatch/collector.toml");

  private static final Key<Path> STATE_DIR =
      Key.of(
          "state_dir",
          Type.file(),
          Path.of("/var/lib/graftwatch-collector"),
          "Folder of the database and the keys. Only the collector may read it (0700).");
  private static final Key<String> NAME =
      Key.optional(
          "name",
          Type.text("host name or address"),
          "the machine's name",
          "How agents and browsers reach this collector: tokens and certificates carry it.");
  private static final Key<List<String>> OTHER_NAMES =
      Key.of(
          "other_names",
          Type.listOf(Type.text("host name or address")),
          List.of(),
          "[]",
          "Further names and addresses for the certificate; localhost is always among them.");
  private static final Key<String> LISTEN =
      Key.of("listen", Type.text("address"), "0.0.0.0", "Address to listen on.");
  private static final Key<Integer> AGENT_PORT =
      Key.of("port", Type.integer(0, 65_535), 8443, "Port for agents; 0 takes a free one.");
  private static final Key<Integer> CONNECTIONS =
      Key.of(
          "connections",
          Type.integer(1, 100_000),
          20_000,
          "Agents connected at once; more wait outside.");
  private static final Key<Duration> CERTIFICATE_LIFE =
      Key.of(
          "certificate_life",
          Type.duration("1h", "365d"),
          Duration.ofDays(30),
          "30d",
          "Life of an agent's certificate; it renews at two thirds.");
  private static final Key<Integer> CONSOLE_PORT =
      Key.of(
          "port",
          Type.integer(0, 65_535),
          9443,
          "Port for browsers and for enrolment; 0 takes a free one.");
  private static final Key<Boolean> REMOTE =
      Key.of(
          "remote",
          Type.flag(),
          false,
          "Whether browsers on other machines are served. Enrolment always is.");
  private static final Key<Duration> SESSION_LIFE =
      Key.of(
          "session_life",
          Type.duration("5m", "30d"),
          Duration.ofHours(12),
          "12h",
          "A session ends then at the latest.");
  private static final Key<Duration> SESSION_IDLE =
      Key.of(
          "session_idle",
          Type.duration("1m", "30d"),
          Duration.ofMinutes(30),
          "30m",
          "A session ends after so long without use.");
  private static final Key<Integer> BATCH_BYTES =
      Key.of(
          "batch_bytes",
          Type.integer(64 * 1024, 16 << 20),
          1 << 20,
          "Bytes of one body, sent and decompressed.");
  private static final Key<Integer> BATCH_RECORDS =
      Key.of("batch_records", Type.integer(1, 10_000), 500, "Records of one batch.");
  private static final Key<Integer> IN_FLIGHT_MIB =
      Key.of(
          "in_flight_mib",
          Type.integer(4, 4096),
          32,
          "MiB of all bodies that are being read at once; more are asked to come again.");

  private static final Key<Duration> EVERY =
      Key.of(
          "every",
          Type.duration("1s", "1h"),
          Duration.ofSeconds(5),
          "5s",
          "How often the collector looks who is silent and what is wrong.");
  private static final Key<Duration> SILENT_AFTER =
      Key.of(
          "silent_after",
          Type.duration("2m", "1d"),
          Duration.ofSeconds(210),
          "210s",
          "An agent without a heartbeat for so long is silent: more than three of its intervals.");
  private static final Key<Duration> RESTART_GRACE =
      Key.of(
          "restart_grace",
          Type.duration("1m", "1d"),
          Duration.ofMinutes(5),
          "5m",
          "How long agents may take to come back after the collector was away or its clock jumped.");
  private static final Key<Duration> GRACE =
      Key.of(
          "grace",
          Type.duration("1m", "1d"),
          Duration.ofMinutes(3),
          "3m",
          "How long a ledger may stand open, records be missing, a source fail or a clock be off.");
  private static final Key<Duration> COVERAGE_GRACE =
      Key.of(
          "coverage_grace",
          Type.duration("1m", "7d"),
          Duration.ofMinutes(10),
          "10m",
          "How long an analytic may see less than before.");
  private static final Key<Duration> CLOCK_SKEW =
      Key.of(
          "clock_skew",
          Type.duration("5s", "1d"),
          Duration.ofMinutes(2),
          "2m",
          "How far an agent's clock may be from the collector's.");
  private static final Key<Integer> STORM =
      Key.of(
          "storm",
          Type.integer(2, 100_000),
          10,
          "So many agents with the same trouble within ten minutes are one incident of the fleet.");
  private static final Key<List<String>> OFF =
      Key.of(
          "off",
          Type.listOf(
              Type.choice(
                  Arrays.stream(Condition.Kind.values()).map(Condition.Kind::word).toList())),
          List.of(),
          "[]",
          "Kinds that are shown with the host and never become a finding.");

  private static final Key<URI> STORE_URL =
      Key.optional(
          "url",
          Type.url(List.of("postgresql")),
          "none",
          "`postgresql://host:port/database`. Without it the store is a file in `state_dir`.");
  private static final Key<String> STORE_USER =
      Key.of("user", Type.text("role"), "graftwatch", "Whom the collector is to PostgreSQL.");
  private static final Key<Path> PASSWORD_FILE =
      Key.optional(
          "password_file", Type.file(), "none", "Holds the role's password and nothing else.");
  private static final Key<Boolean> STORE_TLS =
      Key.of(
          "tls",
          Type.flag(),
          true,
          "Whether PostgreSQL must prove its name by TLS. Off only on the same machine.");
  private static final Key<Path> STORE_CA =
      Key.optional(
          "ca_file",
          Type.file(),
          "the system's",
          "Authorities that PostgreSQL's certificate may come from, PEM.");

  private static final Key<Duration> KEEP_ALERTS =
      Key.of(
          "keep_alerts",
          Type.duration("1d", "10950d"),
          Duration.ofDays(365),
          "365d",
          "How long a closed alert is kept after its last change. Open ones stay.");
  private static final Key<Duration> KEEP_RECORDS =
      Key.of(
          "keep_records",
          Type.duration("1d", "10950d"),
          Duration.ofDays(90),
          "90d",
          "How long an incident below Medium is kept after its last change, open or not.");
  private static final Key<Duration> KEEP_AUDIT =
      Key.of(
          "keep_audit",
          Type.duration("1d", "10950d"),
          Duration.ofDays(1095),
          "1095d",
          "How long an entry of the audit log is kept; at least as long as alerts and records.");
  private static final Key<Integer> FREE_MIB =
      Key.of(
          "free_mib",
          Type.integer(0, 1 << 20),
          512,
          "MiB that stay free on the disk of `state_dir`: with less, agents are asked to keep their"
              + " findings. Not with PostgreSQL.");

  /// Every table of the file with what it is for and its keys, as the reference shows them.
  static final List<Section> SECTIONS =
      List.of(
          new Section(
              "[collector]", "The collector itself.", List.of(STATE_DIR, NAME, OTHER_NAMES)),
          new Section(
              "[agents]",
              "The port for agents.",
              List.of(LISTEN, AGENT_PORT, CONNECTIONS, CERTIFICATE_LIFE)),
          new Section(
              "[console]",
              "The port for browsers, programs and enrolment.",
              List.of(LISTEN, CONSOLE_PORT, REMOTE, SESSION_LIFE, SESSION_IDLE)),
          new Section(
              "[store]",
              "Where findings are kept, and for how long.",
              List.of(
                  STORE_URL,
                  STORE_USER,
                  PASSWORD_FILE,
                  STORE_TLS,
                  STORE_CA,
                  KEEP_ALERTS,
                  KEEP_RECORDS,
                  KEEP_AUDIT,
                  FREE_MIB)),
          new Section(
              "[limits]",
              "What one request may bring.",
              List.of(BATCH_BYTES, BATCH_RECORDS, IN_FLIGHT_MIB)),
          new Section(
              "[watch]",
              "When the fleet's health becomes a finding.",
              List.of(
                  EVERY,
                  SILENT_AFTER,
                  RESTART_GRACE,
                  GRACE,
                  COVERAGE_GRACE,
                  CLOCK_SKEW,
                  STORM,
                  OFF)),
          new Section(
              "[[outputs]]",
              "Places beside the collector that each finding goes to, one table each.",
              OutputSettings.KEYS),
          new Section(
              "[[outputs]] of type kafka",
              "Apache Kafka, which only the collector can feed.",
              KafkaSettings.KEYS));

  /// @param title as it stands in the file
  record Section(String title, String doc, List<Key<?>> keys) {
    Section {
      keys = List.copyOf(keys);
    }
  }

  private ConfigFile() {}

  /// @param file null for the usual place, and the defaults where nothing lies there
  /// @throws ConfigException with everything that is wrong
  public static Config load(@Nullable Path file) throws ConfigException {
    if (file == null && !Files.exists(DEFAULT)) {
      return read(TomlFile.of("", new byte[0]));
    }
    return read(TomlFile.open(file == null ? DEFAULT : file));
  }

  static Config read(TomlFile toml) throws ConfigException {
    Table collector = toml.root().table("collector");
    Path stateDir = collector.value(STATE_DIR);
    String name = collector.get(NAME);
    List<String> otherNames = collector.value(OTHER_NAMES);
    collector.rejectOthers("[collector]");

    Table agents = toml.root().table("agents");
    var agentKeys =
        new Config.Agents(
            agents.value(LISTEN),
            agents.value(AGENT_PORT),
            agents.value(CONNECTIONS),
            agents.value(CERTIFICATE_LIFE));
    agents.rejectOthers("[agents]");

    Table console = toml.root().table("console");
    var consoleKeys =
        new Config.Console(
            console.value(LISTEN),
            console.value(CONSOLE_PORT),
            console.value(REMOTE),
            console.value(SESSION_LIFE),
            console.value(SESSION_IDLE));
    console.rejectOthers("[console]");

    Table limits = toml.root().table("limits");
    var limitKeys =
        new Config.Limits(
            limits.value(BATCH_BYTES), limits.value(BATCH_RECORDS), limits.value(IN_FLIGHT_MIB));
    limits.rejectOthers("[limits]");

    Table watch = toml.root().table("watch");
    var watchKeys =
        new Config.Watch(
            watch.value(EVERY),
            watch.value(SILENT_AFTER),
            watch.value(RESTART_GRACE),
            watch.value(GRACE),
            watch.value(COVERAGE_GRACE),
            watch.value(CLOCK_SKEW),
            watch.value(STORM),
            watch.value(OFF));
    watch.rejectOthers("[watch]");
    List<Place> outputs = outputs(toml.root().tables("outputs"));

    Table storeTable = toml.root().table("store");
    PostgresPlace postgres = postgres(storeTable);
    Config.Keep keep = keep(storeTable);
    storeTable.rejectOthers("[store]");

    return new Config(
        stateDir,
        name == null ? HostName.get() : name,
        otherNames,
        agentKeys,
        consoleKeys,
        limitKeys,
        watchKeys,
        outputs,
        keep,
        postgres,
        toml.settings());
  }

  private static @Nullable PostgresPlace postgres(Table table) throws ConfigException {
    URI url = table.get(STORE_URL);
    String user = table.value(STORE_USER);
    Path passwordFile = table.get(PASSWORD_FILE);
    boolean tls = table.value(STORE_TLS);
    Path caFile = table.get(STORE_CA);
    return url == null ? null : new PostgresPlace(url, user, passwordFile, tls, caFile);
  }

  private static Config.Keep keep(Table table) throws ConfigException {
    var keep =
        new Config.Keep(
            table.value(KEEP_ALERTS),
            table.value(KEEP_RECORDS),
            table.value(KEEP_AUDIT),
            table.value(FREE_MIB));
    if (keep.audit().compareTo(keep.alerts()) < 0 || keep.audit().compareTo(keep.records()) < 0) {
      table.problem("[store] keep_audit is shorter than keep_alerts or keep_records");
    }
    return keep;
  }

  private static List<Place> outputs(List<Table> tables) {
    var outputs = new ArrayList<Place>();
    for (Table table : tables) {
      Place place = Place.read(table);
      if (place == null) {
        continue;
      }
      if (outputs.stream().anyMatch(other -> other.name().equals(place.name()))) {
        table.problem("[[outputs]] names the same place twice");
      }
      outputs.add(place);
    }
    return outputs;
  }
}
