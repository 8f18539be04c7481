package io.graftwatch.core.detect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is kept of an administered host: its acts, and what is known to be installed there. Of acts
/// that are alike the earliest and the latest stay, so the size is bounded whatever is told.
final class Timeline {
  private static final int PER_SLOT = 24;
  private static final int MAX_SLOTS = 96;
  private static final int MAX_INSTALLED = 1024;

  private final TreeMap<String, TreeSet<Act>> slots = new TreeMap<>();

  /// Of the acts those that list all that is installed.
  private final TreeSet<Act> lists = new TreeSet<>(Act.BY_TIME);

  /// Slot → acts that were let go.
  private final Map<String, Long> folded = new TreeMap<>();

  /// VIB, `vendor/name` → event time of the newest list that names it.
  private final Map<String, Long> installed = new LinkedHashMap<>();

  private final Set<String> vendors = new LinkedHashSet<>();
  private long steps = Long.MIN_VALUE;

  /// @return false when it is known already, or there is no room for one of its sort
  boolean add(Act act) {
    String slot = act.slot();
    TreeSet<Act> like = slots.get(slot);
    if (like == null) {
      if (slots.size() >= MAX_SLOTS) {
        folded.merge("other", 1L, Long::sum);
        return false;
      }
      like = new TreeSet<>(Act.BY_TIME);
      slots.put(slot, like);
    }
    if (!like.add(act)) {
      return false;
    }
    if (act.is(Act.WHOLE)) {
      lists.add(act);
    }
    if (like.size() > PER_SLOT) {
      Act middle = List.copyOf(like).get(PER_SLOT / 2);
      like.remove(middle);
      lists.remove(middle);
      folded.merge(slot, 1L, Long::sum);
    }
    if (act.evidence() != null) {
      steps = Math.max(steps, act.time());
    }
    return true;
  }

  /// Acts like that one that are kept.
  int like(Act act) {
    TreeSet<Act> like = slots.get(act.slot());
    return like == null ? 0 : like.size();
  }

  /// In the order of time.
  List<Act> acts() {
    var all = new ArrayList<Act>();
    slots.values().forEach(all::addAll);
    all.sort(Act.BY_TIME);
    return all;
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  /// Acts like that one that were let go.
  long folded(Act act) {
    return folded.getOrDefault(act.slot(), 0L);
  }

  /// Event time of the latest step; MIN_VALUE for none.
  long lastStep() {
    return steps;
  }

  /// Whether an inventory has been seen.
  boolean inventoried() {
    return !installed.isEmpty();
  }

  /// @param vib `vendor/name`
  /// @param time of the list that names it
  /// @return whether it was not known to be there
  boolean install(String vib, long time) {
    Long before = installed.get(vib);
    if (before == null && installed.size() >= MAX_INSTALLED) {
      return false;
    }
    installed.put(vib, before == null ? time : Math.max(before, time));
    if (before == null) {
      return true;
    }
    Act without = without(before);
    return without != null && without.time() < time;
  }

  /// The first whole list that a VIB which was there is missing from; null while it is there.
  ///
  /// @param name without its vendor
  @Nullable Act without(String name) {
    long listed = Long.MIN_VALUE;
    for (Map.Entry<String, Long> each : installed.entrySet()) {
      if (each.getKey().endsWith("/" + name)) {
        listed = Math.max(listed, each.getValue());
      }
    }
    return listed == Long.MIN_VALUE ? null : without(listed);
  }

  /// The first whole list after the last that names a VIB.
  private @Nullable Act without(long listed) {
    for (Act list : lists) {
      if (list.time() > listed) {
        return list;
      }
    }
    return null;
  }

  /// When the host last started; MIN_VALUE when that was not seen.
  long booted() {
    return slots.values().stream()
        .flatMap(TreeSet::stream)
        .filter(act -> act.kind() == Act.Kind.BOOT)
        .mapToLong(Act::time)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /// Vendors of what was there at the first inventory, in lower case.
  Set<String> vendors() {
    return vendors;
  }

  Map<String, Long> installed() {
    return installed;
  }

  Map<String, Long> folded() {
    return folded;
  }
}
