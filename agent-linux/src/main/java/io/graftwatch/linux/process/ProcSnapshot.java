package io.graftwatch.linux.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The processes that run now, parents before their children.
final class ProcSnapshot {
  /// `kthreadd`: its children are kernel threads, which start nothing.
  private static final int KTHREADD = 2;

  private ProcSnapshot() {}

  /// @param limit most processes
  static List<ProcStat> take(ProcFs proc, int limit) {
    var stats = new ArrayList<ProcStat>();
    for (int pid : proc.pids(limit)) {
      ProcStat stat = proc.stat(pid);
      if (stat != null && pid != KTHREADD && stat.ppid() != KTHREADD && stat.state() != 'Z') {
        stats.add(stat);
      }
    }
    return parentsFirst(stats);
  }

  static List<ProcStat> parentsFirst(List<ProcStat> stats) {
    Set<Integer> pids = new HashSet<>();
    stats.forEach(stat -> pids.add(stat.pid()));
    Map<Integer, List<ProcStat>> children = new HashMap<>();
    var next = new ArrayDeque<ProcStat>();
    for (ProcStat stat : stats) {
      if (pids.contains(stat.ppid()) && stat.ppid() != stat.pid()) {
        children.computeIfAbsent(stat.ppid(), _ -> new ArrayList<>()).add(stat);
      } else {
        next.add(stat);
      }
    }
    var ordered = new ArrayList<ProcStat>(stats.size());
    ProcStat stat;
    while ((stat = next.poll()) != null) {
      ordered.add(stat);
      next.addAll(children.getOrDefault(stat.pid(), List.of()));
    }
    return ordered;
  }
}
