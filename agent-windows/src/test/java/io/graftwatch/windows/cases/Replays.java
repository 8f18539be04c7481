package io.graftwatch.windows.cases;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.replay.Replay;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.windows.WindowsPlatform;
import java.io.IOException;
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

  private Replays() {}

  /// The last state of every case, sorted by uid.
  public static List<DetectionFinding> finalStates(String kind, Path recording) throws IOException {
    return finalStates(kind, recording, Analytics.DEFAULT);
  }

  static List<DetectionFinding> finalStates(String kind, Path recording, Analytics analytics)
      throws IOException {
    SourceType type =
        new WindowsPlatform()
            .sources().stream().filter(s -> s.kind().equals(kind)).findFirst().orElseThrow();
    Map<String, Engine> engines = new LinkedHashMap<>();
    var all = new ArrayList<Engine>();
    new Replay(
            List.of(new Replay.Input(type, recording, SourceConfig.AUTO)),
            ZoneOffset.UTC,
            Instant.parse("2026-11-24T12:00:00Z"))
        .run(
            (_, host) ->
                engines.computeIfAbsent(
                    Objects.requireNonNull(host),
                    name -> {
                      var engine = new Engine(config(name, analytics));
                      all.add(engine);
                      return engine;
                    }),
            all,
            () -> all.forEach(Engine::drain));
    return all.stream()
        .flatMap(engine -> engine.finalStates().stream())
        .sorted(Comparator.comparing(finding -> finding.findingInfo().uid()))
        .toList();
  }

  private static EngineConfig config(String host, Analytics analytics) {
    return new EngineConfig(
        CATALOGUE,
        "windows",
        host,
        "test",
        new Device(
            null,
            host,
            null,
            null,
            new Device.Os("Windows", 100, "Windows", null, null),
            List.of(Device.Agent.graftwatch(null, "test"))),
        Site.DEFAULT,
        analytics,
        "0",
        32_768,
        List.of());
  }

  /// One line a case and its message.
  public static String summary(List<DetectionFinding> states) {
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
          .append(finding.resources().getFirst().uid())
          .append(" | ")
          .append(own.get("implant"))
          .append("\n  ")
          .append(finding.message())
          .append('\n');
    }
    return text.toString();
  }
}
