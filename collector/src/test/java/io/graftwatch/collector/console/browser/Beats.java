package io.graftwatch.collector.console.browser;

import io.graftwatch.delivery.finding.Heartbeat;
import java.util.List;
import java.util.Map;

/// Heartbeats with something in every place.
final class Beats {
  private Beats() {}

  /// @param word stands wherever an agent may write what it likes
  static Heartbeat of(String agentId, String host, String word, long now) {
    return new Heartbeat(
        agentId,
        word,
        "boot-1",
        host,
        1,
        false,
        new Heartbeat.Versions(word, word, 0, word, word),
        new Heartbeat.Clock(now, 60_000, 0L),
        List.of(
            new Heartbeat.SourceHealth(
                word, word, 100, 90, 1, 2, 3, now, 10L, Map.of(word, 4L), word)),
        new Heartbeat.FindingLedger(10, 8, 0, 0, 1),
        new Heartbeat.Spool(1, 2, now, 1000),
        List.of(
            new Heartbeat.Coverage(
                word, word, List.of(word), List.of(new Heartbeat.Blind(word, 1, 2, -1, word)))),
        new Heartbeat.Cost(80_000_000, 1, 300, 20, 50),
        Map.of(word, 1L),
        List.of(word));
  }
}
