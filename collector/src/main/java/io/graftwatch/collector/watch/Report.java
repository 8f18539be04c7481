package io.graftwatch.collector.watch;

import io.graftwatch.collector.store.Condition;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.collector.watch.Telling.Stage;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Analytic;
import io.graftwatch.delivery.finding.Attack;
import io.graftwatch.delivery.finding.Confidence;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.FindingInfo;
import io.graftwatch.delivery.finding.Metadata;
import io.graftwatch.delivery.finding.Resource;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.finding.Status;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A [Telling] as a finding of its own: OCSF class 2004, with an id that depends on the agent, the
/// kind of trouble and when it began, so that no restart and no second collector tells it twice.
final class Report {
  private static final int MAX_HOSTS = 20;
  private static final int MAX_LISTED = 200;
  private static final Attack IMPAIRED =
      new Attack(
          new Attack.Entry("TA0005", "Defense Evasion"),
          new Attack.Entry("T1562", "Impair Defenses"),
          new Attack.Entry("T1562.001", "Disable or Modify Tools"));

  private final String collector;
  private final String version;
  private final long fleet;
  private final long now;

  /// @param collector host name of the collector
  /// @param fleet agents that should beat
  Report(String collector, String version, long fleet, long now) {
    this.collector = collector;
    this.version = version;
    this.fleet = fleet;
    this.now = now;
  }

  DetectionFinding of(Telling telling) {
    Condition about = telling.about();
    Words words = Words.of(about.kind());
    String uid = uid(about);
    boolean closed = telling.stage() == Stage.CLOSED;
    String host = about.isFleet() ? collector : Visible.line(about.host());
    List<Attack> attacks = words.impairs() ? List.of(IMPAIRED) : List.of();
    String message = message(telling, words);
    return new DetectionFinding(
        switch (telling.stage()) {
          case OPENED -> Activity.CREATE;
          case CHANGED -> Activity.UPDATE;
          case CLOSED -> Activity.CLOSE;
        },
        now,
        about.since(),
        now,
        severity(about, words),
        Confidence.HIGH,
        100,
        closed ? Status.RESOLVED : Status.NEW,
        Math.max(1, telling.hosts().size()),
        message,
        Metadata.of(
            FindingId.revision(uid, telling.revision()),
            words.analytic(),
            Metadata.Product.graftwatch("collector", version),
            List.of()),
        new Device(null, host, null, null, null, agents(about)),
        attacks,
        new FindingInfo(
            uid,
            about.isFleet() ? words.fleetTitle() : words.title().formatted(host),
            message + "\n" + words.meaning(),
            List.of("fleet-health"),
            new Analytic(words.analytic(), words.name(), "fleet-health", null),
            List.of(),
            attacks,
            about.since(),
            now,
            about.since(),
            now,
            List.of("heartbeat"),
            Math.max(1, telling.hosts().size()),
            List.of(),
            List.of(new FindingInfo.Tag("state", closed ? "CLOSED" : "OPEN"))),
        List.of(),
        List.of(),
        List.of(new Resource(about.subject(), host, about.isFleet() ? "fleet" : "agent")),
        new DetectionFinding.Remediation(words.advice(), List.of()),
        Map.of("graftwatch", unmapped(telling, closed)));
  }

  private static String uid(Condition about) {
    return FindingId.of(
        about.subject(), "fleet-health", about.kind().word(), about.part() + "@" + about.since());
  }

  /// Sight that is lost in part is a note; that of a whole fleet never is.
  private static Severity severity(Condition about, Words words) {
    if (about.isFleet()) {
      return Severity.HIGH;
    }
    boolean half = about.kind() == Condition.Kind.COVERAGE && about.detail().contains("PARTIAL,");
    return half ? Severity.LOW : words.severity();
  }

  private static List<Device.Agent> agents(Condition about) {
    return about.isFleet()
        ? List.of()
        : List.of(new Device.Agent("Graftwatch", 1, about.subject(), null));
  }

  private String message(Telling telling, Words words) {
    Condition about = telling.about();
    boolean closed = telling.stage() == Stage.CLOSED;
    if (about.isFleet()) {
      return closed ? fleetOver(telling, words) : fleet(telling, words);
    }
    String host = Visible.line(about.host());
    if (telling.mergedInto() != null) {
      return "Many agents have the same trouble as %s; the fleet's incident speaks for all."
          .formatted(host);
    }
    String detail = Visible.line(about.detail());
    String since = clock(about.since());
    return closed
        ? words.end().formatted(host, detail)
        : words.sentence().formatted(host, since, detail);
  }

  private String fleet(Telling telling, Words words) {
    int affected = telling.hosts().size();
    return "%d of %d agents %s, since %s: %s. %s"
        .formatted(
            affected,
            Math.max(fleet, affected),
            words.predicate(),
            clock(telling.about().since()),
            listed(telling.hosts()),
            words.fleetSentence());
  }

  private String fleetOver(Telling telling, Words words) {
    return telling.hosts().isEmpty()
        ? "No agent is left of those that %s.".formatted(words.predicate())
        : "Only %d of %d agents are left of those that %s; each is told by itself: %s."
            .formatted(telling.hosts().size(), fleet, words.predicate(), listed(telling.hosts()));
  }

  private static String listed(List<String> hosts) {
    String some =
        Visible.line(String.join(", ", hosts.subList(0, Math.min(MAX_HOSTS, hosts.size()))));
    return hosts.size() > MAX_HOSTS ? some + " and " + (hosts.size() - MAX_HOSTS) + " more" : some;
  }

  private static String clock(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> unmapped(Telling telling, boolean closed) {
    Condition about = telling.about();
    var out = new TreeMap<String, Object>();
    out.put("state", closed ? "CLOSED" : "OPEN");
    out.put("codes", List.of(about.kind().name()));
    out.put("agent", about.subject());
    if (!about.part().isEmpty()) {
      out.put("part", about.part());
    }
    if (!telling.hosts().isEmpty()) {
      out.put("hosts", telling.hosts().subList(0, Math.min(MAX_LISTED, telling.hosts().size())));
    }
    if (telling.mergedInto() != null) {
      out.put("merged_into", uid(telling.mergedInto()));
    }
    return out;
  }
}
