package io.graftwatch.core.detect;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a case keeps of one code: the best evidence, how often, when first and last. Bounded,
/// whatever the volume, and independent of the order of arrival.
final class CodeStat {
  private static final int MAX_SUBTREES = 32;

  final String code;
  Evidence best;
  @Nullable Evidence bestSolid;
  long count;
  long first;
  long last;
  long solidFirst = Long.MAX_VALUE;
  long solidLast = Long.MIN_VALUE;
  final Set<Integer> subtrees = new HashSet<>(2);

  /// Stage → its best evidence, where evidence of the code comes in stages.
  final Map<String, Evidence> stages = new TreeMap<>();

  CodeStat(Evidence evidence) {
    this.code = evidence.code();
    this.best = evidence;
    this.first = evidence.time();
    this.last = evidence.time();
    add(evidence);
  }

  /// @return whether it changes more than the count: what the case adds up to may be another
  boolean add(Evidence evidence) {
    boolean news = evidence.time() < first || (count & (count + 1)) == 0;
    count++;
    first = Math.min(first, evidence.time());
    last = Math.max(last, evidence.time());
    if (Evidence.BY_STRENGTH.compare(evidence, best) < 0) {
      best = evidence;
      news = true;
    }
    if (evidence.solid()) {
      solidFirst = Math.min(solidFirst, evidence.time());
      solidLast = Math.max(solidLast, evidence.time());
      if (bestSolid == null || Evidence.BY_STRENGTH.compare(evidence, bestSolid) < 0) {
        bestSolid = evidence;
        news = true;
      }
    }
    String stage = Stages.of(evidence);
    if (stage != null) {
      stages.merge(stage, evidence, CodeStat::better);
    }
    if (evidence.subject().subtree() >= 0 && subtrees.size() < MAX_SUBTREES) {
      news |= subtrees.add(evidence.subject().subtree());
    }
    return news;
  }

  private static Evidence better(Evidence a, Evidence b) {
    return Evidence.BY_STRENGTH.compare(a, b) <= 0 ? a : b;
  }

  /// What is shown of the code: the best evidence, of each stage where there are stages.
  Collection<Evidence> shown() {
    return stages.isEmpty() ? List.of(best) : stages.values();
  }

  /// A copy that can be changed without touching this one.
  CodeStat merge(CodeStat other) {
    CodeStat merged = new CodeStat(best);
    merged.count = count + other.count;
    merged.first = Math.min(first, other.first);
    merged.last = Math.max(last, other.last);
    merged.solidFirst = Math.min(solidFirst, other.solidFirst);
    merged.solidLast = Math.max(solidLast, other.solidLast);
    merged.best = Evidence.BY_STRENGTH.compare(other.best, best) < 0 ? other.best : best;
    merged.bestSolid =
        bestSolid == null
            ? other.bestSolid
            : other.bestSolid == null
                    || Evidence.BY_STRENGTH.compare(bestSolid, other.bestSolid) <= 0
                ? bestSolid
                : other.bestSolid;
    stages.forEach((stage, each) -> merged.stages.merge(stage, each, CodeStat::better));
    other.stages.forEach((stage, each) -> merged.stages.merge(stage, each, CodeStat::better));
    merged.subtrees.addAll(subtrees);
    merged.subtrees.addAll(other.subtrees);
    return merged;
  }

  boolean solid() {
    return bestSolid != null;
  }
}
