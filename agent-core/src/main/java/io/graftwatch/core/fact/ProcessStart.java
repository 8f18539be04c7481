package io.graftwatch.core.fact;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A process came to be, or replaced its program, or was found running.
///
/// @param kind what happened, see [Kind]
/// @param process pid and start time
/// @param parent its parent; on Windows with the parent's image and arguments from the event itself
/// @param image the program
/// @param argv the arguments, argv[0] included; empty when unknown
/// @param cwd working directory
/// @param identity on whose behalf
/// @param tty controlling terminal, null for none or unknown
/// @param unit systemd unit, cgroup, container or launchd job that contains it
/// @param socketStdio standard input or output is a network socket
public record ProcessStart(
    Provenance provenance,
    Kind kind,
    ProcessId process,
    Parent parent,
    Image image,
    List<String> argv,
    @Nullable String cwd,
    Identity identity,
    @Nullable String tty,
    @Nullable String unit,
    boolean socketStdio)
    implements Fact {

  /// What a source saw of a start.
  public enum Kind {
    /// A new process that still runs its parent's program (Unix fork).
    FORK,
    /// A process replaced its program (Unix exec). It may be new to us.
    EXEC,
    /// A new process with its own program (Windows, eslogger-less macOS).
    CREATE,
    /// Found running: a snapshot or a poll, nothing started now. An image that differs from what
    /// was known of the process means that an exec went unseen.
    SNAPSHOT,
    /// Found running before a recording began. `replay` takes these first, whatever their time.
    WARM
  }

  /// The parent as the record gives it.
  ///
  /// @param process pid and start; the pid may be that of an adopter (init)
  /// @param exe the parent's executable, where the event itself tells
  /// @param argv the parent's arguments, where the event itself tells, else empty
  public record Parent(ProcessId process, @Nullable String exe, List<String> argv) {
    public static final Parent UNKNOWN = new Parent(ProcessId.UNKNOWN, null, List.of());

    public Parent {
      argv = List.copyOf(argv);
    }

    public static Parent of(int pid) {
      return pid < 0 ? UNKNOWN : new Parent(ProcessId.of(pid), null, List.of());
    }
  }

  public ProcessStart {
    argv = List.copyOf(argv);
  }
}
