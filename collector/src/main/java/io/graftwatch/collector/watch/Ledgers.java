package io.graftwatch.collector.watch;

import io.graftwatch.delivery.finding.Heartbeat;
import java.util.LinkedHashMap;
import java.util.Map;

/// The equations of reliability.md P4 that do not close.
public final class Ledgers {
  private Ledgers() {}

  /// @return a sentence without full stop for each source, and for `findings`
  public static Map<String, String> open(Heartbeat beat) {
    Map<String, String> open = new LinkedHashMap<>();
    for (Heartbeat.SourceHealth source : Diagnosis.parts(beat.sources())) {
      if (source.remainder() != 0) {
        String name = Diagnosis.text(source.source());
        open.put(name, name + ": " + unexplained(source.remainder(), "record"));
      }
    }
    Heartbeat.FindingLedger findings = beat.findings();
    if (findings != null && findings.remainder() != 0) {
      open.put("findings", unexplained(findings.remainder(), "finding"));
    }
    return open;
  }

  private static String unexplained(long remainder, String what) {
    return Diagnosis.count(remainder, what)
        + (remainder == 1 ? " is" : " are")
        + " not accounted for";
  }
}
