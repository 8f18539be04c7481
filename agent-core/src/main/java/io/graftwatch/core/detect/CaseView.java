package io.graftwatch.core.detect;

import io.graftwatch.core.lineage.ServerInstance;
import io.graftwatch.delivery.finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A case as its aggregates make it: what an analyst is shown, computed anew each time.
///
/// @param instance the server instance
/// @param component the implant, null for the `unknown` case
/// @param codes everything that counts, derived codes included
/// @param classes class → the best p in it, L included, only classes that are there
/// @param score C in per mille
/// @param state how far it came
/// @param decisive a decisive code is present
/// @param delta microseconds from the first placement to what ran; -1 without a link
/// @param gone the component is no longer there and the server was restarted without it
/// @param least severity that the stages of a platform page give it at least
record CaseView(
    ServerInstance instance,
    @Nullable Component component,
    SortedMap<String, CodeStat> codes,
    Map<String, Double> classes,
    int score,
    CaseState state,
    boolean decisive,
    long delta,
    boolean gone,
    Severity least) {
  static final int MAX_EVIDENCE = 32;
  static final String UNKNOWN = "unknown";

  /// What the id is made of: the stem that a component's file and registrations share, so that the
  /// order in which they are seen changes nothing; a script's or archive's whole path.
  String implantKey() {
    return component == null ? UNKNOWN : component.stem;
  }

  /// What a reader knows the implant by.
  String shown() {
    return component == null ? UNKNOWN : component.shown();
  }

  long count() {
    long count = 0;
    for (CodeStat stat : codes.values()) {
      count += stat.count;
    }
    return count;
  }

  long first() {
    return codes.values().stream().mapToLong(s -> s.first).min().orElse(0);
  }

  long last() {
    return codes.values().stream().mapToLong(s -> s.last).max().orElse(0);
  }

  /// Time of the last evidence that is more than a restart.
  long acted() {
    return codes.values().stream()
        .filter(stat -> stat.code.charAt(0) != 'A')
        .mapToLong(stat -> stat.last)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /// The best evidence of each code and stage in time order, at most [#MAX_EVIDENCE].
  List<Evidence> evidence() {
    NavigableSet<Evidence> kept = new TreeSet<>(Evidence.BY_TIME);
    codes.values().stream()
        .flatMap(stat -> stat.shown().stream())
        .sorted(Evidence.BY_STRENGTH)
        .limit(MAX_EVIDENCE)
        .forEach(kept::add);
    return new ArrayList<>(kept);
  }

  /// The best evidence of a class, or null.
  @Nullable Evidence best(String classId) {
    return codes.values().stream()
        .filter(stat -> stat.code.startsWith(classId))
        .map(stat -> stat.best)
        .min(Evidence.BY_STRENGTH)
        .orElse(null);
  }

  boolean has(String code) {
    return codes.containsKey(code);
  }

  static final Comparator<CaseView> WORST_FIRST =
      Comparator.comparingInt(CaseView::score)
          .reversed()
          .thenComparing(CaseView::instance)
          .thenComparing(CaseView::implantKey);
}
