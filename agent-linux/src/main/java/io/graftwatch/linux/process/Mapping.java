package io.graftwatch.linux.process;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file that a process has mapped with the right to execute it (`/proc/PID/maps`).
///
/// @param path as the kernel names it, without its ` (deleted)`
/// @param inode 0 for none
/// @param deleted the name is gone from its folder, or another file has it now
public record Mapping(String path, long inode, boolean deleted) {
  private static final String DELETED = " (deleted)";

  /// Address, rights, offset, device and inode stand before the path.
  private static final int FIELDS = 5;

  /// Reads the mappings of a process, each file once.
  static Set<Mapping> executables(byte[] maps, int limit) {
    var found = new LinkedHashSet<Mapping>();
    int start = 0;
    for (int i = 0; i < maps.length && found.size() < limit; i++) {
      if (maps[i] == '\n') {
        Mapping mapping = parse(maps, start, i);
        if (mapping != null) {
          found.add(mapping);
        }
        start = i + 1;
      }
    }
    return found;
  }

  /// One line: `7f30-7f31 r-xp 00001000 fd:01 1234 /usr/lib/x.so (deleted)`. Null when nothing can
  /// be executed there or no file lies behind it.
  private static @Nullable Mapping parse(byte[] line, int start, int end) {
    int at = start;
    long inode = 0;
    for (int field = 0; field < FIELDS; field++) {
      int from = at;
      while (at < end && line[at] != ' ') {
        at++;
      }
      if (field == 1 && (at - from < 4 || line[from + 2] != 'x')) {
        return null;
      }
      if (field == FIELDS - 1) {
        inode = number(line, from, at);
      }
      while (at < end && line[at] == ' ') {
        at++;
      }
    }
    if (at >= end || line[at] != '/') {
      return null;
    }
    String path = new String(line, at, end - at, StandardCharsets.UTF_8);
    boolean deleted = path.endsWith(DELETED);
    return new Mapping(
        deleted ? path.substring(0, path.length() - DELETED.length()) : path, inode, deleted);
  }

  private static long number(byte[] line, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9 || to - from > 18) {
        return 0;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
