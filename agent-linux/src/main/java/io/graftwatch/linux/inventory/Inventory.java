package io.graftwatch.linux.inventory;

import io.graftwatch.core.source.FactSink;
import io.graftwatch.linux.inventory.ServerProcesses.Running;
import io.graftwatch.linux.process.ProcFs;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Looks at this host's servers and tells what differs from the look before. The first look ever
/// tells only what is out of place already.
final class Inventory {
  private final Path root;
  private final Judge judge;
  private final ServerProcesses processes;
  private final Loads loads;
  private final Components components;
  private final Configuration configuration;
  private boolean first = true;
  private Set<Path> folders = Set.of();

  /// @param root the file system's root, `/` but in tests
  Inventory(Path root, List<Served> kinds, Packages packages) {
    this.root = root;
    this.judge = new Judge(root, packages);
    this.processes = new ServerProcesses(new ProcFs(root.resolve("proc")), kinds);
    this.loads = new Loads(root, judge);
    this.components = new Components(kinds, judge);
    this.configuration = new Configuration(root, kinds, judge);
  }

  /// Looks at everything.
  ///
  /// @param since as in [Report]
  /// @return whether it must look again soon, because packages are at work
  boolean look(long now, long since, FactSink sink) {
    var report = new Report(now, since, first, judge.waits(now), sink);
    List<Running> running = processes.find(true);
    List<String> prefixes = ServerProcesses.prefixes(running);
    var walk = new Folders(root);
    boolean open = components.look(walk, prefixes, report);
    open |= configuration.look(walk, prefixes, components, report);
    open |= loads.look(running, true, components::contains, report);
    folders = walk.walked();
    first = false;
    return open;
  }

  /// Looks only at what processes that are new have mapped.
  boolean glance(long now, long since, FactSink sink) {
    var report = new Report(now, since, first, judge.waits(now), sink);
    return loads.look(processes.find(false), false, components::contains, report);
  }

  /// Folders whose change is a reason to look again.
  Set<Path> folders() {
    return folders;
  }
}
