package io.graftwatch.linux.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Sends datagrams to a Unix socket: the JDK has stream sockets of that family only.
public final class UnixDatagram implements AutoCloseable {
  private static final int PATH_LIMIT = 107;

  private final int fd;
  private final byte[] address;

  /// @param path of the socket; a leading `@` means the abstract name space
  public UnixDatagram(String path) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > PATH_LIMIT) {
      throw new IOException("socket path of " + name.length + " bytes: " + path);
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    address =
        ByteBuffer.allocate(2 + name.length + (name[0] == 0 ? 0 : 1))
            .order(ByteOrder.nativeOrder())
            .putShort((short) Libc.AF_UNIX)
            .put(name)
            .array();
    fd =
        Libc.checked(
            Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.CLOEXEC, 0), "unix datagram socket");
  }

  public void send(byte[] datagram) throws IOException {
    int flags = Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT;
    if (Libc.sendto(fd, datagram, datagram.length, flags, address, address.length) < 0) {
      throw Libc.failure("send to the service manager");
    }
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
