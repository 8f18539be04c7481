package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// A server's own log told something about its life.
///
/// @param serverKind kind of server as in the catalogue's profiles, or `kernel`
/// @param instance key of the server instance, null when the log names none
/// @param kind what the line means
/// @param component file or name of the component that the line is about, else null
/// @param pid the process that the line is about; -1 when none
/// @param exe executable of that process, where the line tells
/// @param text the line's message, bounded; attacker-chosen parts are data
public record ServerLog(
    Provenance provenance,
    String serverKind,
    @Nullable String instance,
    Kind kind,
    @Nullable String component,
    int pid,
    @Nullable String exe,
    String text)
    implements Fact {

  public enum Kind {
    START,
    STOP,
    RELOAD,
    /// A component was deployed or loaded, and the log says so (Tomcat, SQL assembly load).
    LOADED,
    LOAD_ERROR,
    WORKER_CRASH,
    STACK_TRACE,
    OPTION_CHANGE,
    /// A shell's or tool's own error message in a server's log: it ran under the server.
    CHILD_OUTPUT,
    /// A statement that makes a component: CREATE FUNCTION … LANGUAGE C, CREATE ASSEMBLY.
    STATEMENT,
    /// Another component of the host finds that it does not answer.
    UNRESPONSIVE,
    /// The host has started.
    BOOT,
    MAINTENANCE_BEGIN,
    MAINTENANCE_END
  }
}
