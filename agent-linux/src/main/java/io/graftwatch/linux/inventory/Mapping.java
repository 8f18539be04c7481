package io.graftwatch.linux.inventory;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A file that a process has mapped for execution, as a line of `/proc/PID/maps` tells.
///
/// @param path file name without the kernel's ` (deleted)`
/// @param device `08:01`
/// @param inode inode number
/// @param deleted the name leads there no more
record Mapping(String path, String device, long inode, boolean deleted) {
  private static final String DELETED = " (deleted)";
  private static final int MAX_MAPPINGS = 4096;

  /// Memory that has a name but no file: System V and anonymous shared memory, huge pages.
  private static final List<String> NAMELESS =
      List.of("/dev/zero", "/SYSV", "/anon_hugepage", "/[aio]");

  /// No file stands behind it: memfd.
  boolean memory() {
    return path.startsWith("/memfd:");
  }

  /// Reads the executable file mappings, each file once, in their order.
  ///
  /// `7f3a1c001000-7f3a1c002000 r-xp 00001000 08:01 274389 /usr/lib/x.so`
  static Set<Mapping> parse(byte[] maps) {
    var found = new LinkedHashSet<Mapping>();
    for (int begin = 0; begin < maps.length && found.size() < MAX_MAPPINGS; ) {
      int end = begin;
      while (end < maps.length && maps[end] != '\n') {
        end++;
      }
      line(maps, begin, end, found);
      begin = end + 1;
    }
    return found;
  }

  private static void line(byte[] maps, int begin, int end, Set<Mapping> found) {
    int perms = field(maps, begin, end);
    if (perms + 4 > end || maps[perms + 2] != 'x') {
      return;
    }
    int offset = field(maps, perms, end);
    int device = field(maps, offset, end);
    int inode = field(maps, device, end);
    int path = field(maps, inode, end);
    if (path >= end || maps[path] != '/') {
      return;
    }
    String name = text(maps, path, end);
    boolean deleted = name.endsWith(DELETED);
    String file = deleted ? name.substring(0, name.length() - DELETED.length()) : name;
    if (NAMELESS.stream().noneMatch(file::startsWith)) {
      String on = new String(maps, device, 5, StandardCharsets.ISO_8859_1).strip();
      found.add(new Mapping(file, on, number(maps, inode, path), deleted));
    }
  }

  /// Where the next field begins: behind this one and the blanks after it.
  private static int field(byte[] maps, int from, int end) {
    int at = from;
    while (at < end && maps[at] != ' ') {
      at++;
    }
    while (at < end && maps[at] == ' ') {
      at++;
    }
    return at;
  }

  /// The kernel writes a line feed in a name as `\012`.
  private static String text(byte[] maps, int from, int end) {
    return new String(maps, from, end - from, StandardCharsets.UTF_8).replace("\\012", "\n");
  }

  private static long number(byte[] maps, int from, int end) {
    long value = 0;
    for (int i = from; i < end && maps[i] >= '0' && maps[i] <= '9'; i++) {
      value = value * 10 + maps[i] - '0';
    }
    return value;
  }
}
