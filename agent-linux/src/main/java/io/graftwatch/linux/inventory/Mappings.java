package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.linux.process.BootClock;
import io.graftwatch.linux.process.Mapping;
import io.graftwatch.linux.process.ProcFs;
import io.graftwatch.linux.rules.Running;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// What servers have mapped to run code from: tells files that belong to no package, have no name
/// any more, or never had one. Only for servers that are native programs: what Java, Node.js,
/// Python and the like map beside their own is the application's business.
final class Mappings {
  private static final int MAX_PROCESSES = 128;
  private static final int MAX_MAPPED = 1024;
  private static final int MAX_EXECUTABLES = 1024;

  private static final Set<String> INTERPRETERS =
      Set.of("java", "node", "nodejs", "python", "python3", "ruby", "perl", "uwsgi", "gunicorn");

  private final Path root;
  private final ProcFs proc;
  private final BootClock boot;
  private final Owners owners;
  private final Known known;

  /// Executables that no package owns and that have been seen before.
  private final Set<String> handmade = new HashSet<>();

  private boolean looked;
  private int next;

  Mappings(Path root, ProcFs proc, BootClock boot, Owners owners, Known known) {
    this.root = root;
    this.proc = proc;
    this.boot = boot;
    this.owners = owners;
    this.known = known;
  }

  /// @param servers processes of servers; of more than [#MAX_PROCESSES] some are looked at each
  ///   time
  void look(List<Running> servers, long now, Consumer<Fact> sink) {
    var mapped = new LinkedHashMap<Running, Set<Mapping>>();
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < Math.min(servers.size(), MAX_PROCESSES); i++) {
      Running server = servers.get((next + i) % servers.size());
      if (isNative(server.exe())) {
        Set<Mapping> files = proc.executables(server.pid(), MAX_MAPPED);
        mapped.put(server, files);
        paths.add(server.exe());
        files.forEach(file -> paths.add(file.path()));
      }
    }
    next = servers.isEmpty() ? 0 : (next + MAX_PROCESSES) % servers.size();
    owners.learn(paths);
    mapped.forEach((server, files) -> look(server, files, now, sink));
    handmade.addAll(unowned(mapped));
    looked = true;
  }

  private Set<String> unowned(Map<Running, Set<Mapping>> mapped) {
    Set<String> found = new HashSet<>();
    for (Running server : mapped.keySet()) {
      String owner = owners.owner(server.exe());
      if (owner != null && owner.isEmpty() && handmade.size() < MAX_EXECUTABLES) {
        found.add(server.exe());
      }
    }
    return found;
  }

  private void look(Running server, Set<Mapping> files, long now, Consumer<Fact> sink) {
    String owner = owners.owner(server.exe());
    // What a server built by hand has mapped when it is first seen is what it was built with.
    boolean firstSight = owner == null || (owner.isEmpty() && !handmade.contains(server.exe()));
    for (Mapping file : files) {
      if (!file.path().equals(server.exe()) && !isOrdinary(file) && isForeign(file)) {
        boolean fresh = known.add("map|" + server.exe() + "|" + file.path() + "|" + file.inode());
        if (fresh && !firstSight) {
          ProcessId process = new ProcessId(server.pid(), boot.ofTicks(server.startTicks()));
          boolean preexisting = !looked && known.first();
          sink.accept(InventoryFacts.mapped(process, server.exe(), file, preexisting, now));
        }
      }
    }
  }

  /// A deleted file that a package owns was replaced by an upgrade.
  private boolean isForeign(Mapping file) {
    if (file.path().startsWith("/memfd:")) {
      return true;
    }
    String owner = owners.owner(file.path());
    if (owner == null) {
      return false;
    }
    if (owner.isEmpty() || file.deleted()) {
      return owner.isEmpty();
    }
    Stamp stamp = Stamp.of(root.resolve(file.path().substring(1)));
    return stamp != null && looked && !owners.intact(file.path(), stamp);
  }

  /// Shared memory with a just-in-time compiler's code, and libffi's and .NET's way to get memory
  /// that is both written and run.
  private static boolean isOrdinary(Mapping file) {
    String path = file.path();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return path.startsWith("/dev/zero")
        || path.startsWith("/SYSV")
        || path.startsWith("/memfd:doublemapper")
        || path.startsWith("/memfd:libffi")
        || (file.deleted() && name.startsWith("ffi") && name.length() == 9);
  }

  private static boolean isNative(String exe) {
    String name = exe.substring(exe.lastIndexOf('/') + 1);
    return INTERPRETERS.stream().noneMatch(name::equals)
        && !name.startsWith("python")
        && !name.startsWith("ruby");
  }
}
