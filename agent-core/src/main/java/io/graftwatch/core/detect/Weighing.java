package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Code;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.lineage.Attribution;
import io.graftwatch.core.lineage.ServerInstance;

/// Turns signs into evidence: what a code is worth here, given who it is attributed to, who told
/// it, and what this host is known to do anyway.
final class Weighing {
  private final EngineConfig config;
  private final SiteKnowledge site;
  private final Baseline baseline = new Baseline();

  Weighing(EngineConfig config, SiteKnowledge site) {
    this.config = config;
    this.site = site;
  }

  Baseline baseline() {
    return baseline;
  }

  /// Weighs a sign.
  ///
  /// @param watched how long the instance has been watched without a gap, microseconds
  Evidence weigh(Fact fact, Attribution by, Sign sign, long watched) {
    Code code = config.catalogue().code(sign.code());
    double b = sign.benign();
    if (!site.site().declared()) {
      b = Math.min(b, baseline.b(habit(by.instance(), sign), fact.time()));
    }
    double base = sign.base() >= 0 ? sign.base() : base(code, b, watched);
    double trust = fact.provenance().trust();
    double q = by.quality();
    if (code.decisive()) {
      b = 1;
    }
    double factor = q * trust * b;
    double p = base * factor;
    if (code.decisive()) {
      p = Math.max(p, Code.DECISIVE_FLOOR);
    }
    boolean warm = fact instanceof ProcessStart start && start.kind() == ProcessStart.Kind.WARM;
    boolean preexisting = warm || fact.provenance().preexisting();
    return new Evidence(
        sign.code(),
        fact.time(),
        fact.provenance().source(),
        fact.provenance().shown(),
        p,
        factor,
        b,
        q,
        preexisting,
        sign.subject());
  }

  /// The catalogue's probability, raised where the absence of a pattern is itself telling: a
  /// declared baseline is complete, a learnt one has watched long enough.
  private double base(Code code, double b, long watched) {
    double base = code.p(config.platform(), config.family());
    if (b < 1) {
      return base;
    }
    if (site.site().declared()) {
      return switch (code.code()) {
        case "N1" -> 0.70;
        case "N2" -> 0.62;
        case "X1", "X2" -> base + Code.MATURITY_BONUS;
        default -> base;
      };
    }
    return code.matures() && watched > Baseline.LEARNING ? base + Code.MATURITY_BONUS : base;
  }

  /// Remembers what was seen, unless it must never become ordinary.
  void learn(Sign sign, Evidence evidence, InstanceBook book) {
    if (site.site().declared()
        || config.catalogue().code(sign.code()).decisive()
        || sign.code().charAt(0) == 'A'
        || book.active
        || (evidence.preexisting() && evidence.p() >= 0.6)) {
      return;
    }
    baseline.learn(habit(book.instance, sign), evidence.time());
  }

  private static Baseline.Habit habit(ServerInstance instance, Sign sign) {
    return new Baseline.Habit(instance.kind(), instance.key(), sign.code(), sign.pattern());
  }
}
