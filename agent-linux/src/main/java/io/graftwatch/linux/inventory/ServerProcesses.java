package io.graftwatch.linux.inventory;

import io.graftwatch.linux.process.ProcFs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which processes are servers now. A process is looked at once: its executable decides.
final class ServerProcesses {
  private static final int MAX_PROCESSES = 32_768;
  private static final String DELETED = " (deleted)";

  /// A running server process.
  ///
  /// @param exe executable, without the kernel's ` (deleted)`
  record Running(int pid, String kind, String exe) {
    /// The folder above the executable's `bin` or `sbin`, null for `/usr` and where there is none.
    @Nullable String prefix() {
      int slash = exe.lastIndexOf('/');
      int above = slash < 1 ? -1 : exe.lastIndexOf('/', slash - 1);
      String folder = above < 0 ? "" : exe.substring(above + 1, slash);
      if (above < 1 || !(folder.equals("bin") || folder.equals("sbin"))) {
        return null;
      }
      String prefix = exe.substring(0, above);
      return prefix.equals("/usr") ? null : prefix;
    }
  }

  private final ProcFs proc;
  private final List<Served> kinds;

  /// What was found of each pid; empty: it is no server.
  private Map<Integer, Optional<Running>> looked = Map.of();

  ServerProcesses(ProcFs proc, List<Served> kinds) {
    this.proc = proc;
    this.kinds = kinds;
  }

  /// Server processes by pid.
  ///
  /// @param thorough looks at every process again: an exec keeps pid and start time
  List<Running> find(boolean thorough) {
    var now = new HashMap<Integer, Optional<Running>>();
    var servers = new ArrayList<Running>();
    for (int pid : proc.pids(MAX_PROCESSES)) {
      Optional<Running> known = thorough ? null : looked.get(pid);
      Optional<Running> one = known != null ? known : look(pid);
      now.put(pid, one);
      one.ifPresent(servers::add);
    }
    looked = now;
    return servers;
  }

  private Optional<Running> look(int pid) {
    String exe = proc.exe(pid);
    if (exe == null) {
      return Optional.empty();
    }
    String path = exe.endsWith(DELETED) ? exe.substring(0, exe.length() - DELETED.length()) : exe;
    String kind = kind(pid, path);
    return kind == null ? Optional.empty() : Optional.of(new Running(pid, kind, path));
  }

  private @Nullable String kind(int pid, String exe) {
    boolean jvm = exe.endsWith("/java");
    for (Served served : kinds) {
      if (served.runs(exe)) {
        String unit = served.service() ? proc.unit(pid) : "";
        return unit != null && (!served.service() || unit.endsWith(".service"))
            ? served.kind()
            : null;
      }
      if (jvm && !served.java().isEmpty() && served.runs(proc.cmdline(pid))) {
        return served.kind();
      }
    }
    return null;
  }

  /// Folders of servers that do not live under `/usr`.
  static List<String> prefixes(List<Running> running) {
    var prefixes = new TreeSet<String>();
    for (Running one : running) {
      String prefix = one.prefix();
      if (prefix != null) {
        prefixes.add(prefix);
      }
    }
    return List.copyOf(prefixes);
  }
}
