package io.graftwatch.testbed.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.graftwatch.core.config.Addresses;
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
import io.graftwatch.delivery.finding.Device;
import java.io.IOException;
import java.math.BigDecimal;
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
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One recorded case of macOS: `config.json` in neutral words, `label.json`, recordings as `log`
/// and `eslogger` print them, and snapshots of the process and connection tables.
final class MacosCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Times in snapshots count from here.
  private static final Instant BEGINNING = Instant.parse("2026-09-14T07:00:00Z");

  private static final Map<String, String> KINDS =
      Map.of(
          "unifiedlog.ndjson", "unifiedlog",
          "unifiedlog-2.ndjson", "unifiedlog",
          "logshow.ndjson", "unifiedlog",
          "eslogger.jsonl", "eslogger",
          "processes.json", "proc",
          "connections.json", "conn");

  private static final Map<String, SourceType> TYPES = types();

  final Path folder;
  final JsonNode label;
  private final JsonNode config;

  /// @param engine after the last fact
  /// @param outcomes what became of each input
  record Told(Engine engine, List<Replay.Outcome> outcomes) {}

  private MacosCase(Path folder) throws IOException {
    this.folder = folder;
    this.label = JSON.readTree(folder.resolve("label.json").toFile());
    this.config = JSON.readTree(folder.resolve("config.json").toFile());
  }

  static List<MacosCase> in(Path root) throws IOException {
    var all = new ArrayList<MacosCase>();
    try (Stream<Path> folders = Files.list(root)) {
      for (Path each : folders.filter(Files::isDirectory).sorted().toList()) {
        all.add(new MacosCase(each));
      }
    }
    return all;
  }

  String name() {
    return folder.getFileName().toString();
  }

  /// @param scratch where snapshots are written as the lines that `replay` takes
  /// @param rewrite gives for each recorded file the file to replay in its place
  Told replay(Path scratch, Function<Path, Path> rewrite) throws IOException {
    var inputs = new ArrayList<Replay.Input>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        String kind = KINDS.get(name);
        if (kind != null) {
          Path input =
              name.endsWith("s.json")
                  ? lines(file, kind, scratch.resolve(name() + "-" + kind + ".jsonl"))
                  : rewrite.apply(file);
          inputs.add(
              new Replay.Input(
                  Objects.requireNonNull(TYPES.get(kind), kind), input, SourceConfig.AUTO));
        }
      }
    }
    Engine engine = engine();
    List<Replay.Outcome> outcomes =
        new Replay(inputs, ZoneOffset.UTC, Instant.parse("2026-11-25T00:00:00Z"))
            .run((_, _) -> engine, List.of(engine), engine::drain);
    return new Told(engine, outcomes);
  }

  /// A snapshot as lines of kind `proc` or `conn`.
  private static Path lines(Path snapshots, String kind, Path target) throws IOException {
    var lines = new ArrayList<String>();
    for (JsonNode snapshot : JSON.readTree(snapshots.toFile())) {
      BigDecimal time =
          snapshot.path("t").decimalValue().add(BigDecimal.valueOf(BEGINNING.getEpochSecond()));
      for (JsonNode each : snapshot.path("list")) {
        var line = new HashMap<String, Object>();
        each.properties().forEach(field -> line.put(field.getKey(), field.getValue()));
        line.put("t", new BigDecimal(time.toPlainString()));
        if (kind.equals("proc")) {
          line.put("ev", "seen");
          line.put("comm", each.path("name").asText());
          line.put("exe", each.path("path").asText());
        }
        lines.add(JSON.writeValueAsString(line));
      }
    }
    return Files.write(target, lines);
  }

  private Engine engine() {
    return new Engine(
        new EngineConfig(
            CaseFolder.CATALOGUE,
            "macos",
            "mac01",
            "test",
            new Device(
                null,
                "mac01",
                null,
                null,
                new Device.Os("macOS", 300, "macOS", null, null),
                List.of(Device.Agent.graftwatch(null, "test"))),
            site(),
            analytics(),
            "0",
            262_144,
            List.of()));
  }

  private Site site() {
    var children = new ArrayList<Site.KnownChild>();
    for (JsonNode child : config.path("interpreters").path("baseline")) {
      children.add(
          new Site.KnownChild(
              glob(child.path("server")),
              Glob.path(child.path("child").asText()),
              child.has("args") ? Glob.text(child.path("args").asText()) : null));
    }
    var connections = new ArrayList<Site.KnownConnection>();
    for (JsonNode known : config.path("outbound").path("baseline")) {
      String address = known.path("address").asText();
      connections.add(
          new Site.KnownConnection(
              glob(known.path("process")),
              address.isEmpty() || Addresses.parse(address) == null ? null : Cidr.parse(address),
              known.path("port").asInt(-1)));
    }
    return new Site(
        Site.Baseline.DECLARED,
        Stream.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128")
            .map(Cidr::parse)
            .toList(),
        List.of(),
        List.of(),
        children,
        connections,
        List.of(),
        List.of());
  }

  private static @Nullable Glob glob(JsonNode text) {
    return text.isMissingNode() ? null : Glob.path(text.asText());
  }

  private Analytics analytics() {
    var parents = new ArrayList<String>();
    config.path("parentBinaryPath").forEach(path -> parents.add(path.asText()));
    return new Analytics(
        Map.of(
            "AN1509",
            Map.of(
                "ParentBinaryPath",
                parents,
                "TimeWindow",
                List.of(config.path("timeWindowSeconds").asInt(300) + "s"))));
  }

  private static Map<String, SourceType> types() {
    var types = new HashMap<String, SourceType>();
    for (Platform platform : ServiceLoader.load(Platform.class)) {
      platform.sources().forEach(type -> types.put(type.kind(), type));
    }
    return types;
  }
}
