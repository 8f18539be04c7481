package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.lineage.ProcessNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Facts that wait for a while: for the parents of their process, or for a source that tells an
/// address.
///
/// Those that wait for parents are found by the topmost ancestor that is known, so that a link
/// found costs as much as the facts that it concerns, however many wait.
final class WaitingRoom {
  /// A fact that waits.
  static final class Guest {
    private final Fact fact;
    private final ProcessNode node;
    private final long deadline;
    private final long arrival;

    /// The ancestor whose parent it waits for; null when it does not wait for lineage.
    private @Nullable ProcessNode root;

    private @Nullable Guest elder;
    private @Nullable Guest younger;

    private Guest(Fact fact, ProcessNode node, long deadline, long arrival) {
      this.fact = fact;
      this.node = node;
      this.deadline = deadline;
      this.arrival = arrival;
    }

    Fact fact() {
      return fact;
    }

    ProcessNode node() {
      return node;
    }
  }

  private final int capacity;
  private @Nullable Guest eldest;
  private @Nullable Guest youngest;
  private int size;
  private final Map<ProcessNode, List<Guest>> byRoot = new HashMap<>();
  private long arrivals;

  /// @param capacity most facts that wait; more push the eldest out
  WaitingRoom(int capacity) {
    this.capacity = capacity;
  }

  int size() {
    return size;
  }

  /// Has a fact wait.
  ///
  /// @param forLineage for its process's parents, else for its time alone
  void add(Fact fact, ProcessNode node, long deadline, boolean forLineage) {
    var guest = new Guest(fact, node, deadline, arrivals++);
    guest.elder = youngest;
    if (youngest == null) {
      eldest = guest;
    } else {
      youngest.younger = guest;
    }
    youngest = guest;
    size++;
    if (forLineage) {
      index(guest);
    }
  }

  private void index(Guest guest) {
    ProcessNode root = guest.node.root();
    guest.root = root;
    byRoot.computeIfAbsent(root, _ -> new ArrayList<>(2)).add(guest);
  }

  /// The eldest, when its time has come or there are too many; it no longer waits.
  @Nullable Guest due(long now) {
    return eldest != null && (eldest.deadline <= now || size > capacity) ? poll() : null;
  }

  /// The eldest; it no longer waits. Null when there is none.
  @Nullable Guest poll() {
    Guest leaving = eldest;
    if (leaving == null) {
      return null;
    }
    unlink(leaving);
    List<Guest> beside = leaving.root == null ? null : byRoot.get(leaving.root);
    if (beside != null) {
      beside.remove(leaving);
      if (beside.isEmpty()) {
        byRoot.remove(leaving.root);
      }
    }
    return leaving;
  }

  private void unlink(Guest guest) {
    if (guest.elder == null) {
      eldest = guest.younger;
    } else {
      guest.elder.younger = guest.younger;
    }
    if (guest.younger == null) {
      youngest = guest.elder;
    } else {
      guest.younger.elder = guest.elder;
    }
    size--;
  }

  /// Those whose lineage is settled by what changed above these ancestors, the eldest first; they
  /// no longer wait.
  List<Guest> settled(Collection<ProcessNode> roots) {
    if (size == 0 || roots.isEmpty()) {
      return List.of();
    }
    var ready = new ArrayList<Guest>();
    for (ProcessNode root : roots) {
      List<Guest> concerned = byRoot.remove(root);
      for (Guest guest : concerned == null ? List.<Guest>of() : concerned) {
        if (guest.node.settled()) {
          unlink(guest);
          ready.add(guest);
        } else {
          index(guest);
        }
      }
    }
    ready.sort(Comparator.comparingLong(guest -> guest.arrival));
    return ready;
  }
}
