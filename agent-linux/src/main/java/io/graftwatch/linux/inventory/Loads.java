package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.linux.inventory.ServerProcesses.Running;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What server processes have mapped, compared with the look before. One process tells for all that
/// run the same program.
final class Loads {
  private static final int MAX_MAPS = 4 * 1024 * 1024;

  /// Most processes whose maps are read in one look.
  private static final int MAX_PROCESSES = 512;

  private final Path proc;
  private final Judge judge;
  private Set<Key> known = new HashSet<>();
  private Set<Integer> pids = Set.of();

  /// A file in a program.
  private record Key(String exe, Mapping mapping) {}

  Loads(Path root, Judge judge) {
    this.proc = root.resolve("proc");
    this.judge = judge;
  }

  /// @param thorough reads the maps of all processes, else of those that are new
  /// @param component whether a path lies where this server kind's components do
  /// @return whether something must be looked at again when packages are done
  boolean look(
      List<Running> running, boolean thorough, Predicate<String> component, Report report) {
    var still = new HashSet<Key>();
    var seen = new HashSet<Integer>();
    boolean open = false;
    int read = 0;
    for (Running one : running) {
      seen.add(one.pid());
      if ((thorough || !pids.contains(one.pid())) && read++ < MAX_PROCESSES) {
        for (Mapping mapping : maps(one.pid())) {
          var key = new Key(one.exe(), mapping);
          if (still.add(key) && !known.contains(key) && !tell(one, mapping, component, report)) {
            still.remove(key);
            open = true;
          }
        }
      }
    }
    if (!thorough) {
      still.addAll(known);
    }
    known = still;
    pids = seen;
    return open;
  }

  private Set<Mapping> maps(int pid) {
    try (InputStream in = Files.newInputStream(proc.resolve(pid + "/maps"))) {
      return Mapping.parse(in.readNBytes(MAX_MAPS));
    } catch (IOException _) {
      return Set.of();
    }
  }

  /// @return false when the verdict must wait
  private boolean tell(
      Running process, Mapping mapping, Predicate<String> component, Report report) {
    String path = mapping.path();
    if (path.equals(process.exe())) {
      return true;
    }
    String owner = mapping.memory() ? ModuleLoad.UNOWNED : owner(mapping);
    boolean wrong = ModuleLoad.UNOWNED.equals(owner);
    if (wrong && report.waits() && !mapping.memory()) {
      return false;
    }
    FileState file =
        mapping.deleted() ? null : FileState.of(proc.resolve(process.pid() + "/root" + path));
    long changed = file == null ? report.now() : file.changed();
    if (news(process, mapping, owner, component.test(path), changed, report)) {
      String id = process.exe() + ">" + path + ":" + mapping.device() + ":" + mapping.inode();
      report.tell(
          new ModuleLoad(
              report.provenance(id, report.now(), process.pid() + " maps " + path),
              ProcessId.of(process.pid()),
              path,
              wrong && !mapping.deleted() ? judge.sha256(path) : null,
              null,
              owner,
              mapping.deleted()));
    }
    return true;
  }

  /// A packaged library that was replaced under a running server is an upgrade, not a deletion.
  private @Nullable String owner(Mapping mapping) {
    return mapping.deleted() ? judge.nominal(mapping.path()) : judge.owner(mapping.path());
  }

  private boolean news(
      Running process,
      Mapping mapping,
      @Nullable String owner,
      boolean component,
      long changed,
      Report report) {
    boolean wrong = ModuleLoad.UNOWNED.equals(owner);
    if (report.first()) {
      boolean old = !report.firstEver() && changed <= report.since();
      return wrong && !old && strange(process, mapping, owner);
    }
    return wrong || component;
  }

  /// A server that came without a package brings its libraries without one too.
  private boolean strange(Running process, Mapping mapping, @Nullable String owner) {
    return mapping.memory()
        || (judge.foreign(mapping.path(), owner)
            && !ModuleLoad.UNOWNED.equals(judge.nominal(process.exe())));
  }
}
