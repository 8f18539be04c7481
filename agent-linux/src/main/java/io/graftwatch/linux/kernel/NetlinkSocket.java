package io.graftwatch.linux.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A netlink socket (`man 7 netlink`), never blocking; the one owner of its descriptor. A full
/// receive buffer drops messages and counts them ([#dropped]) instead of failing with ENOBUFS, so
/// that the number is exact.
public final class NetlinkSocket implements Pollable {
  /// `NETLINK_SOCK_DIAG`.
  public static final int SOCK_DIAG = 4;

  /// `NETLINK_AUDIT`.
  public static final int AUDIT = 9;

  /// `NETLINK_CONNECTOR`.
  public static final int CONNECTOR = 11;

  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SO_MEMINFO = 55;
  private static final int MEMINFO_DROPS = 8;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_NO_ENOBUFS = 5;

  private final int fd;
  private boolean closed;

  private NetlinkSocket(int fd) {
    this.fd = fd;
  }

  /// Opens and binds a socket.
  ///
  /// @param protocol [#AUDIT], [#CONNECTOR], [#SOCK_DIAG]
  /// @param groups bit mask of multicast groups; bit 0 is group 1
  /// @throws DeniedException when the caller lacks the capability
  public static NetlinkSocket open(int protocol, int groups) throws IOException {
    int fd =
        Libc.checked(
            Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.CLOEXEC | Libc.NONBLOCK, protocol),
            "netlink socket of protocol " + protocol);
    var socket = new NetlinkSocket(fd);
    try {
      byte[] address =
          ByteBuffer.allocate(12)
              .order(ByteOrder.nativeOrder())
              .putShort(0, (short) Libc.AF_NETLINK)
              .putInt(8, groups)
              .array();
      if (Libc.bind(fd, address, address.length) < 0) {
        String what = "bind to netlink protocol " + protocol + ", groups " + groups;
        throw Libc.errno() == Libc.EPERM
            ? new DeniedException(what + ": not permitted")
            : Libc.failure(what);
      }
      Libc.setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, new int[] {1}, 4);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public int fd() {
    return fd;
  }

  /// Asks for a receive buffer, past the system's limit where CAP_NET_ADMIN allows.
  ///
  /// @return bytes granted, as the kernel counts them (twice what was asked for)
  public int receiveBuffer(int bytes) throws IOException {
    int[] wanted = {bytes};
    if (Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, wanted, 4) < 0) {
      Libc.checked(Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, wanted, 4), "receive buffer");
    }
    int[] granted = new int[1];
    Libc.checked(Libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, granted, new int[] {4}), "SO_RCVBUF");
    return granted[0];
  }

  /// Messages that found the receive buffer full since the socket was opened; modulo 2^32.
  public int dropped() {
    int[] info = new int[MEMINFO_DROPS + 1];
    int[] length = {4 * info.length};
    return Libc.getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, length) < 0 ? 0 : info[MEMINFO_DROPS];
  }

  /// Sends one message to the kernel.
  public void send(byte[] message) throws IOException {
    while (Libc.sendto(fd, message, message.length, Libc.MSG_DONTWAIT, null, 0) < 0) {
      int errno = Libc.errno();
      if (errno == Libc.EPERM) {
        throw new DeniedException("send to netlink: not permitted");
      }
      if (errno != Libc.EINTR) {
        throw Libc.failure("send to netlink");
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
