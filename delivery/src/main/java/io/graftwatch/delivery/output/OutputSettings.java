package io.graftwatch.delivery.output;

import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.config.Table;
import io.graftwatch.delivery.config.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.CRC32C;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/// One `[[outputs]]` table: a place beside the collector that findings go to. Agent and collector
/// read the same table.
///
/// @param type the kind of place
/// @param path the file, for `ndjson-file`
/// @param url the service, for all others
/// @param tokenFile secret of its `Authorization`
/// @param secretFile secret of a webhook's signature
/// @param caFile certificates that it must lead to; null for the system's
/// @param certificateFile our own certificate; null for none
/// @param keyFile its private key
/// @param proxy `http://…`; null for the environment's
/// @param timeout for connect and for each answer
/// @param index Elasticsearch: part before the month; Splunk: the index
/// @param encoding webhook: `json` or `ndjson`; otlp: `protobuf` or `json`
/// @param acknowledged Splunk: wait for the indexers
public record OutputSettings(
    String type,
    @Nullable Path path,
    @Nullable URI url,
    @Nullable Path tokenFile,
    @Nullable Path secretFile,
    @Nullable Path caFile,
    @Nullable Path certificateFile,
    @Nullable Path keyFile,
    @Nullable URI proxy,
    Duration timeout,
    @Nullable String index,
    @Nullable String encoding,
    boolean acknowledged) {
  private static final long FILE_BYTES = 64L << 20;
  private static final int FILES = 4;
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final String FILE = "ndjson-file";
  private static final String ELASTICSEARCH = "elasticsearch";
  private static final String SPLUNK = "splunk-hec";
  private static final String OTLP = "otlp";
  private static final String WEBHOOK = "webhook";
  private static final String SYSLOG = "syslog";

  private static final Key<String> TYPE =
      Key.required(
          "type",
          Type.choice(List.of(FILE, ELASTICSEARCH, SPLUNK, OTLP, WEBHOOK, SYSLOG)),
          "What kind of place it is. `elasticsearch` is OpenSearch too.");
  private static final Key<Path> PATH =
      Key.optional("path", Type.file(), "none", "The file, for `ndjson-file`.");
  private static final Key<URI> URL =
      Key.optional(
          "url",
          Type.url(List.of("https", "http", "syslog+tls")).map(OutputSettings::checked),
          "none",
          "The service: `https://…`, or `http://…` on this machine; for `syslog`"
              + " `syslog+tls://host:port`.");
  private static final Key<Path> TOKEN_FILE =
      Key.optional(
          "token_file",
          Type.file(),
          "none",
          "File with the secret that the service asks for, or with a whole `Authorization` value such"
              + " as `Basic …`. Read anew for each batch.");
  private static final Key<Path> SECRET_FILE =
      Key.optional(
          "secret_file",
          Type.file(),
          "none",
          "For `webhook`: file with the key that `Graftwatch-Signature` is made with.");
  private static final Key<Path> CA_FILE =
      Key.optional(
          "ca_file",
          Type.file(),
          "the system's authorities",
          "Certificates (PEM) that the service's own must lead to.");
  private static final Key<Path> CERTIFICATE_FILE =
      Key.optional("certificate_file", Type.file(), "none", "Our own certificate (PEM), for mTLS.");
  private static final Key<Path> KEY_FILE =
      Key.optional("key_file", Type.file(), "none", "Its private key (PEM, PKCS#8).");
  private static final Key<URI> PROXY =
      Key.optional(
          "proxy",
          Type.url(List.of("http")),
          "HTTPS_PROXY of the environment",
          "HTTP proxy for this connection.");
  private static final Key<Duration> TIMEOUT =
      Key.of(
          "timeout",
          Type.duration("1s", "5m"),
          Duration.ofSeconds(30),
          "30s",
          "How long to wait for a connection and for each answer.");
  private static final Key<String> INDEX =
      Key.optional(
          "index",
          Type.text("name").map(OutputSettings::indexName),
          "graftwatch-findings; for `splunk-hec` the token's",
          "For `elasticsearch` the part before the month; for `splunk-hec` the index.");
  private static final Key<String> ENCODING =
      Key.optional(
          "encoding",
          Type.choice(List.of("json", "ndjson", "protobuf")),
          "json; for `otlp` protobuf",
          "For `webhook` json (an array) or ndjson; for `otlp` protobuf or json.");
  private static final Key<Boolean> ACKNOWLEDGED =
      Key.of(
          "acknowledged",
          Type.flag(),
          false,
          "For `splunk-hec`: a finding counts as delivered when the indexers have it.");

  /// All keys, as the reference shows them.
  public static final List<Key<?>> KEYS =
      List.of(
          TYPE,
          PATH,
          URL,
          TOKEN_FILE,
          SECRET_FILE,
          CA_FILE,
          CERTIFICATE_FILE,
          KEY_FILE,
          PROXY,
          TIMEOUT,
          INDEX,
          ENCODING,
          ACKNOWLEDGED);

  /// The types that a key is for; one that is not here is for all.
  private static final Map<Key<?>, List<String>> MEANT =
      Map.of(
          PATH, List.of(FILE),
          URL, List.of(ELASTICSEARCH, SPLUNK, OTLP, WEBHOOK, SYSLOG),
          TOKEN_FILE, List.of(ELASTICSEARCH, SPLUNK, OTLP, WEBHOOK),
          SECRET_FILE, List.of(WEBHOOK),
          PROXY, List.of(ELASTICSEARCH, SPLUNK, OTLP, WEBHOOK),
          INDEX, List.of(ELASTICSEARCH, SPLUNK),
          ENCODING, List.of(OTLP, WEBHOOK),
          ACKNOWLEDGED, List.of(SPLUNK));

  /// Reads a table; null when it is of no use, which the table's document then says.
  public static @Nullable OutputSettings read(Table table) {
    String type = table.get(TYPE);
    var settings =
        new OutputSettings(
            type == null ? FILE : type,
            table.get(PATH),
            table.get(URL),
            table.get(TOKEN_FILE),
            table.get(SECRET_FILE),
            table.get(CA_FILE),
            table.get(CERTIFICATE_FILE),
            table.get(KEY_FILE),
            table.get(PROXY),
            table.value(TIMEOUT),
            table.get(INDEX),
            table.get(ENCODING),
            table.value(ACKNOWLEDGED));
    table.rejectOthers("[[outputs]]");
    if (type == null) {
      return null;
    }
    for (Key<?> key : KEYS) {
      if (table.has(key) && !MEANT.getOrDefault(key, List.of(type)).contains(type)) {
        table.problem("[[outputs]] of type " + type + " has no use for " + key.name());
      }
    }
    String lacking = settings.lacking();
    if (lacking != null) {
      table.problem("[[outputs]] of type " + type + " " + lacking);
      return null;
    }
    return settings;
  }

  /// What stands in the way of such an output; null when nothing does.
  private @Nullable String lacking() {
    if (type.equals(FILE)) {
      return path == null ? "needs path" : null;
    }
    if (url == null) {
      return "needs url";
    }
    if (type.equals(SYSLOG) != "syslog+tls".equals(url.getScheme())) {
      return type.equals(SYSLOG) ? "needs a url syslog+tls://host:port" : "needs an https URL";
    }
    if ((certificateFile == null) != (keyFile == null)) {
      return "needs certificate_file and key_file together";
    }
    List<String> encodings = ENCODINGS.get(type);
    return encoding == null || (encodings != null && encodings.contains(encoding))
        ? null
        : "knows no encoding " + encoding;
  }

  private static final Map<String, List<String>> ENCODINGS =
      Map.of(WEBHOOK, List.of("json", "ndjson"), OTLP, List.of("protobuf", "json"));

  /// Without TLS a secret and findings would cross the network in the clear.
  private static URI checked(URI url) {
    boolean here = List.of("localhost", "127.0.0.1", "[::1]").contains(url.getHost());
    if ("http".equals(url.getScheme()) && !here) {
      throw new IllegalArgumentException("http is for this machine only: use https");
    }
    return url;
  }

  private static String indexName(String name) {
    if (!name.matches("[a-z0-9][a-z0-9._-]{0,99}")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of an index: small letters, digits, '.', '-' and '_'");
    }
    return name;
  }

  /// Its name in the journal: another place is another output.
  public String name() {
    String place = path != null ? path.toString() : url + (index == null ? "" : "#" + index);
    return name(type, place);
  }

  /// A name of at most 32 characters for a place of some kind.
  public static String name(String type, String place) {
    var crc = new CRC32C();
    crc.update(place.getBytes(StandardCharsets.UTF_8));
    return type + "-" + HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /// For `elasticsearch` the part of the indices' names before the month; null for all others.
  public @Nullable String indices() {
    return !type.equals(ELASTICSEARCH) ? null : index == null ? "graftwatch-findings" : index;
  }

  /// @param environment for HTTPS_PROXY and NO_PROXY
  public Output open(Map<String, String> environment, InstantSource clock) {
    if (path != null && type.equals(FILE)) {
      return new NdjsonFileOutput(path, FILE_BYTES, FILES);
    }
    URI service = Objects.requireNonNull(url, "checked when it was read");
    if (type.equals(SYSLOG)) {
      return new SyslogOutput(service, caFile, certificateFile, keyFile, timeout);
    }
    HttpFormat format =
        switch (type) {
          case ELASTICSEARCH -> new ElasticsearchFormat(Objects.requireNonNull(indices()));
          case SPLUNK -> new SplunkFormat(index, acknowledged ? UUID.randomUUID() : null);
          case OTLP -> new OtlpFormat("json".equals(encoding));
          default -> new WebhookFormat("ndjson".equals(encoding), secretFile, clock);
        };
    var place =
        new HttpsPlace(
            new HttpsPlace.Settings(
                service.toString(),
                caFile,
                certificateFile,
                keyFile,
                ProxySetting.choose(
                    proxy == null ? null : proxy.toString(), environment, service.getHost()),
                timeout.compareTo(CONNECT) < 0 ? timeout : CONNECT,
                timeout,
                TlsVersion.TLS_1_2));
    return new HttpOutput(place, format, tokenFile);
  }
}
