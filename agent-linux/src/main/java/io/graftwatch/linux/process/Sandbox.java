package io.graftwatch.linux.process;

import io.graftwatch.core.source.Measure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a process is confined, as the kernel shows it (`man 5 proc`: status, mountinfo, limits,
/// cgroup), with the unit's setting for each measure (`man 5 systemd.exec`).
public final class Sandbox {
  /// The capabilities that one source or another needs: DAC_READ_SEARCH, NET_ADMIN, SYS_PTRACE,
  /// AUDIT_CONTROL, AUDIT_READ.
  private static final long NEEDED = 1L << 2 | 1L << 12 | 1L << 19 | 1L << 30 | 1L << 37;

  private final Map<String, String> status;
  private final Map<String, Mount> mounts;
  private final List<Measure> measures = new ArrayList<>();

  /// @param root folder of the mounted file system that lies here
  private record Mount(String root, boolean readOnly) {}

  private Sandbox(Map<String, String> status, Map<String, Mount> mounts) {
    this.status = status;
    this.mounts = mounts;
  }

  /// @param proc `/proc`
  /// @param cgroup `/sys/fs/cgroup`, version 2
  /// @throws IOException with a sentence when the process is gone or somebody else's
  public static List<Measure> of(Path proc, Path cgroup, long pid) throws IOException {
    Path process = proc.resolve(String.valueOf(pid));
    try {
      var sandbox =
          new Sandbox(
              status(Files.readString(process.resolve("status"), StandardCharsets.ISO_8859_1)),
              mounts(Files.readString(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1)));
      sandbox.rights();
      sandbox.files();
      sandbox.limits(
          Files.readString(process.resolve("limits"), StandardCharsets.ISO_8859_1),
          group(cgroup, Files.readString(process.resolve("cgroup"), StandardCharsets.ISO_8859_1)));
      return List.copyOf(sandbox.measures);
    } catch (AccessDeniedException e) {
      throw new IOException("only root and the agent's own account can look at it", e);
    } catch (NoSuchFileException e) {
      throw new IOException("the agent has just ended", e);
    }
  }

  private void rights() {
    String uid = status.getOrDefault("Uid", "0");
    add("it has an account of its own", !uid.startsWith("0"), "User=graftwatch");
    add("it cannot gain privileges", "1".equals(status.get("NoNewPrivs")), "NoNewPrivileges=yes");
    add(
        "it has no right that no source needs",
        (capabilities("CapEff") & ~NEEDED) == 0,
        "AmbientCapabilities= of what its sources need");
    add(
        "it can get no right that no source needs",
        (capabilities("CapBnd") & ~NEEDED) == 0,
        "CapabilityBoundingSet= of what its sources need");
    add(
        "its system calls are filtered",
        "2".equals(status.get("Seccomp")),
        "SystemCallFilter=@system-service");
  }

  private long capabilities(String set) {
    try {
      return Long.parseUnsignedLong(status.getOrDefault(set, "ffffffffffffffff"), 16);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private void files() {
    add("it cannot change programs", readOnly("/usr"), "ProtectSystem=strict");
    add("it cannot change configurations", readOnly("/etc"), "ProtectSystem=strict");
    add("it cannot change homes", readOnly("/home"), "ProtectHome=read-only");
    Mount temporary = mounts.get("/tmp");
    add(
        "its temporary folder is its own",
        temporary != null && temporary.root.contains("systemd-private-"),
        "PrivateTmp=yes");
    add("it cannot change kernel settings", readOnly("/proc/sys"), "ProtectKernelTunables=yes");
    add("it cannot change control groups", readOnly("/sys/fs/cgroup"), "ProtectControlGroups=yes");
  }

  /// Whether the mount that holds `path` is read-only.
  private boolean readOnly(String path) {
    for (String at = path; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
      Mount mount = mounts.get(at);
      if (mount != null) {
        return mount.readOnly;
      }
    }
    Mount root = mounts.get("/");
    return root != null && root.readOnly;
  }

  private void limits(String limits, @Nullable Path group) {
    boolean noCore = false;
    for (String line : limits.split("\n", -1)) {
      noCore |= line.matches("Max core file size +0 +0 .*");
    }
    add("it leaves no core dump with keys in it", noCore, "LimitCORE=0");
    add("its memory is limited", limited(group, "memory.max"), "MemoryMax=192M");
    add("its share of the processors is limited", limited(group, "cpu.max"), "CPUQuota=60%");
    add("its threads are limited", limited(group, "pids.max"), "TasksMax=64");
  }

  private static boolean limited(@Nullable Path group, String file) {
    try {
      return group != null && !Files.readString(group.resolve(file)).startsWith("max");
    } catch (IOException _) {
      return false;
    }
  }

  private void add(String what, boolean holds, String setting) {
    measures.add(new Measure(what, holds, setting));
  }

  /// `Name:<tab>value` lines.
  private static Map<String, String> status(String text) {
    var status = new HashMap<String, String>();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        status.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return status;
  }

  /// `id parent major:minor root point options …`; a later mount hides an earlier one.
  private static Map<String, Mount> mounts(String text) {
    var mounts = new HashMap<String, Mount>();
    for (String line : text.split("\n", -1)) {
      String[] field = line.split(" ", 7);
      if (field.length == 7) {
        boolean readOnly = field[5].equals("ro") || field[5].startsWith("ro,");
        mounts.put(field[4], new Mount(field[3], readOnly));
      }
    }
    return mounts;
  }

  /// Folder of the process's control group; null without the unified hierarchy.
  private static @Nullable Path group(Path cgroup, String text) {
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("0::/")) {
        Path group = cgroup.resolve(line.substring("0::/".length())).normalize();
        return group.startsWith(cgroup) ? group : null;
      }
    }
    return null;
  }
}
