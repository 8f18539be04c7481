package io.graftwatch.linux.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Canonical form of path names, by their text alone: no disk is touched, no link followed.
final class Paths {
  private Paths() {}

  /// The absolute form of `name`, seen from directory `base`; the name itself when it is relative
  /// and the directory is not known.
  static String absolute(@Nullable String base, String name) {
    if (name.startsWith("/")) {
      return clean(name) ? name : normal(name);
    }
    return base == null || !base.startsWith("/") ? name : normal(base + "/" + name);
  }

  /// The directory of an absolute path.
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private static boolean clean(String path) {
    int length = path.length();
    if (length > 1 && path.charAt(length - 1) == '/') {
      return false;
    }
    for (int i = path.indexOf('/'); i >= 0 && i + 1 < length; i = path.indexOf('/', i + 1)) {
      char next = path.charAt(i + 1);
      if (next == '/' || next == '.') {
        return false;
      }
    }
    return true;
  }

  private static String normal(String path) {
    Deque<String> kept = new ArrayDeque<>();
    int from = 0;
    while (from < path.length()) {
      int to = path.indexOf('/', from);
      to = to < 0 ? path.length() : to;
      String name = path.substring(from, to);
      if (name.equals("..")) {
        kept.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        kept.addLast(name);
      }
      from = to + 1;
    }
    return "/" + String.join("/", kept);
  }
}
