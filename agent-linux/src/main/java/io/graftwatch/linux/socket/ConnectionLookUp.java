package io.graftwatch.linux.socket;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Completes a connection that audit told of, by one look into the socket table for its
/// destination: protocol, own port, how far it has come. Belongs to one thread; the table is opened
/// at the first look.
public final class ConnectionLookUp implements UnaryOperator<Connection>, AutoCloseable {
  /// Looks a second; a server that connects more often than that is a busy proxy, whose connections
  /// all look alike.
  private static final int PER_SECOND = 50;

  private static final int MAX_SOCKETS = 512;
  private static final int MAX_DESCRIPTORS = 4096;
  private static final int OPENED = 1 << InetSocket.ESTABLISHED | 1 << InetSocket.SYN_SENT;
  private static final int CONNECTED = 1 << InetSocket.ESTABLISHED;

  private final ProcFs proc = new ProcFs(Path.of("/proc"));
  private final InstantSource clock;
  private @Nullable SocketTable table;
  private boolean unusable;
  private long second;
  private int looks;

  public ConnectionLookUp(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Connection apply(Connection connection) {
    Endpoint remote = connection.remote();
    boolean open =
        connection.state() == Connection.State.IN_PROGRESS
            || connection.state() == Connection.State.ESTABLISHED;
    if (!open || remote.address() == null || remote.port() <= 0 || unusable || !mayLook()) {
      return connection;
    }
    try {
      InetSocket socket = find(connection, InetSocket.TCP, OPENED);
      socket = socket == null ? find(connection, InetSocket.UDP, CONNECTED) : socket;
      return socket == null ? connection : completed(connection, socket);
    } catch (IOException e) {
      unusable = true;
      return connection;
    }
  }

  private boolean mayLook() {
    long now = clock.millis() / 1000;
    looks = now == second ? looks + 1 : 0;
    second = now;
    return looks < PER_SECOND;
  }

  private @Nullable InetSocket find(Connection connection, int protocol, int states)
      throws IOException {
    SocketTable open = table;
    if (open == null) {
      open = new SocketTable();
      table = open;
    }
    Endpoint remote = connection.remote();
    List<InetSocket> candidates =
        open.list(protocol, states, remote.port(), MAX_SOCKETS).stream()
            .filter(socket -> remote.equals(socket.remote()))
            .toList();
    if (candidates.isEmpty()) {
      return null;
    }
    Set<Long> own = new HashSet<>(proc.sockets(connection.process().pid(), MAX_DESCRIPTORS));
    List<InetSocket> owned =
        candidates.stream().filter(socket -> own.contains(socket.inode())).toList();
    // Of several to one destination nobody can tell which; the process may be gone already.
    return owned.size() == 1
        ? owned.getFirst()
        : owned.isEmpty() && candidates.size() == 1 ? candidates.getFirst() : null;
  }

  private static Connection completed(Connection connection, InetSocket socket) {
    return new Connection(
        connection.provenance(),
        connection.process(),
        connection.ppid(),
        connection.exe(),
        connection.identity(),
        connection.direction(),
        socket.connectionState(),
        socket.protocolName(),
        socket.local(),
        connection.remote(),
        connection.via());
  }

  @Override
  public void close() {
    if (table != null) {
      table.close();
    }
  }
}
