package io.graftwatch.linux.socket;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// One row of the socket table, `struct inet_diag_msg` (linux/inet_diag.h).
///
/// @param protocol 6 TCP, 17 UDP
/// @param state as the kernel numbers TCP states (net/tcp_states.h)
/// @param local own end
/// @param remote other end; port 0 when there is none
/// @param uid of the owner
/// @param inode by which `/proc/PID/fd` names the socket; 0 for one that is being closed
record InetSocket(int protocol, int state, Endpoint local, Endpoint remote, int uid, long inode) {
  static final int TCP = 6;
  static final int UDP = 17;

  static final int ESTABLISHED = 1;
  static final int SYN_SENT = 2;
  static final int LISTEN = 10;

  private static final int BYTES = 72;
  private static final int INET = 2;
  private static final int INET6 = 10;

  /// Reads a row; null when it is none.
  static @Nullable InetSocket parse(int protocol, ByteBuffer bytes, int offset, int length) {
    if (length < BYTES) {
      return null;
    }
    int family = bytes.get(offset);
    if (family != INET && family != INET6) {
      return null;
    }
    int size = family == INET ? 4 : 16;
    return new InetSocket(
        protocol,
        bytes.get(offset + 1),
        new Endpoint(address(bytes, offset + 8, size), port(bytes, offset + 4)),
        new Endpoint(address(bytes, offset + 24, size), port(bytes, offset + 6)),
        bytes.getInt(offset + 64),
        bytes.getInt(offset + 68) & 0xFFFF_FFFFL);
  }

  private static int port(ByteBuffer bytes, int at) {
    return (bytes.get(at) & 0xFF) << 8 | (bytes.get(at + 1) & 0xFF);
  }

  /// A v4-mapped address is written as IPv4, as everywhere.
  private static String address(ByteBuffer bytes, int at, int size) {
    byte[] address = new byte[size];
    bytes.get(at, address);
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A request for all sockets of a family and protocol.
  ///
  /// @param states bit mask of 1 << state
  /// @param remotePort only those; 0 = any
  static byte[] request(int family, int protocol, int states, int remotePort) {
    return ByteBuffer.allocate(56)
        .order(ByteOrder.nativeOrder())
        .put((byte) family)
        .put((byte) protocol)
        .putShort((short) 0)
        .putInt(states)
        .order(ByteOrder.BIG_ENDIAN)
        .putShort((short) 0)
        .putShort((short) remotePort)
        .array();
  }

  String protocolName() {
    return protocol == TCP ? "tcp" : "udp";
  }

  boolean listens() {
    return protocol == TCP ? state == LISTEN : remote.port() == 0;
  }

  Connection.State connectionState() {
    return switch (state) {
      case ESTABLISHED -> Connection.State.ESTABLISHED;
      case SYN_SENT -> Connection.State.IN_PROGRESS;
      case LISTEN -> Connection.State.UNKNOWN;
      default -> Connection.State.CLOSED;
    };
  }
}
