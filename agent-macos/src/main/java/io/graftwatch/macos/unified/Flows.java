package io.graftwatch.macos.unified;

import java.util.LinkedHashMap;
import java.util.Map;

/// Connections and listeners that were told lately. The kernel writes up to four lines about one
/// connection, and any of them may be lost.
final class Flows {
  private static final int MAX = 8192;

  /// macOS gives ports from here on to whoever connects out.
  private static final int FIRST_EPHEMERAL = 49_152;

  private record Key(int pid, int localPort, int remotePort) {}

  private static final int LISTENER = -1;

  private final Map<Key, Boolean> told =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
          return size() > MAX;
        }
      };

  /// Whether the line tells that a process connected out and no line before it did.
  boolean opens(TcpLine line) {
    var key = new Key(line.pid(), line.local().port(), line.remote().port());
    return switch (line.event()) {
      case OUTGOING -> {
        told.put(key, true);
        yield true;
      }
      case CONNECTED, SUMMARY ->
          line.local().port() >= FIRST_EPHEMERAL
              && !told.containsKey(new Key(line.pid(), line.local().port(), LISTENER))
              && told.putIfAbsent(key, true) == null;
      case INCOMING, ACCEPT, LISTEN, BIND -> false;
    };
  }

  /// Whether the line tells that a process takes connections at a port and no line before it did.
  boolean listens(TcpLine line) {
    return switch (line.event()) {
      case INCOMING, ACCEPT, LISTEN ->
          told.putIfAbsent(new Key(line.pid(), line.local().port(), LISTENER), true) == null;
      case OUTGOING, CONNECTED, SUMMARY, BIND -> false;
    };
  }
}
