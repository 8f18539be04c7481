package io.graftwatch.core.catalogue;

import java.util.List;

/// What is known about programs and places that matter to detection; names are globs on file names
/// unless said otherwise.
///
/// @param appleScript programs that run or compile AppleScript
/// @param metacharacters characters that make a shell command more than one plain command
/// @param discovery discovery commands (X3)
/// @param discoverySupport commands that count for several discovery commands only (X3b)
/// @param transfer transfer tools (X4)
/// @param netcat network pipe tools
/// @param hidden programs that run a command for another (X10)
/// @param credential tools that take credentials (X8)
/// @param packageManagers package managers; what their lineage writes is owned
/// @param packageSuffixes endings of a package manager's temporary files
/// @param placers programs whose last argument is where they write
/// @param writableDirectories path globs of world-writable places
/// @param homeDirectories path globs of people's own places
/// @param nativeComponents file endings of native components
/// @param libraryComponents file endings of other library components
/// @param adminPorts administration ports (N6)
/// @param internalPorts ports of databases, caches, directories, mail and name servers, benign
///   inside internal networks
/// @param persistence places that start programs again (D2)
/// @param persistenceCommands commands that arrange a start
/// @param persistenceCode what they are evidence of: D1 or D2
/// @param accountCommands commands that change accounts
/// @param accountFiles path globs of account files
/// @param loaders path globs of files that preload libraries
/// @param preloadVariables environment variables that preload libraries
/// @param accessLogs path globs of access and audit logs
/// @param auditTools programs that change what is audited
/// @param housekeeping p of T2 when no server's lineage did it: administrators clear logs too; 0 =
///   the code's own
/// @param erasers programs that delete or empty files (T1 with a log)
/// @param silencers configuration texts that switch an access log off (T1)
/// @param reload commands that restart or reload a server (A1)
/// @param benign children that servers start as a matter of course
public record Programs(
    List<String> shells,
    List<String> interpreters,
    List<String> appleScript,
    String metacharacters,
    List<Shape> discovery,
    List<String> discoverySupport,
    List<Shape> transfer,
    List<String> netcat,
    List<Shape> hidden,
    List<Shape> credential,
    List<String> packageManagers,
    List<String> packageSuffixes,
    List<String> placers,
    List<String> writableDirectories,
    List<String> homeDirectories,
    List<String> nativeComponents,
    List<String> libraryComponents,
    List<Integer> adminPorts,
    List<Integer> internalPorts,
    List<Persistence> persistence,
    List<Shape> persistenceCommands,
    String persistenceCode,
    List<Shape> accountCommands,
    List<String> accountFiles,
    List<String> loaders,
    List<String> preloadVariables,
    List<String> accessLogs,
    List<String> erasers,
    List<String> silencers,
    List<String> auditTools,
    double housekeeping,
    List<Shape> reload,
    List<BenignShape> benign) {

  /// @param kind name of a [io.graftwatch.core.fact.JobCreate.Kind]
  /// @param paths path globs
  public record Persistence(String kind, List<String> paths) {}
}
