package io.graftwatch.linux.socket;

import io.graftwatch.linux.kernel.MessageBatch;
import io.graftwatch.linux.kernel.Netlink;
import io.graftwatch.linux.kernel.NetlinkSocket;
import io.graftwatch.linux.kernel.Waiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Asks the kernel for sockets (`man 7 sock_diag`). Needs no right. Belongs to one thread.
final class SocketTable implements AutoCloseable {
  private static final int BY_FAMILY = 20;
  private static final int[] FAMILIES = {2, 10};
  private static final int ANSWER_MILLIS = 500;

  private final NetlinkSocket socket;
  private final Waiter waiter;
  private final MessageBatch batch = new MessageBatch(4, 32 * 1024);
  private int seq;

  SocketTable() throws IOException {
    socket = NetlinkSocket.open(NetlinkSocket.SOCK_DIAG, 0);
    try {
      waiter = new Waiter(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// Sockets of both families.
  ///
  /// @param protocol [InetSocket#TCP] or [InetSocket#UDP]
  /// @param states bit mask of 1 << state
  /// @param remotePort only those connected to it; 0 = any
  /// @param limit most sockets
  List<InetSocket> list(int protocol, int states, int remotePort, int limit) throws IOException {
    var found = new ArrayList<InetSocket>();
    for (int family : FAMILIES) {
      seq++;
      byte[] request = InetSocket.request(family, protocol, states, remotePort);
      socket.send(Netlink.message(BY_FAMILY, Netlink.REQUEST | Netlink.DUMP, seq, request));
      collect(protocol, limit, found);
    }
    return found;
  }

  private void collect(int protocol, int limit, List<InetSocket> found) throws IOException {
    boolean[] done = {false};
    while (!done[0] && (waiter.await(ANSWER_MILLIS) & 1) != 0) {
      int count = batch.receive(socket);
      ByteBuffer bytes = batch.bytes();
      for (int i = 0; i < count; i++) {
        Netlink.each(
            bytes,
            batch.offset(i),
            batch.length(i),
            (type, number, offset, length) -> {
              if (number != seq) {
                return;
              }
              if (type == BY_FAMILY) {
                InetSocket row = InetSocket.parse(protocol, bytes, offset, length);
                if (row != null && found.size() < limit) {
                  found.add(row);
                }
              } else if (type == Netlink.DONE || type == Netlink.ERROR) {
                done[0] = true;
              }
            });
      }
    }
  }

  @Override
  public void close() {
    waiter.close();
    socket.close();
  }
}
