package io.graftwatch.core.lineage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All known processes by pid, with a hard cap that a flood cannot exploit.
///
/// At most `capacity` processes are kept: a new one pushes out, in this order, the longest ended
/// without a server, the longest ended of a server's lineage, the oldest live one without a server,
/// and only then one of a live server's lineage. Costs about 250 bytes a process beside its command
/// line.
public final class ProcessTable {
  private static final int POOL = 8192;
  private static final int POOLED_LINES = 1024;
  private static final int SHORT = 512;

  private static final int DEAD_OTHER = 0;
  private static final int DEAD_LINEAGE = 1;
  private static final int LIVE_OTHER = 2;
  private static final int LIVE_LINEAGE = 3;

  private final int capacity;
  private final @Nullable ProcessNode[] heads = new ProcessNode[4];
  private final @Nullable ProcessNode[] tails = new ProcessNode[4];
  private @Nullable ProcessNode[] slots = new ProcessNode[1024];

  /// The pids of `slots`, plus one, so that a search reads no node but the one that it finds.
  private int[] pids = new int[1024];

  private int size;
  private long evicted;
  private final Map<String, String> pool = new HashMap<>();
  private final Map<List<String>, String> commandLines = new HashMap<>();

  /// @param capacity most processes kept, at least 16
  public ProcessTable(int capacity) {
    if (capacity < 16) {
      throw new IllegalArgumentException("process table of " + capacity + ": at least 16");
    }
    this.capacity = capacity;
  }

  public int size() {
    return size;
  }

  /// Processes pushed out since the start.
  public long evicted() {
    return evicted;
  }

  /// The process last known under that pid, alive or ended.
  public @Nullable ProcessNode get(int pid) {
    if (pid < 0) {
      return null;
    }
    int mask = pids.length - 1;
    for (int i = spread(pid) & mask; pids[i] != 0; i = (i + 1) & mask) {
      if (pids[i] == pid + 1) {
        return slots[i];
      }
    }
    return null;
  }

  /// Adds a process; one that had the same pid before is forgotten (its children keep it).
  void put(ProcessNode node) {
    ProcessNode old = get(node.pid);
    if (old != null) {
      remove(old);
    }
    while (size >= capacity) {
      evictOne();
    }
    if (size * 3 > slots.length * 2) {
      grow();
    }
    insert(node);
    size++;
    relist(node);
  }

  /// Puts a process at the young end of the list that its state asks for.
  void relist(ProcessNode node) {
    int list =
        node.ended >= 0
            ? (Lineage.origin(node) != null ? DEAD_LINEAGE : DEAD_OTHER)
            : (Lineage.origin(node) != null ? LIVE_LINEAGE : LIVE_OTHER);
    if (node.list == list) {
      return;
    }
    unlink(node);
    node.list = list;
    node.previous = tails[list];
    if (tails[list] == null) {
      heads[list] = node;
    } else {
      tails[list].next = node;
    }
    tails[list] = node;
  }

  /// Forgets processes that ended before `time`.
  void expire(long time) {
    for (int list = DEAD_OTHER; list <= DEAD_LINEAGE; list++) {
      for (ProcessNode node = heads[list]; node != null && node.ended < time; node = heads[list]) {
        remove(node);
      }
    }
  }

  void forEach(Consumer<ProcessNode> action) {
    for (int list = 3; list >= 0; list--) {
      for (ProcessNode node = heads[list]; node != null; node = node.next) {
        action.accept(node);
      }
    }
  }

  /// One copy of equal strings, for as long as the pool has room.
  @Nullable String share(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String known = pool.get(text);
    if (known != null) {
      return known;
    }
    if (pool.size() >= POOL) {
      pool.clear();
    }
    pool.put(text, text);
    return text;
  }

  /// Arguments joined by single spaces, cut at [ProcessNode#MAX_COMMAND_LINE]; one copy of equal
  /// short ones, as [#share].
  String commandLine(List<String> argv) {
    String known = commandLines.get(argv);
    if (known != null) {
      return known;
    }
    String joined = String.join(" ", argv);
    if (joined.length() > ProcessNode.MAX_COMMAND_LINE) {
      return joined.substring(0, ProcessNode.MAX_COMMAND_LINE);
    }
    if (joined.length() <= SHORT) {
      if (commandLines.size() >= POOLED_LINES) {
        commandLines.clear();
      }
      commandLines.put(argv, joined);
    }
    return joined;
  }

  private void evictOne() {
    for (@Nullable ProcessNode oldest : heads) {
      if (oldest != null) {
        evicted++;
        remove(oldest);
        return;
      }
    }
  }

  /// Takes a process out. Its descendants may keep it; it lets go of its own ancestors, so that no
  /// chain of ended processes grows for ever.
  private void remove(ProcessNode node) {
    unlink(node);
    node.origin = Lineage.origin(node);
    node.parent = null;
    node.ppid = 0;
    int mask = pids.length - 1;
    int hole = spread(node.pid) & mask;
    while (pids[hole] != node.pid + 1) {
      if (pids[hole] == 0) {
        return;
      }
      hole = (hole + 1) & mask;
    }
    size--;
    for (int i = (hole + 1) & mask; pids[i] != 0; i = (i + 1) & mask) {
      int home = spread(pids[i] - 1) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        slots[hole] = slots[i];
        pids[hole] = pids[i];
        hole = i;
      }
    }
    slots[hole] = null;
    pids[hole] = 0;
  }

  private void unlink(ProcessNode node) {
    if (node.list < 0) {
      return;
    }
    if (node.previous == null) {
      heads[node.list] = node.next;
    } else {
      node.previous.next = node.next;
    }
    if (node.next == null) {
      tails[node.list] = node.previous;
    } else {
      node.next.previous = node.previous;
    }
    node.previous = null;
    node.next = null;
    node.list = -1;
  }

  private void insert(ProcessNode node) {
    int mask = pids.length - 1;
    int i = spread(node.pid) & mask;
    while (pids[i] != 0) {
      i = (i + 1) & mask;
    }
    slots[i] = node;
    pids[i] = node.pid + 1;
  }

  private void grow() {
    @Nullable ProcessNode[] old = slots;
    slots = new ProcessNode[old.length * 2];
    pids = new int[slots.length];
    for (@Nullable ProcessNode node : old) {
      if (node != null) {
        insert(node);
      }
    }
  }

  private static int spread(int pid) {
    int h = pid * 0x9E3779B9;
    return h ^ (h >>> 15);
  }
}
