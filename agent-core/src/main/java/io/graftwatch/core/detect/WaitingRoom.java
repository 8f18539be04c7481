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

    // Those that wait for the same ancestor, the latest first.
    private @Nullable Guest left;
    private @Nullable Guest right;

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

  /// The latest that waits for each ancestor.
  private final Map<ProcessNode, Guest> byRoot = new HashMap<>();

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
    Guest before = byRoot.put(root, guest);
    guest.left = null;
    guest.right = before;
    if (before != null) {
      before.left = guest;
    }
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
    if (leaving.root != null) {
      unindex(leaving, leaving.root);
    }
    return leaving;
  }

  private void unindex(Guest guest, ProcessNode root) {
    if (guest.right != null) {
      guest.right.left = guest.left;
    }
    if (guest.left != null) {
      guest.left.right = guest.right;
    } else if (guest.right != null) {
      byRoot.put(root, guest.right);
    } else {
      byRoot.remove(root);
    }
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
      Guest next = byRoot.remove(root);
      while (next != null) {
        Guest guest = next;
        next = guest.right;
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
