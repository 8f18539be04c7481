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
    int journalDays) {}
