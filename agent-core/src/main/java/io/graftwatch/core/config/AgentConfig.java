package io.graftwatch.core.config;

import java.nio.file.Path;
import java.time.ZoneId;

/// `[agent]`.
///
/// @param stateDir journal, keys and mark file; 0700
/// @param runtimeDir status file; writable by the agent only
/// @param host the host name that findings carry
/// @param zone of recorded stamps that name none
/// @param maxProcesses entries of the process table
/// @param maxProcessesSet whether the file says so (`replay` has another default)
/// @param journalMib what the journal may take of the disk, MiB
/// @param journalDays how long undelivered findings are kept
public record AgentConfig(
    Path stateDir,
    Path runtimeDir,
    String host,
    ZoneId zone,
    int maxProcesses,
    boolean maxProcessesSet,
    int journalMib,
    int journalDays) {
  /// What detection takes of a heap beside the process table, and for a process; bytes.
  private static final long BESIDE = 16 << 20;

  private static final long PER_PROCESS = 700;
  private static final int LEAST_PROCESSES = 1024;

  /// Entries of the process table of a running agent: as configured, else as many as a heap of that
  /// size has room for.
  public int processes(long heapBytes) {
    long room = (heapBytes - BESIDE) / PER_PROCESS;
    return maxProcessesSet ? maxProcesses : Math.clamp(room, LEAST_PROCESSES, maxProcesses);
  }
}
