package io.graftwatch.linux.live;

import io.graftwatch.linux.rules.AuditRule;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Keeps our rules loaded and leaves everybody else's alone. Rules that somebody flushed are put
/// back, but only so often: two programs that fight over rules have frozen hosts.
final class RuleKeeper {
  private static final int PUT_BACKS = 6;
  private static final long HOUR = TimeUnit.HOURS.toMicros(1);

  private final String prefix;
  private final ArrayDeque<Long> putBacks = new ArrayDeque<>();
  private final Set<RuleData> refused = new LinkedHashSet<>();
  private List<RuleData> wanted = List.of();
  private Set<RuleData> leading = Set.of();

  /// @param prefix what the keys of all our rules start with; others are foreign
  RuleKeeper(String prefix) {
    this.prefix = prefix;
  }

  /// Sets what must be loaded, in order.
  void want(List<AuditRule> rules) {
    wanted = rules.stream().map(RuleData::of).toList();
    leading = new LinkedHashSet<>();
    rules.stream().filter(AuditRule::first).map(RuleData::of).forEach(leading::add);
    refused.clear();
  }

  /// Wanted rules that are not among those loaded, without those that the kernel refuses.
  List<RuleData> missing(List<RuleData> loaded) {
    Set<RuleData> there = Set.copyOf(loaded);
    return wanted.stream()
        .filter(rule -> !there.contains(rule) && !refused.contains(rule))
        .toList();
  }

  /// Loads what is missing and deletes what is ours but no longer wanted.
  ///
  /// @param loaded the rules as listed just now
  /// @return rules added
  int install(AuditControl control, List<RuleData> loaded) throws IOException {
    Set<RuleData> keep = Set.copyOf(wanted);
    List<RuleData> missing = new ArrayList<>(missing(loaded));
    boolean order = missing.stream().anyMatch(leading::contains);
    for (RuleData rule : loaded) {
      if (rule.key().startsWith(prefix)
          && (!keep.contains(rule) || (order && leading.contains(rule)))) {
        control.delete(rule);
      }
    }
    if (order) {
      // Those that go first are loaded anew together: each lands before the one before it.
      missing.removeIf(leading::contains);
      missing.addAll(0, leading);
    }
    int added = 0;
    for (RuleData rule : missing) {
      added += add(control, rule) ? 1 : 0;
    }
    return added;
  }

  private boolean add(AuditControl control, RuleData rule) throws IOException {
    try {
      return control.add(rule);
    } catch (io.graftwatch.linux.kernel.DeniedException e) {
      throw e;
    } catch (IOException e) {
      // An old kernel does not know a field, or a path has just gone. The other rules still count.
      refused.add(rule);
      return false;
    }
  }

  /// What the keys of our rules start with.
  String prefix() {
    return prefix;
  }

  /// Rules that the kernel did not take.
  int refused() {
    return refused.size();
  }

  /// Whether rules may be put back once more, and if so counts it.
  boolean mayPutBack(long now) {
    while (!putBacks.isEmpty() && now - putBacks.peekFirst() >= HOUR) {
      putBacks.removeFirst();
    }
    if (putBacks.size() >= PUT_BACKS) {
      return false;
    }
    putBacks.addLast(now);
    return true;
  }

  /// Deletes all rules whose key has a prefix, whoever loaded them.
  ///
  /// @return how many
  static int remove(AuditControl control, String prefix) throws IOException {
    int removed = 0;
    for (RuleData rule : control.rules()) {
      if (rule.key().startsWith(prefix) && control.delete(rule)) {
        removed++;
      }
    }
    return removed;
  }
}
