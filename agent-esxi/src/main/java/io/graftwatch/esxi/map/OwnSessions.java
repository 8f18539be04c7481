package io.graftwatch.esxi.map;

import io.graftwatch.core.fact.AdminSession;
import io.graftwatch.core.fact.Fact;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

/// The SSH sessions that the agent itself has opened lately: what hosts log of them is no finding.
/// A session counts by user, address and time, so that another one from this machine is still seen.
public final class OwnSessions {
  private static final int MAX = 256;

  /// A host logs a session so long before or after we know of it, its clock included.
  private static final long NEAR = 30_000_000L;

  /// None, as in a recording.
  static final OwnSessions NONE = new OwnSessions(InstantSource.system());

  private record Opened(String user, String address, long time) {}

  private final InstantSource clock;
  private final Deque<Opened> opened = new ArrayDeque<>();

  public OwnSessions(InstantSource clock) {
    this.clock = clock;
  }

  /// @param address of this end of the connection
  public synchronized void opened(String user, String address) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    opened.addLast(new Opened(user, address, now));
    if (opened.size() > MAX) {
      opened.removeFirst();
    }
  }

  synchronized boolean covers(Fact fact) {
    return fact instanceof AdminSession session
        && session.vector().equals("ssh")
        && opened.stream()
            .anyMatch(each ->
                each.user.equals(session.user())
                    && each.address.equals(session.address())
                    && Math.abs(each.time - session.time()) <= NEAR);
  }
}
