package io.graftwatch.core.ledger;

import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.ledger.Coverage.BlindInterval;
import io.graftwatch.core.ledger.Coverage.Level;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.SourceState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How much of each analytic can be seen, from how its sources fare and what they lost. Owned by
/// the detection thread.
public final class CoverageBook {
  /// Gaps this close together are one interval.
  private static final long MERGE = TimeUnit.SECONDS.toMicros(60);

  /// A blind interval lowers the level for this long; it stays listed longer.
  private static final long FRESH = TimeUnit.HOURS.toMicros(24);

  private final Map<String, List<Need>> analytics;
  private final Map<String, Deque<BlindInterval>> blind = new HashMap<>();

  /// @param platforms [io.graftwatch.core.source.Platform#id] of this host, and of others that it
  ///   looks after
  public CoverageBook(String... platforms) {
    this.analytics = new TreeMap<>();
    for (String platform : platforms) {
      analytics.putAll(Need.of(platform));
    }
  }

  /// Takes note of an interval in which records were lost.
  public void gap(SourceGap gap) {
    Deque<BlindInterval> intervals =
        blind.computeIfAbsent(gap.provenance().source(), _ -> new ArrayDeque<>());
    BlindInterval newest = intervals.peekLast();
    var interval =
        new BlindInterval(
            gap.provenance().source(), gap.from(), gap.to(), gap.lost(), gap.reason());
    if (newest != null
        && newest.reason().equals(gap.reason())
        && gap.from() - newest.to() <= MERGE
        && gap.to() >= newest.from()) {
      intervals.removeLast();
      interval = join(newest, interval);
    }
    intervals.addLast(interval);
    if (intervals.size() > Coverage.MAX_BLIND) {
      intervals.removeFirst();
    }
  }

  private static BlindInterval join(BlindInterval a, BlindInterval b) {
    long lost = a.lost() < 0 || b.lost() < 0 ? -1 : a.lost() + b.lost();
    return new BlindInterval(
        a.source(), Math.min(a.from(), b.from()), Math.max(a.to(), b.to()), lost, a.reason());
  }

  /// The coverage of every analytic of the platform.
  ///
  /// @param now microseconds since the epoch
  public List<Coverage> coverage(List<SourceState> states, long now) {
    var byKind = new HashMap<String, SourceState>();
    states.forEach(state -> byKind.put(state.kind(), state));
    var all = new ArrayList<Coverage>(analytics.size());
    analytics.forEach((id, needs) -> all.add(coverage(id, needs, byKind, now)));
    return all;
  }

  private Coverage coverage(
      String analytic, List<Need> needs, Map<String, SourceState> states, long now) {
    var reasons = new ArrayList<String>();
    var intervals = new ArrayList<BlindInterval>();
    var used = new ArrayList<SourceState>();
    boolean anything = false;
    for (Need need : needs) {
      SourceState source = first(need, states);
      if (source == null) {
        reasons.add(why(need, states));
      } else {
        anything = true;
        if (!used.contains(source)) {
          used.add(source);
        }
      }
    }
    for (SourceState source : used) {
      for (Applicability.Lack lack : source.lacks()) {
        reasons.add(source.kind() + ": " + lack.what());
      }
      for (BlindInterval interval : blind.getOrDefault(source.kind(), new ArrayDeque<>())) {
        intervals.add(interval);
        if (now - interval.to() < FRESH) {
          reasons.add(sentence(interval));
        }
      }
    }
    Level level = !anything ? Level.NONE : reasons.isEmpty() ? Level.FULL : Level.PARTIAL;
    int from = Math.max(0, intervals.size() - Coverage.MAX_BLIND);
    return new Coverage(analytic, level, reasons, intervals.subList(from, intervals.size()));
  }

  private static @Nullable SourceState first(Need need, Map<String, SourceState> states) {
    for (String kind : need.sources()) {
      SourceState state = states.get(kind);
      if (state != null && state.running()) {
        return state;
      }
    }
    return null;
  }

  /// Why a need is not met: what its best source says.
  private static String why(Need need, Map<String, SourceState> states) {
    for (String kind : need.sources()) {
      SourceState state = states.get(kind);
      if (state != null && state.problem() != null) {
        return need.what() + ": " + kind + " " + state.problem();
      }
    }
    return need.sources().isEmpty()
        ? need.what()
        : need.what() + ": no source (" + String.join(", ", need.sources()) + ") runs";
  }

  private static String sentence(BlindInterval interval) {
    String lost = interval.lost() < 0 ? "an unknown number of" : String.valueOf(interval.lost());
    return "%s lost %s records in %d s (%s)"
        .formatted(
            interval.source(),
            lost,
            TimeUnit.MICROSECONDS.toSeconds(interval.to() - interval.from()),
            interval.reason());
  }
}
