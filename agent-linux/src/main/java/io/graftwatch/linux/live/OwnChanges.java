package io.graftwatch.linux.live;

import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.SourceChange;
import java.io.IOException;
import java.time.InstantSource;

/// When we changed rules ourselves. The kernel's record of a changed rule does not always tell who
/// did it, and our own work must not look like somebody's tampering.
final class OwnChanges {
  /// Event times are coarse, and earlier than the call's end.
  private static final long SLACK = 20_000;

  private final String prefix;
  private final int pid;
  private volatile long from = Long.MAX_VALUE;
  private volatile long to = Long.MIN_VALUE;

  /// Something done to audit.
  @FunctionalInterface
  interface Change {
    void make() throws IOException;
  }

  /// @param prefix of the keys of our rules
  /// @param pid of the agent
  OwnChanges(String prefix, int pid) {
    this.prefix = prefix;
    this.pid = pid;
  }

  void during(InstantSource clock, Change change) throws IOException {
    to = Long.MAX_VALUE;
    from = Micros.now(clock) - SLACK;
    try {
      change.make();
    } finally {
      to = Micros.now(clock) + SLACK;
    }
  }

  /// Whether a change is our own.
  boolean include(SourceChange change) {
    ProcessId actor = change.actor().process();
    if (actor.known()) {
      return actor.pid() == pid;
    }
    boolean meanwhile = change.time() >= from && change.time() <= to;
    return meanwhile && (change.detail().contains(prefix) || change.detail().contains("audit_"));
  }
}
