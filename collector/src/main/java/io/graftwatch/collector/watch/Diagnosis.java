package io.graftwatch.collector.watch;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Condition;
import io.graftwatch.collector.store.Condition.Kind;
import io.graftwatch.collector.store.Vital;
import io.graftwatch.collector.store.Vitals;
import io.graftwatch.collector.text.Spans;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What one heartbeat says of its agent, measured by the one before it and by what has arrived. A
/// pure function.
final class Diagnosis {
  private static final Duration CLONED = Duration.ofHours(1);
  private static final int MAX_PARTS = 64;
  private static final int MAX_REASONS = 8;
  private static final int MAX_TEXT = 255;
  private static final List<String> LEVELS = List.of("NONE", "PARTIAL", "FULL");

  private final String agentId;
  private final Heartbeat beat;
  private final String host;
  private final Config.Watch limits;
  private final long now;
  private final @Nullable Vital before;
  private final List<Condition> holds = new ArrayList<>();

  private Diagnosis(
      String agentId, Heartbeat beat, Config.Watch limits, long now, @Nullable Vital before) {
    this.agentId = agentId;
    this.beat = beat;
    this.host = text(beat.hostname());
    this.limits = limits;
    this.now = now;
    this.before = before;
  }

  /// @param before null for the agent's first heartbeat
  /// @param certificate its newest one, null when it is not known
  /// @param arrived how many of its records have arrived
  /// @param open what was wrong until now
  static Vitals.Judgement of(
      String agentId,
      Heartbeat beat,
      Config.Watch limits,
      long now,
      @Nullable Vital before,
      Vitals.@Nullable Certificate certificate,
      long arrived,
      List<Condition> open) {
    return new Diagnosis(agentId, beat, limits, now, before).judge(certificate, arrived, open);
  }

  private Vitals.Judgement judge(
      Vitals.@Nullable Certificate certificate, long arrived, List<Condition> open) {
    Ledgers.open(beat).forEach((part, detail) -> found(Kind.LEDGER, part, detail));
    long base = gap(arrived);
    clock();
    if (certificate != null && certificate.expires() > 0) {
      certificate(certificate);
    }
    if (beat.stopping()) {
      // What it says of sources now is only that they end.
      open.stream().filter(Diagnosis::outlivesTheAgent).forEach(holds::add);
    } else {
      sources();
      coverage();
    }
    boolean degraded = !holds.isEmpty();
    Vital vital = identified(base, degraded);
    return new Vitals.Judgement(vital, holds, returned());
  }

  /// What it has receipts for must be here. It may have been told to another collector, or under
  /// another name, before it was first heard: that is the base.
  private long gap(long arrived) {
    Heartbeat.FindingLedger findings = beat.findings();
    if (findings == null) {
      return before == null ? 0 : before.receiptsBase();
    }
    long receipts = findings.acknowledged();
    long surplus = Math.max(0, receipts - arrived);
    long base = before == null ? surplus : Math.min(before.receiptsBase(), receipts);
    long missing = receipts - base - arrived;
    if (missing > 0) {
      found(
          Kind.GAP,
          "",
          "%s of the %d it has receipts for %s not here"
              .formatted(count(missing, "finding"), receipts, missing == 1 ? "is" : "are"));
    }
    return base;
  }

  private void clock() {
    Heartbeat.Clock clock = beat.clock();
    if (clock == null || clock.time() <= 0) {
      return;
    }
    long skew = clock.time() - now;
    if (Math.abs(skew) > limits.clockSkew().toMillis()) {
      found(
          Kind.CLOCK,
          "",
          "its clock is " + Spans.of(Math.abs(skew)) + (skew > 0 ? " ahead" : " behind"));
    }
  }

  /// An agent renews at two thirds of its certificate's life; at five sixths something is wrong.
  /// How long a life is is not known of certificates from before that was noted.
  private void certificate(Vitals.Certificate certificate) {
    long left = certificate.expires() - now;
    long life = certificate.expires() - certificate.made();
    if (certificate.made() > 0 && left < life / 6) {
      found(
          Kind.CERTIFICATE,
          "",
          left > 0
              ? "it is valid for " + Spans.of(left) + " more"
              : "it ended " + Spans.of(-left) + " ago");
    }
  }

  private void sources() {
    for (Heartbeat.SourceHealth source : parts(beat.sources())) {
      String state = text(source.state());
      if (state.equals("failed") || state.equals("stalled")) {
        String name = text(source.source());
        String why = source.problem() == null ? "" : ": " + text(source.problem());
        found(Kind.SOURCE, name, name + " is " + state + why);
      }
    }
  }

  private static boolean outlivesTheAgent(Condition condition) {
    return condition.kind() == Kind.SOURCE || condition.kind() == Kind.COVERAGE;
  }

  /// An analytic that sees less than it did before.
  private void coverage() {
    Map<String, String> best = levels(before == null ? "" : before.coverage());
    for (Heartbeat.Coverage analytic : parts(beat.coverage())) {
      String name = text(analytic.analytic());
      String level = text(analytic.level());
      String was = best.getOrDefault(name, level);
      if (LEVELS.indexOf(level) < LEVELS.indexOf(was)) {
        String why =
            analytic.reasons().isEmpty() ? "" : ": " + String.join("; ", analytic.reasons());
        found(Kind.COVERAGE, name, "%s sees %s, it was %s%s".formatted(name, level, was, why));
      }
    }
  }

  /// Two machines or boots that beat in turns are two hosts with one certificate. A single change
  /// is a restart.
  private Vital identified(long base, boolean degraded) {
    String machine = text(beat.machineId());
    String boot = text(beat.bootId());
    String identity = machine + " " + boot;
    String other = "";
    long otherSeen = 0;
    long clonedUntil = 0;
    if (before != null) {
      boolean same = before.identity().equals(identity);
      boolean back = !same && before.other().equals(identity);
      clonedUntil =
          back && now - before.otherSeen() <= limits.silentAfter().toMillis()
              ? now + CLONED.toMillis()
              : before.clonedUntil();
      other = same ? before.other() : before.identity();
      otherSeen = same ? before.otherSeen() : before.receivedAt();
    }
    if (clonedUntil > now) {
      found(
          Kind.CLONE,
          "",
          "two hosts beat in turns: machine and boot %s, and %s".formatted(identity, other));
    }
    return new Vital(
        now,
        machine,
        boot,
        beat.counter(),
        beat.stopping(),
        degraded,
        best(),
        sees(),
        other,
        otherSeen,
        clonedUntil,
        base);
  }

  /// Without its times, so that hosts that see the same say the same.
  private String sees() {
    List<Heartbeat.Coverage> sight =
        parts(beat.coverage()).stream()
            .map(analytic ->
                new Heartbeat.Coverage(
                    text(analytic.analytic()),
                    text(analytic.level()),
                    analytic.reasons().stream().limit(MAX_REASONS).map(Diagnosis::text).toList(),
                    List.of()))
            .toList();
    return new String(Json.bytes(sight), StandardCharsets.UTF_8);
  }

  /// The best that each analytic ever was.
  private String best() {
    Map<String, String> best = levels(before == null ? "" : before.coverage());
    for (Heartbeat.Coverage analytic : parts(beat.coverage())) {
      String level = text(analytic.level());
      if (LEVELS.contains(level) && best.size() < MAX_PARTS) {
        best.merge(
            text(analytic.analytic()),
            level,
            (a, b) -> LEVELS.indexOf(a) < LEVELS.indexOf(b) ? b : a);
      }
    }
    return best.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  private static Map<String, String> levels(String coverage) {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String part : coverage.split(",", -1)) {
      int equals = part.lastIndexOf('=');
      if (equals > 0) {
        levels.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return levels;
  }

  /// What the silence was, as far as the heartbeats on both sides of it say.
  private String returned() {
    if (before == null) {
      return "it is heard";
    }
    if (beat.stopping()) {
      return "it was heard again and stopped on purpose";
    }
    if (!before.bootId().equals(text(beat.bootId()))) {
      return "the host has been started anew";
    }
    if (beat.counter() <= before.counter()) {
      return "the agent has been started anew and the host has not: it had crashed or been killed";
    }
    return "it ran all the time, heartbeats %d to %d were not heard: the way was broken"
        .formatted(before.counter() + 1, beat.counter() - 1);
  }

  private void found(Kind kind, String part, String detail) {
    holds.add(Condition.found(agentId, kind, part, host, text(detail), now));
  }

  static <T> List<T> parts(@Nullable List<T> parts) {
    return parts == null ? List.of() : parts.subList(0, Math.min(MAX_PARTS, parts.size()));
  }

  static String count(long number, String what) {
    return number == 1 ? "1 " + what : number + " " + what + "s";
  }

  static String text(@Nullable String said) {
    return said == null ? "" : said.length() <= MAX_TEXT ? said : said.substring(0, MAX_TEXT);
  }
}
