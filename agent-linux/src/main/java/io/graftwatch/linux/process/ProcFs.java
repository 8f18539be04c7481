package io.graftwatch.linux.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `/proc`. A process may end at any moment and another user's may be closed to us: what
/// cannot be read is null, empty or -1. Every read is bounded.
public final class ProcFs {
  /// Most bytes that are read of one file, as much as the kernel's longest argument list that still
  /// tells anything.
  private static final int MAX_FILE = 32 * 1024;

  private static final int MAX_ARGUMENTS = 1024;

  /// Some 40,000 mappings.
  private static final int MAX_MAPS = 4 << 20;

  private final Path root;

  /// @param root the file system, `/proc` but in tests
  public ProcFs(Path root) {
    this.root = root;
  }

  /// Process ids that exist now, ascending, at most `limit`.
  public int[] pids(int limit) {
    int[] pids = new int[64];
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        int pid = pid(entry.getFileName().toString());
        if (pid > 0 && count < limit) {
          pids = count == pids.length ? Arrays.copyOf(pids, 2 * count) : pids;
          pids[count++] = pid;
        }
      }
    } catch (IOException e) {
      return new int[0];
    }
    int[] found = Arrays.copyOf(pids, count);
    Arrays.sort(found);
    return found;
  }

  private static int pid(String name) {
    int pid = 0;
    for (int i = 0; i < name.length(); i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9 || name.length() > 9) {
        return -1;
      }
      pid = pid * 10 + digit;
    }
    return pid;
  }

  /// Whether the process exists now.
  public boolean exists(int pid) {
    return Files.exists(root.resolve(Integer.toString(pid)));
  }

  public @Nullable ProcStat stat(int pid) {
    byte[] line = read(pid, "stat");
    return line == null ? null : ProcStat.parse(line);
  }

  /// Executable as the kernel names it, ` (deleted)` included; null for kernel threads and without
  /// the right.
  public @Nullable String exe(int pid) {
    return link(pid, "exe");
  }

  public @Nullable String cwd(int pid) {
    return link(pid, "cwd");
  }

  /// What a descriptor stands for: a path, or `socket:[inode]`.
  public @Nullable String descriptor(int pid, int fd) {
    return link(pid, "fd/" + fd);
  }

  /// Inodes of the sockets that the process holds, at most `limit`.
  public List<Long> sockets(int pid, int limit) {
    var inodes = new ArrayList<Long>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(pid + "/fd"))) {
      for (Path entry : entries) {
        long inode = socketInode(link(entry));
        if (inode >= 0 && inodes.size() < limit) {
          inodes.add(inode);
        }
      }
    } catch (IOException e) {
      return inodes;
    }
    return inodes;
  }

  /// The inode in `socket:[123]`, else -1.
  public static long socketInode(@Nullable String link) {
    if (link == null || !link.startsWith("socket:[") || !link.endsWith("]")) {
      return -1;
    }
    long inode = 0;
    for (int i = 8; i < link.length() - 1; i++) {
      int digit = link.charAt(i) - '0';
      if (digit < 0 || digit > 9 || i > 26) {
        return -1;
      }
      inode = inode * 10 + digit;
    }
    return inode;
  }

  /// Arguments, argv[0] included.
  public List<String> cmdline(int pid) {
    byte[] bytes = read(pid, "cmdline");
    return bytes == null ? List.of() : arguments(bytes);
  }

  static List<String> arguments(byte[] bytes) {
    var arguments = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < bytes.length && arguments.size() < MAX_ARGUMENTS; i++) {
      if (bytes[i] == 0) {
        arguments.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    if (start < bytes.length && arguments.size() < MAX_ARGUMENTS) {
      arguments.add(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8));
    }
    return arguments;
  }

  /// Real user id; -1 when unknown.
  public int uid(int pid) {
    byte[] bytes = read(pid, "status");
    if (bytes != null) {
      for (String line : new String(bytes, StandardCharsets.ISO_8859_1).lines().toList()) {
        if (line.startsWith("Uid:\t")) {
          return (int) leadingNumber(line.substring(5));
        }
      }
    }
    return -1;
  }

  /// Audit login uid, 4294967295 = unset; -1 when unknown.
  public long loginUid(int pid) {
    return number(read(pid, "loginuid"));
  }

  /// Audit session, null when unset or unknown.
  public @Nullable String session(int pid) {
    long session = number(read(pid, "sessionid"));
    return session < 0 || session == 0xFFFF_FFFFL ? null : Long.toString(session);
  }

  /// The systemd unit, container or cgroup that holds the process; null for none.
  public @Nullable String unit(int pid) {
    byte[] bytes = read(pid, "cgroup");
    return bytes == null ? null : Cgroup.unit(new String(bytes, StandardCharsets.UTF_8));
  }

  /// Files that the process has mapped to run code from; empty without the right.
  ///
  /// @param limit most of them
  public Set<Mapping> executables(int pid, int limit) {
    byte[] bytes = read(pid, "maps", MAX_MAPS);
    return bytes == null ? Set.of() : Mapping.executables(bytes, limit);
  }

  private static long number(byte @Nullable [] bytes) {
    return bytes == null ? -1 : leadingNumber(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private static long leadingNumber(String text) {
    long value = -1;
    for (int i = 0; i < Math.min(text.length(), 18); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = Math.max(value, 0) * 10 + digit;
    }
    return value;
  }

  private @Nullable String link(int pid, String name) {
    return link(root.resolve(pid + "/" + name));
  }

  private static @Nullable String link(Path path) {
    try {
      return Files.readSymbolicLink(path).toString();
    } catch (IOException e) {
      return null;
    }
  }

  private byte @Nullable [] read(int pid, String name) {
    return read(pid, name, MAX_FILE);
  }

  private byte @Nullable [] read(int pid, String name, int limit) {
    try (InputStream in = Files.newInputStream(root.resolve(pid + "/" + name))) {
      return in.readNBytes(limit);
    } catch (IOException e) {
      return null;
    }
  }
}
