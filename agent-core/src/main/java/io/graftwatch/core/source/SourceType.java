package io.graftwatch.core.source;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One kind of log: how to tell whether it can be read here, how to read it live, how to replay it.
public interface SourceType {
  /// The kind as the command line and the configuration name it: `auditd`, `syslog`, …
  String kind();

  /// Whether this host can be read live; never throws, never blocks longer than a second.
  Applicability probe(Host host);

  /// What to set on the other side, where there is one: `doctor` prints it.
  default List<String> advice() {
    return List.of();
  }

  /// Where the thread of its live source waits, or null when the source waits in [Source#pump], on
  /// a thread of its own. Sources of types that give the same bell share a thread: none of them
  /// waits in its pump.
  default @Nullable Bell bell() {
    return null;
  }

  /// Opens the live source.
  ///
  /// @param from where the last commit left off; null only on the very first start
  /// @throws IOException with a sentence that names what failed and what to do
  Source open(SourceConfig config, Host host, @Nullable Checkpoint from) throws IOException;

  /// Opens a recording of this kind, or null when the kind cannot be replayed.
  ///
  /// @throws IOException when the recording cannot be opened
  @Nullable Source replay(Recording recording) throws IOException;
}
