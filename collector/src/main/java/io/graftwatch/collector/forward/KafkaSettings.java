package io.graftwatch.collector.forward;

import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.config.Table;
import io.graftwatch.delivery.config.Type;
import io.graftwatch.delivery.output.Output;
import io.graftwatch.delivery.output.OutputSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An `[[outputs]]` table of type `kafka`.
///
/// @param servers brokers to begin with, `host:port`
/// @param tls false for a broker on this machine only
/// @param caFile certificates that a broker's must lead to; null for the system's
/// @param certificateFile our own certificate; null for none
/// @param keyFile its private key
/// @param user for SASL (SCRAM-SHA-512); null for none
/// @param passwordFile its password
public record KafkaSettings(
    List<String> servers,
    String topic,
    boolean tls,
    @Nullable Path caFile,
    @Nullable Path certificateFile,
    @Nullable Path keyFile,
    @Nullable String user,
    @Nullable Path passwordFile,
    Duration timeout)
    implements Place {
  static final String TYPE_NAME = "kafka";

  private static final Key<String> TYPE =
      Key.required("type", Type.choice(List.of(TYPE_NAME)), "Apache Kafka.");
  private static final Key<List<String>> SERVERS =
      Key.required(
          "servers",
          Type.listOf(Type.text("host:port").map(KafkaSettings::server)),
          "Brokers to begin with.");
  private static final Key<String> TOPIC =
      Key.of(
          "topic",
          Type.text("name").map(KafkaSettings::topicName),
          "graftwatch-findings",
          "The topic. It must exist, or the brokers must make it.");
  private static final Key<Boolean> TLS =
      Key.of("tls", Type.flag(), true, "Off for brokers on this machine only.");
  private static final Key<Path> CA_FILE =
      Key.optional(
          "ca_file",
          Type.file(),
          "the system's authorities",
          "Certificates (PEM) that the brokers' own must lead to.");
  private static final Key<Path> CERTIFICATE_FILE =
      Key.optional("certificate_file", Type.file(), "none", "Our own certificate (PEM), for mTLS.");
  private static final Key<Path> KEY_FILE =
      Key.optional("key_file", Type.file(), "none", "Its private key (PEM, PKCS#8).");
  private static final Key<String> USER =
      Key.optional("user", Type.text("name"), "none", "For SASL with SCRAM-SHA-512.");
  private static final Key<Path> PASSWORD_FILE =
      Key.optional("password_file", Type.file(), "none", "File with the user's password.");
  private static final Key<Duration> TIMEOUT =
      Key.of(
          "timeout",
          Type.duration("1s", "5m"),
          Duration.ofSeconds(30),
          "30s",
          "How long a batch may take to be acknowledged by all replicas.");

  /// All keys, as the reference shows them.
  public static final List<Key<?>> KEYS =
      List.of(
          TYPE,
          SERVERS,
          TOPIC,
          TLS,
          CA_FILE,
          CERTIFICATE_FILE,
          KEY_FILE,
          USER,
          PASSWORD_FILE,
          TIMEOUT);

  public KafkaSettings {
    servers = List.copyOf(servers);
  }

  static @Nullable KafkaSettings read(Table table) {
    table.get(TYPE);
    List<String> servers = table.get(SERVERS);
    var settings =
        new KafkaSettings(
            servers == null ? List.of() : servers,
            table.value(TOPIC),
            table.value(TLS),
            table.get(CA_FILE),
            table.get(CERTIFICATE_FILE),
            table.get(KEY_FILE),
            table.get(USER),
            table.get(PASSWORD_FILE),
            table.value(TIMEOUT));
    table.rejectOthers("[[outputs]] of type kafka");
    String lacking = settings.lacking();
    if (lacking != null) {
      table.problem("[[outputs]] of type kafka " + lacking);
    }
    return settings.servers.isEmpty() || lacking != null ? null : settings;
  }

  private @Nullable String lacking() {
    if (!tls && !servers.stream().allMatch(KafkaSettings::isHere)) {
      return "needs tls for brokers on other machines";
    }
    if ((certificateFile == null) != (keyFile == null)) {
      return "needs certificate_file and key_file together";
    }
    if ((user == null) != (passwordFile == null)) {
      return "needs user and password_file together";
    }
    return null;
  }

  private static boolean isHere(String server) {
    return server.startsWith("localhost:")
        || server.startsWith("127.0.0.1:")
        || server.startsWith("[::1]:");
  }

  private static String server(String text) {
    if (!text.matches("[A-Za-z0-9._:\\[\\]-]{1,255}:[0-9]{1,5}")) {
      throw new IllegalArgumentException("'" + text + "' is not host:port");
    }
    return text;
  }

  private static String topicName(String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,200}")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a topic: letters, digits, '.', '-' and '_'");
    }
    return name;
  }

  @Override
  public String name() {
    return OutputSettings.name(TYPE_NAME, where());
  }

  @Override
  public String type() {
    return TYPE_NAME;
  }

  @Override
  public String where() {
    return String.join(",", servers) + "/" + topic;
  }

  @Override
  public Output open(Map<String, String> environment, InstantSource clock) {
    return new KafkaOutput(this);
  }
}
