package io.graftwatch.core.detect;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The evidence of one implant or of one instance: a [CodeStat] for each code, and the very first
/// and very latest evidence. Bounded by the number of codes.
final class Aggregate {
  final TreeMap<String, CodeStat> codes = new TreeMap<>();
  @Nullable Evidence first;
  @Nullable Evidence latest;

  /// @return whether it may change what the case adds up to
  boolean add(Evidence evidence) {
    CodeStat known = codes.get(evidence.code());
    boolean news = true;
    if (known == null) {
      codes.put(evidence.code(), new CodeStat(evidence));
    } else {
      news = known.add(evidence);
    }
    if (first == null || Evidence.BY_TIME.compare(evidence, first) < 0) {
      first = evidence;
    }
    if (latest == null || Evidence.BY_TIME.compare(evidence, latest) > 0) {
      latest = evidence;
    }
    return news;
  }

  /// Both together; neither is changed.
  static Aggregate merge(Aggregate a, Aggregate b) {
    var merged = new Aggregate();
    merged.codes.putAll(a.codes);
    b.codes.forEach((code, stat) -> merged.codes.merge(code, stat, CodeStat::merge));
    merged.first = edge(a.first, b.first, true);
    merged.latest = edge(a.latest, b.latest, false);
    return merged;
  }

  private static @Nullable Evidence edge(
      @Nullable Evidence a, @Nullable Evidence b, boolean earliest) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    boolean before = Evidence.BY_TIME.compare(a, b) <= 0;
    return before == earliest ? a : b;
  }

  @Nullable CodeStat stat(String code) {
    return codes.get(code);
  }

  boolean isEmpty() {
    return codes.isEmpty();
  }
}
