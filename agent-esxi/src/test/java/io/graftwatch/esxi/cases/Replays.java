package io.graftwatch.esxi.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Cidr;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.replay.Replay;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.esxi.EsxiPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Replays recordings as the command line does, an engine a host.
public final class Replays {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What the lines of files, which name no host, belong to.
  private static final String HOST = "esx01.lab.test";

  /// What the owner of the site has configured.
  record Settings(Site site, Analytics analytics) {
    /// @param file `config.json` of a case
    static Settings of(Path file) throws IOException {
      JsonNode json = JSON.readTree(file.toFile());
      var vendors = new ArrayList<String>();
      json.path("vendors").forEach(each -> vendors.add(each.asText()));
      json.path("extensionCompanies").forEach(each -> vendors.add(each.asText()));
      var vectors = new ArrayList<String>();
      json.path("allowedVectors").forEach(each -> vectors.add(each.asText()));
      var networks = new ArrayList<Cidr>();
      json.path("adminSources").forEach(each -> networks.add(Cidr.parse(each.asText())));
      var windows = new ArrayList<Site.Maintenance>();
      json.path("maintenanceWindows")
          .forEach(each ->
              windows.add(
                  new Site.Maintenance(
                      Instant.parse(each.path("from").asText()),
                      Instant.parse(each.path("to").asText()),
                      List.of())));
      return new Settings(
          new Site(
              Site.Baseline.DECLARED,
              Site.DEFAULT_INTERNAL,
              List.of(),
              networks,
              List.of(),
              List.of(),
              List.of(),
              windows),
          new Analytics(
              Map.of(
                  "AN1510",
                  Map.of(
                      "TimeWindow", List.of(json.path("timeWindowSeconds").asText() + "s"),
                      "PluginVendorName", vendors,
                      "AccessVector", vectors))));
    }
  }

  /// What a replay brought.
  ///
  /// @param states the last state of every case, sorted by uid
  record Result(List<DetectionFinding> states, List<Replay.Outcome> outcomes) {}

  private Replays() {}

  static Result replay(String kind, Path recording, Settings settings) throws IOException {
    SourceType type =
        new EsxiPlatform()
            .sources().stream().filter(s -> s.kind().equals(kind)).findFirst().orElseThrow();
    Map<String, Engine> engines = new LinkedHashMap<>();
    var all = new ArrayList<Engine>();
    List<Replay.Outcome> outcomes =
        new Replay(
                List.of(new Replay.Input(type, recording, SourceConfig.AUTO)),
                ZoneOffset.UTC,
                Instant.parse("2026-11-24T12:00:00Z"))
            .run(
                (_, host) ->
                    engines.computeIfAbsent(
                        host == null ? HOST : host,
                        name -> {
                          var engine = new Engine(config(name, settings));
                          all.add(engine);
                          return engine;
                        }),
                all,
                () -> all.forEach(Engine::drain));
    return new Result(
        all.stream()
            .flatMap(engine -> engine.finalStates().stream())
            .sorted(Comparator.comparing(finding -> finding.findingInfo().uid()))
            .toList(),
        outcomes);
  }

  private static EngineConfig config(String host, Settings settings) {
    return new EngineConfig(
        CATALOGUE,
        "esxi",
        host,
        "test",
        new Device(
            null,
            host,
            null,
            null,
            new Device.Os("ESXi", 99, "ESXi", null, null),
            List.of(Device.Agent.graftwatch(null, "test"))),
        settings.site(),
        settings.analytics(),
        "0",
        1024,
        List.of());
  }

  /// A case in a few lines: how bad, what it adds up to, its stages with who and whence, its words.
  static String summary(List<DetectionFinding> states) {
    var text = new StringBuilder();
    for (DetectionFinding finding : states) {
      Map<?, ?> own = (Map<?, ?>) Objects.requireNonNull(finding.unmapped().get("graftwatch"));
      text.append(finding.severity())
          .append(' ')
          .append(own.get("state"))
          .append(' ')
          .append(own.get("score"))
          .append(' ')
          .append(own.get("counts"))
          .append(' ')
          .append(finding.device().hostname())
          .append(" | ")
          .append(own.get("implant"))
          .append('\n');
      finding
          .evidences()
          .forEach(evidence -> {
            text.append("  ")
                .append(evidence.data().get("code"))
                .append(' ')
                .append(evidence.data().get("stage"));
            for (String name : List.of("vendor", "accessVector")) {
              if (evidence.data().get(name) != null) {
                text.append(' ').append(name).append('=').append(evidence.data().get(name));
              }
            }
            if (evidence.actor() != null && evidence.actor().user() != null) {
              text.append(" user=").append(evidence.actor().user().name());
            }
            if (evidence.srcEndpoint() != null) {
              text.append(" from=").append(evidence.srcEndpoint().ip());
            }
            text.append(" b=").append(evidence.data().get("b")).append('\n');
          });
      text.append("  ").append(finding.message()).append('\n');
    }
    return text.toString();
  }

  static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }
}
