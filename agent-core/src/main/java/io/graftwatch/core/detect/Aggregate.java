package io.graftwatch.core.detect;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The evidence of one implant or of one instance: a [CodeStat] for each code, and the very latest
/// evidence. Bounded by the number of codes.
final class Aggregate {
  final TreeMap<String, CodeStat> codes = new TreeMap<>();
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
    merged.latest = later(a.latest, b.latest);
    return merged;
  }

  private static @Nullable Evidence later(@Nullable Evidence a, @Nullable Evidence b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return Evidence.BY_TIME.compare(a, b) >= 0 ? a : b;
  }

  @Nullable CodeStat stat(String code) {
    return codes.get(code);
  }

  boolean isEmpty() {
    return codes.isEmpty();
  }
}
