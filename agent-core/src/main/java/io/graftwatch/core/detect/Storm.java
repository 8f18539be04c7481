package io.graftwatch.core.detect;

import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Severity;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The storm guard: more than [#MOST] new findings in an hour on one host are told as one, with
/// their number and the worst of them. What it holds back is counted, stays in its case, and is
/// told on its own once the hour has room again (detection-spec section 7).
final class Storm {
  static final int MOST = 20;
  private static final long MINUTE = 60_000_000L;
  private static final long HOUR = 60 * MINUTE;
  private static final int MAX_HELD = 4096;
  private static final int TOP = 10;

  /// A case that is held back.
  ///
  /// @param uid of its finding
  /// @param title of its finding
  record Held(String uid, String title, Severity severity, int score, List<String> codes) {
    private static final Comparator<Held> WORST_FIRST =
        Comparator.comparing(Held::severity)
            .thenComparingInt(Held::score)
            .reversed()
            .thenComparing(Held::uid);
  }

  /// What is to be said of the storm.
  ///
  /// @param count cases held back so far
  /// @param top the worst of those that still are
  record Report(
      Activity activity,
      int revision,
      long begun,
      long time,
      long count,
      List<Held> top,
      TreeSet<String> codes) {}

  /// Times of the last hour's new findings.
  final ArrayDeque<Long> created = new ArrayDeque<>();

  final Map<String, Held> held = new LinkedHashMap<>();

  /// Cases held back since the storm began, and how many of them were last told.
  long count;

  long told;

  /// When it was last told, when it began, how often it was told since the beginning of time.
  long time;

  long begun;
  int revision;

  /// Whether another new finding may be told now.
  boolean admits(long now) {
    while (!created.isEmpty() && created.peek() < now - HOUR) {
      created.poll();
    }
    return created.size() < MOST;
  }

  /// Whether something is held back that may be told now.
  boolean waits(long now) {
    return !held.isEmpty() && admits(now);
  }

  /// A new finding was told.
  void admitted(String uid, long now) {
    created.add(now);
    held.remove(uid);
  }

  void hold(Held one, long now) {
    if (count == 0) {
      begun = now;
    }
    if (held.put(one.uid, one) == null) {
      count++;
      if (held.size() > MAX_HELD) {
        held.remove(held.values().stream().max(Held.WORST_FIRST).orElseThrow().uid);
      }
    }
  }

  boolean holds(String uid) {
    return held.containsKey(uid);
  }

  /// What is new to be said: at the beginning, when the number doubles, and at the end.
  @Nullable Report report(long now) {
    boolean over = count > 0 && admits(now) && held.isEmpty();
    boolean news =
        told == 0
            ? count > 0
            : now - time >= MINUTE && Long.highestOneBit(count) > Long.highestOneBit(told);
    if (!over && !news) {
      return null;
    }
    Activity activity = over ? Activity.CLOSE : revision == 0 ? Activity.CREATE : Activity.UPDATE;
    var codes = new TreeSet<String>();
    held.values().forEach(each -> codes.addAll(each.codes));
    var report =
        new Report(
            activity,
            ++revision,
            begun,
            now,
            count,
            held.values().stream().sorted(Held.WORST_FIRST).limit(TOP).toList(),
            codes);
    told = over ? 0 : count;
    count = over ? 0 : count;
    time = now;
    return report;
  }
}
