package io.graftwatch.core.fact;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The process or person behind a change.
///
/// @param process the process that did it
/// @param ppid its parent's pid as the record gives it; -1 when unknown
/// @param exe its executable
/// @param argv its arguments as far as known, else empty
/// @param identity on whose behalf
/// @param address network address it came from (API, SSH), else null
public record Actor(
    ProcessId process,
    int ppid,
    @Nullable String exe,
    List<String> argv,
    Identity identity,
    @Nullable String address) {
  public static final Actor UNKNOWN =
      new Actor(ProcessId.UNKNOWN, -1, null, List.of(), Identity.UNKNOWN, null);

  public Actor {
    argv = List.copyOf(argv);
  }
}
