package io.graftwatch.linux.log;

import io.graftwatch.core.fact.ServerLog.Kind;
import io.graftwatch.linux.line.Scan;
import org.jspecify.annotations.Nullable;

/// Lines without a stamp that land in a server's error log because they were printed, not logged:
/// shells under the server, the C library, a dying JVM.
final class Traces {
  private static final String[] SHELLS = {"sh", "bash", "dash", "ksh", "zsh", "ash", "rbash"};

  private Traces() {}

  static @Nullable Reading read(String line) {
    Reading child = child(line);
    if (child != null) {
      return child;
    }
    Reading frame = frame(line);
    return frame != null ? frame : abort(line);
  }

  /// A shell's complaint: `sh: 1: Syntax error: Bad fd number`, `/bin/bash: line 1: foo: not
  /// found`.
  static @Nullable Reading child(String line) {
    int colon = line.indexOf(": ");
    if (colon < 0 || colon > 16) {
      return null;
    }
    String program = line.substring(line.lastIndexOf('/', colon) + 1, colon);
    for (String shell : SHELLS) {
      if (shell.equals(program)) {
        return Reading.about(Kind.CHILD_OUTPUT, null);
      }
    }
    return null;
  }

  /// A native frame with its library: `/usr/lib/x/mod_y.so(+0x11f5)[0x7f…]` (glibc backtrace), `#0
  /// 0x00007f… n/a (mod_y.so + 0x11f5)` (systemd-coredump), `#0 0x… in f () from /…/mod_y.so`
  /// (gdb), `# C [mod_y.so+0x11f5] f+0x5` (JVM).
  private static @Nullable Reading frame(String line) {
    if (line.startsWith("/")) {
      int open = line.indexOf('(');
      return open > 0 && line.startsWith("0x", line.indexOf('[', open) + 1)
          ? Reading.about(Kind.STACK_TRACE, line.substring(0, open))
          : null;
    }
    if (line.startsWith("# C  [")) {
      String library = new Scan(line, 6).until("+0x", 256);
      return library == null ? null : Reading.about(Kind.STACK_TRACE, library);
    }
    String library = line.startsWith("#") ? library(line) : null;
    return library == null ? null : Reading.about(Kind.STACK_TRACE, library);
  }

  /// The library of a `#N 0x…` frame, else null.
  static @Nullable String library(String frame) {
    var scan = new Scan(frame);
    if (!scan.take('#') || scan.number(1, 3) < 0) {
      return null;
    }
    scan.blanks();
    if (!scan.take("0x")) {
      return null;
    }
    int from = frame.lastIndexOf(" from /");
    if (from > 0) {
      return frame.substring(from + 6);
    }
    int plus = frame.lastIndexOf(" + 0x");
    int open = frame.lastIndexOf('(', plus);
    return plus > 0 && open > 0 ? frame.substring(open + 1, plus) : null;
  }

  /// The C library gave up on a damaged heap or stack.
  private static @Nullable Reading abort(String line) {
    return line.startsWith("*** stack smashing detected ***")
            || line.startsWith("*** buffer overflow detected ***")
            || line.startsWith("double free or corruption")
            || line.startsWith("free(): ")
            || line.startsWith("malloc(): ")
            || line.startsWith("corrupted ")
            || line.startsWith("munmap_chunk(): ")
        ? Reading.of(Kind.STACK_TRACE)
        : null;
  }
}
