package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.lineage.ProcessNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Remembers which server lately asked for an io_uring and which ends were connected to openly, so
/// that a flow that nobody was seen to open can be told.
final class HiddenCalls {
  private static final long WINDOW = 600_000_000L;
  private static final long SAME = 2_000_000L;
  private static final int MAX = 1024;

  private final Map<Endpoint, Long> connects = new LinkedHashMap<>();
  private @Nullable ProcessNode user;
  private long asked = Long.MIN_VALUE / 2;

  void asked(ProcessNode node, long time) {
    user = node;
    asked = time;
  }

  void connected(Endpoint remote, long time) {
    connects.remove(remote);
    connects.put(remote, time);
    if (connects.size() > MAX) {
      connects.remove(connects.keySet().iterator().next());
    }
  }

  /// The server process with an io_uring at that time, or null.
  @Nullable ProcessNode user(long time) {
    return time - asked >= -SAME && time - asked <= WINDOW ? user : null;
  }

  /// A connect to that end was seen at about that time.
  boolean explained(Endpoint remote, long time) {
    Long seen = connects.get(remote);
    return seen != null && Math.abs(time - seen) <= SAME;
  }
}
