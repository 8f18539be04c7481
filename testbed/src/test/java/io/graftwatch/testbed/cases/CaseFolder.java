package io.graftwatch.testbed.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Cidr;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.replay.Replay;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One recorded case: its folder, its label, and how to replay it.
final class CaseFolder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("audit.log", "auditd"),
          Map.entry("procs.jsonl", "proc"),
          Map.entry("procevents.jsonl", "proc"),
          Map.entry("conntrack.log", "conntrack"),
          Map.entry("syslog", "syslog"),
          Map.entry("apache-error.log", "apache-error"),
          Map.entry("nginx-error.log", "nginx-error"),
          Map.entry("php-fpm.log", "php-error"),
          Map.entry("catalina.out", "tomcat-log"),
          Map.entry("postgresql.log", "postgres-log"));
  static final Catalogue CATALOGUE = Catalogue.load();
  private static final Map<String, SourceType> TYPES = types();

  final Path folder;
  final JsonNode label;

  private CaseFolder(Path folder) throws IOException {
    this.folder = folder;
    this.label = JSON.readTree(folder.resolve("label.json").toFile());
  }

  static List<CaseFolder> all(String platform) throws IOException {
    Path root;
    try {
      root =
          Path.of(
              Objects.requireNonNull(CaseFolder.class.getResource("/cases/" + platform)).toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    var all = new ArrayList<CaseFolder>();
    try (Stream<Path> folders = Files.list(root)) {
      for (Path each : folders.filter(Files::isDirectory).sorted().toList()) {
        all.add(new CaseFolder(each));
      }
    }
    return all;
  }

  String name() {
    return folder.getFileName().toString();
  }

  boolean malicious() {
    return label.path("malicious").asBoolean();
  }

  Engine engine() {
    return new Engine(
        new EngineConfig(
            CATALOGUE,
            "linux",
            "web01",
            "test",
            new Device(
                null,
                "web01",
                null,
                null,
                Device.Os.linux("Debian GNU/Linux 12", "12", null),
                List.of(Device.Agent.graftwatch(null, "test"))),
            site(),
            analytics(),
            "0",
            262_144,
            List.of()));
  }

  /// Replays the recordings.
  ///
  /// @param rewrite gives for each recorded file the file to replay in its place
  /// @param told takes findings as they come, null for none
  Engine replay(Function<Path, Path> rewrite, @Nullable List<DetectionFinding> told)
      throws IOException {
    var inputs = new ArrayList<Replay.Input>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String kind = KINDS.get(file.getFileName().toString());
        if (kind != null) {
          inputs.add(
              new Replay.Input(
                  Objects.requireNonNull(TYPES.get(kind), kind),
                  rewrite.apply(file),
                  SourceConfig.AUTO));
        }
      }
    }
    Engine engine = engine();
    new Replay(inputs, ZoneOffset.UTC, Instant.parse("2026-11-25T00:00:00Z"))
        .run(
            (_, _) -> engine,
            List.of(engine),
            () -> {
              List<DetectionFinding> drained = engine.drain();
              if (told != null) {
                told.addAll(drained);
              }
            });
    return engine;
  }

  private Site site() {
    JsonNode site = label.path("site");
    var children = new ArrayList<Site.KnownChild>();
    for (JsonNode child : site.path("baseline")) {
      children.add(
          new Site.KnownChild(
              child.has("server") ? Glob.path(child.get("server").asText()) : null,
              Glob.path(child.get("child").asText()),
              child.has("args") ? Glob.text(child.get("args").asText()) : null));
    }
    return new Site(
        Site.Baseline.DECLARED,
        texts(site.path("internal_networks")).stream().map(Cidr::parse).toList(),
        texts(site.path("allowed_destinations")).stream()
            .map(text -> new Site.Destination(Cidr.parse(text), 0, 65_535))
            .toList(),
        List.of(),
        children,
        List.of(),
        List.of(),
        List.of());
  }

  private Analytics analytics() {
    List<String> servers = texts(label.path("site").path("server_binary_path"));
    return servers.isEmpty()
        ? Analytics.DEFAULT
        : new Analytics(Map.of("AN1508", Map.of("ServerBinaryPath", servers)));
  }

  /// The evidence codes that the label wants to be told, in one finding or several.
  Set<String> codes() {
    var codes = new TreeSet<String>();
    label.path("expected").forEach(each -> codes.addAll(texts(each.path("codes"))));
    return codes;
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static Map<String, SourceType> types() {
    var types = new HashMap<String, SourceType>();
    for (Platform platform : ServiceLoader.load(Platform.class)) {
      platform.sources().forEach(type -> types.put(type.kind(), type));
    }
    return types;
  }
}
