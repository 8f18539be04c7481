package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Listener;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// What tables of connections tell of those that another source shows incompletely: the other end's
/// address, which macOS's kernel hides, by process and local port; and who opened one that a table
/// only shows as open, by the ports on which the host accepts.
final class LookedUpEnds {
  private static final int MAX = 4096;

  /// A local port is used again after a while. Microseconds.
  private static final long SAME = 120_000_000L;

  private record Key(int pid, int localPort, int remotePort) {
    static Key of(Connection fact) {
      return new Key(fact.process().pid(), fact.local().port(), fact.remote().port());
    }
  }

  private record Seen(Endpoint remote, long time) {}

  private final Map<Key, Seen> ends =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
          return size() > MAX;
        }
      };
  private final Set<Integer> accepting = new LinkedHashSet<>();

  /// Whether the source hides the other end's address.
  static boolean hidden(Connection fact) {
    return fact.remote().address() == null
        && fact.remote().port() >= 0
        && fact.local().port() > 0
        && fact.process().known();
  }

  void saw(Connection fact) {
    if (fact.direction() == Connection.Direction.INBOUND) {
      accepts(fact.local().port());
    } else if (fact.remote().address() != null
        && fact.local().port() > 0
        && fact.process().known()) {
      ends.put(Key.of(fact), new Seen(fact.remote(), fact.time()));
    }
  }

  void saw(Listener fact) {
    accepts(fact.local().port());
  }

  private void accepts(int port) {
    if (port > 0 && accepting.size() < MAX) {
      accepting.add(port);
    }
  }

  /// The connection with all that is known of it.
  Connection complete(Connection fact) {
    if (hidden(fact)) {
      Seen seen = ends.get(Key.of(fact));
      return seen == null || Math.abs(seen.time - fact.time()) > SAME
          ? fact
          : with(fact, fact.direction(), seen.remote);
    }
    return fact.direction() == Connection.Direction.UNKNOWN
            && accepting.contains(fact.local().port())
        ? with(fact, Connection.Direction.INBOUND, fact.remote())
        : fact;
  }

  private static Connection with(Connection fact, Connection.Direction direction, Endpoint remote) {
    return new Connection(
        fact.provenance(),
        fact.process(),
        fact.ppid(),
        fact.exe(),
        fact.identity(),
        direction,
        fact.state(),
        fact.protocol(),
        fact.local(),
        remote,
        fact.via());
  }
}
