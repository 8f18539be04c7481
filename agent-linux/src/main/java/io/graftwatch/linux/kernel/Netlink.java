package io.graftwatch.linux.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Netlink message framing (RFC 3549, linux/netlink.h) as pure functions: `len u32, type u16, flags
/// u16, seq u32, port u32`, payload, padding to four bytes, all in the machine's byte order.
public final class Netlink {
  public static final int HEADER = 16;

  /// Message types of every protocol.
  public static final int NOOP = 1;

  public static final int ERROR = 2;
  public static final int DONE = 3;

  /// Flags of requests.
  public static final int REQUEST = 1;

  public static final int ACK = 4;
  public static final int DUMP = 0x300;

  private Netlink() {}

  /// Sees one message of a datagram.
  @FunctionalInterface
  public interface Visitor {
    /// @param type message type
    /// @param seq the request's number
    /// @param offset where the payload starts
    /// @param length bytes of payload
    void message(int type, int seq, int offset, int length);
  }

  /// A message ready to send.
  public static byte[] message(int type, int flags, int seq, byte[] payload) {
    int length = HEADER + payload.length;
    return ByteBuffer.allocate((length + 3) & ~3)
        .order(ByteOrder.nativeOrder())
        .putInt(length)
        .putShort((short) type)
        .putShort((short) flags)
        .putInt(seq)
        .putInt(0)
        .put(payload)
        .array();
  }

  /// Walks the messages of one datagram.
  ///
  /// @param bytes in the machine's byte order
  /// @return false when a length does not fit; the messages before it were visited
  public static boolean each(ByteBuffer bytes, int offset, int length, Visitor visitor) {
    int at = offset;
    int end = offset + length;
    while (end - at >= HEADER) {
      int size = bytes.getInt(at);
      if (size < HEADER || size > end - at) {
        return false;
      }
      visitor.message(
          bytes.getShort(at + 4) & 0xFFFF, bytes.getInt(at + 8), at + HEADER, size - HEADER);
      at += (size + 3) & ~3;
    }
    return at >= end;
  }

  /// The `errno` of an [#ERROR] message's payload; 0 is an acknowledgement.
  public static int errno(ByteBuffer bytes, int offset, int length) {
    return length < 4 ? 0 : -bytes.getInt(offset);
  }
}
