package io.graftwatch.collector.console;

import io.graftwatch.collector.store.Fleet;
import io.graftwatch.delivery.finding.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How an agent is, judged from its last heartbeat: heartbeats come every minute.
///
/// @param why one sentence, empty when there is nothing to say
record Health(State state, String why) {
  private static final long LATE_MILLIS = 150_000;
  private static final long SILENT_MILLIS = 210_000;

  enum State {
    HEALTHY,
    DEGRADED,
    LATE,
    SILENT,
    STOPPED,
    WAITING,
    REVOKED;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Health of(Fleet.Agent agent, @Nullable Heartbeat beat, long now) {
    if (agent.revoked()) {
      return new Health(State.REVOKED, "it is refused");
    }
    if (beat == null) {
      return new Health(State.WAITING, "enrolled, no heartbeat yet");
    }
    if (beat.stopping()) {
      return new Health(State.STOPPED, "it said that it stops");
    }
    long age = now - agent.lastSeen();
    if (age > SILENT_MILLIS) {
      return new Health(State.SILENT, "no heartbeat for " + Times.span(age));
    }
    if (age > LATE_MILLIS) {
      return new Health(State.LATE, "no heartbeat for " + Times.span(age));
    }
    List<String> wrong = openLedgers(beat);
    for (Heartbeat.SourceHealth source : beat.sources()) {
      if (!"running".equals(source.state()) && !"off".equals(source.state())) {
        wrong.add(source.source() + " is " + source.state());
      }
    }
    return wrong.isEmpty()
        ? new Health(State.HEALTHY, "")
        : new Health(State.DEGRADED, String.join("; ", wrong));
  }

  /// The equations of reliability.md P4 that do not close.
  static List<String> openLedgers(Heartbeat beat) {
    var open = new ArrayList<String>();
    for (Heartbeat.SourceHealth source : beat.sources()) {
      if (source.remainder() != 0) {
        open.add(source.source() + ": " + unexplained(source.remainder(), "record"));
      }
    }
    Heartbeat.FindingLedger findings = beat.findings();
    if (findings != null && findings.remainder() != 0) {
      open.add(unexplained(findings.remainder(), "finding"));
    }
    return open;
  }

  private static String unexplained(long remainder, String what) {
    return remainder == 1
        ? "1 " + what + " is not accounted for"
        : remainder + " " + what + "s are not accounted for";
  }
}
