package io.graftwatch.linux.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What exists on a host, as far as rules depend on it. Paths are resolved and exist; a rule on a
/// path that does not exist would stop `auditctl -R` at its line.
///
/// @param abi native system call interface
/// @param accounts numeric ids of the accounts that servers run as, never 0
/// @param masters executables of servers that run as root
/// @param moduleDirs folders that servers load components from
/// @param configDirs folders and files that register components
/// @param webRoots folders whose content servers execute
/// @param persistence folders and files that start programs at boot, at login or on time
/// @param auditConfig the audit system's own configuration, or null
/// @param runtime executable of the packaged agent, whose path is ours alone; null from a checkout
/// @param pid the agent's process id where there is no such path; -1 = no exclusion of ourselves
/// @param servers server processes that run
public record HostFacts(
    Abi abi,
    List<Integer> accounts,
    List<String> masters,
    List<Place> moduleDirs,
    List<Place> configDirs,
    List<Place> webRoots,
    List<Place> persistence,
    @Nullable String auditConfig,
    @Nullable String runtime,
    int pid,
    List<Running> servers) {

  public HostFacts {
    accounts = List.copyOf(accounts);
    masters = List.copyOf(masters);
    moduleDirs = List.copyOf(moduleDirs);
    configDirs = List.copyOf(configDirs);
    webRoots = List.copyOf(webRoots);
    persistence = List.copyOf(persistence);
    servers = List.copyOf(servers);
  }

  /// The same host, with the agent excluded by its process id unless its runtime has a path of its
  /// own.
  public HostFacts withPid(int agentPid) {
    return new HostFacts(
        abi,
        accounts,
        masters,
        moduleDirs,
        configDirs,
        webRoots,
        persistence,
        auditConfig,
        runtime,
        runtime == null ? agentPid : -1,
        servers);
  }
}
