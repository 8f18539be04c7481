package io.graftwatch.linux.process;

import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes facts of what process events and `/proc` say.
final class ProcFacts {
  /// As `replay` and `[sources.proc]` name it.
  static final String KIND = "proc";

  private static final String DELETED = " (deleted)";

  private final ProcFs proc;
  private final BootClock boot;

  ProcFacts(ProcFs proc, BootClock boot) {
    this.proc = proc;
    this.boot = boot;
  }

  /// Time of an event, microseconds since the epoch.
  long time(long nanos) {
    return boot.ofMonotonic(nanos);
  }

  /// A process was made.
  ///
  /// @param parentStart start of the parent, -1 when unknown
  /// @param seen the agent's clock, microseconds since the epoch
  ProcessStart fork(ProcEvent.Fork fork, long parentStart, long seen) {
    long time = boot.ofMonotonic(fork.nanos());
    String line =
        new ProcLine(time, "fork", fork.child())
            .number("ppid", fork.parent())
            .time("start", time)
            .toString();
    return new ProcessStart(
        provenance("fork", fork.child(), time, seen, false, line),
        ProcessStart.Kind.FORK,
        new ProcessId(fork.child(), time),
        new ProcessStart.Parent(new ProcessId(fork.parent(), parentStart), null, List.of()),
        Image.UNKNOWN,
        List.of(),
        null,
        Identity.UNKNOWN,
        null,
        null,
        false);
  }

  /// A process ended.
  ///
  /// @param start its start, -1 when unknown
  ProcessEnd exit(ProcEvent.Exit exit, long start, long seen) {
    long time = boot.ofMonotonic(exit.nanos());
    String line =
        new ProcLine(time, "exit", exit.pid())
            .time("start", start)
            .number("code", exit.status())
            .toString();
    return new ProcessEnd(
        provenance("exit", exit.pid(), time, seen, false, line),
        new ProcessId(exit.pid(), start),
        exit.status() & 0x7F);
  }

  /// A process is no longer there, and nobody told.
  ProcessEnd gone(int pid, long start, long now) {
    String line = new ProcLine(now, "gone", pid).time("start", start).toString();
    return new ProcessEnd(
        provenance("gone", pid, now, now, false, line), new ProcessId(pid, start), -1);
  }

  /// What `/proc` says of a process now; null when it is gone.
  ///
  /// @param kind [ProcessStart.Kind#WARM], [ProcessStart.Kind#SNAPSHOT], [ProcessStart.Kind#EXEC]
  /// @param event the line's word for it: `warm`, `seen`, `exec`
  /// @param time of the event, or now
  @Nullable ProcessStart read(int pid, ProcessStart.Kind kind, String event, long time, long seen) {
    ProcStat stat = proc.stat(pid);
    if (stat == null || stat.pid() != pid) {
      return null;
    }
    String exe = proc.exe(pid);
    List<String> argv = proc.cmdline(pid);
    String cwd = kind == ProcessStart.Kind.EXEC ? proc.cwd(pid) : null;
    int uid = proc.uid(pid);
    long loginUid = proc.loginUid(pid);
    String session = proc.session(pid);
    String unit = proc.unit(pid);
    String tty = tty(stat.tty());
    long start = boot.ofTicks(stat.startTicks());
    String line =
        new ProcLine(time, event, pid)
            .number("ppid", stat.ppid())
            .time("start", start)
            .number("startTicks", stat.startTicks())
            .number("uid", uid)
            .number("auid", loginUid)
            .text("ses", session)
            .text("tty", tty)
            .text("unit", unit)
            .text("comm", stat.comm())
            .text("exe", exe)
            .text("cwd", cwd)
            .texts("cmdline", argv)
            .toString();
    boolean warm = kind == ProcessStart.Kind.WARM;
    return new ProcessStart(
        provenance(event, pid, time, seen, warm, line),
        kind,
        new ProcessId(pid, start),
        ProcessStart.Parent.of(stat.ppid()),
        image(exe, stat.comm(), argv),
        argv,
        cwd,
        new Identity(uid, null, null, loginUid, session),
        tty,
        unit,
        false);
  }

  /// A program whose file was replaced by an upgrade has a name on disk still.
  static Image image(@Nullable String exe, String comm, List<String> argv) {
    if (exe == null) {
      return Image.UNKNOWN;
    }
    boolean deleted = exe.endsWith(DELETED);
    String path = deleted ? exe.substring(0, exe.length() - DELETED.length()) : exe;
    boolean fileless = path.startsWith("/memfd:") || (deleted && !Files.exists(Path.of(path)));
    return Image.running(path, comm, argv, fileless);
  }

  /// `pts/3`, `tty1`, or the device number; null for none.
  static @Nullable String tty(int device) {
    if (device == 0) {
      return null;
    }
    int major = device >> 8 & 0xFFF;
    int minor = (device & 0xFF) | (device >> 12 & 0xFFF00);
    return switch (major) {
      case 136, 137, 138, 139, 140, 141, 142, 143 -> "pts/" + (((major - 136) << 20) + minor);
      case 4 -> minor < 64 ? "tty" + minor : "ttyS" + (minor - 64);
      default -> major + ":" + minor;
    };
  }

  private static Provenance provenance(
      String event, int pid, long time, long seen, boolean preexisting, String line) {
    return new Provenance(
        KIND,
        event + ":" + pid + ":" + time,
        null,
        Provenance.KERNEL,
        time,
        seen,
        null,
        preexisting,
        Raw.of(line));
  }
}
