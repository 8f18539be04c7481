package io.graftwatch.linux.live;

import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.linux.audit.AuditdType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Makes facts of what the watch finds: each trouble is told when it begins, goes on being told
/// while it lasts, and its last interval when it ends. A pure state machine over observations.
final class Blindness {
  private static final long REPEAT = TimeUnit.SECONDS.toMicros(60);

  /// Trouble → the end of its newest interval.
  private final Map<Trouble, Long> told = new EnumMap<>(Trouble.class);

  private long lastCheck;

  /// @param now when all was well for certain, microseconds since the epoch
  Blindness(long now) {
    lastCheck = now;
  }

  /// Takes the outcome of one look.
  ///
  /// @param troubles what is wrong
  /// @param mended which of it is right again by now
  /// @param now microseconds since the epoch
  List<Fact> observe(Set<Trouble> troubles, Set<Trouble> mended, long now) {
    var facts = new ArrayList<Fact>();
    for (Trouble trouble : Trouble.values()) {
      Long until = told.get(trouble);
      boolean here = troubles.contains(trouble);
      boolean over = !here || mended.contains(trouble);
      if (here && until == null) {
        began(trouble, now, facts);
        told.put(trouble, now);
      } else if (until != null && (over || now - until >= REPEAT)) {
        facts.add(gap(trouble, until, now));
        told.put(trouble, now);
      }
      if (over) {
        told.remove(trouble);
      }
    }
    lastCheck = now;
    return facts;
  }

  private void began(Trouble trouble, long now, List<Fact> facts) {
    SourceChange.Kind change = trouble.change();
    if (change != null) {
      facts.add(
          new SourceChange(
              Losses.provenance(trouble.reason() + ":change", now, trouble.sentence()),
              AuditdType.KIND,
              change,
              trouble.sentence(),
              Actor.UNKNOWN));
    }
    facts.add(gap(trouble, lastCheck, now));
  }

  private static SourceGap gap(Trouble trouble, long from, long to) {
    return Losses.gap(trouble.reason(), -1, from, to, trouble.sentence());
  }
}
