package io.graftwatch.linux.kernel;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Receives many datagrams with one `recvmmsg` call into slots of one native buffer. Belongs to one
/// thread; a batch's messages are valid until the next [#receive].
///
/// ```
/// vector   slots × struct mmsghdr (64 bytes: name, namelen, iov, iovlen, control…, flags, len)
/// iovecs   slots × (address, length)
/// names    slots × struct sockaddr_nl (12 bytes)
/// data     slots × slotBytes
/// ```
public final class MessageBatch {
  private static final int MMSGHDR = 64;
  private static final int NAME_LENGTH = 8;
  private static final int FLAGS = 48;
  private static final int LENGTH = 56;
  private static final int IOVEC = 16;
  private static final int SOCKADDR = 12;

  private final int slots;
  private final int slotBytes;
  private final Memory vector;
  private final Memory iovecs;
  private final Memory names;
  private final Memory data;
  private final ByteBuffer headers;
  private final ByteBuffer senders;
  private final ByteBuffer bytes;

  /// @param slots most messages of one call
  /// @param slotBytes longest message; what is longer is cut and says so
  public MessageBatch(int slots, int slotBytes) {
    this.slots = slots;
    this.slotBytes = slotBytes;
    vector = new Memory((long) slots * MMSGHDR);
    iovecs = new Memory((long) slots * IOVEC);
    names = new Memory((long) slots * SOCKADDR);
    data = new Memory((long) slots * slotBytes);
    vector.clear();
    names.clear();
    for (int i = 0; i < slots; i++) {
      long header = (long) i * MMSGHDR;
      iovecs.setPointer((long) i * IOVEC, data.share((long) i * slotBytes));
      iovecs.setLong((long) i * IOVEC + 8, slotBytes);
      vector.setPointer(header, names.share((long) i * SOCKADDR));
      vector.setInt(header + NAME_LENGTH, SOCKADDR);
      vector.setPointer(header + 16, iovecs.share((long) i * IOVEC));
      vector.setLong(header + 24, 1);
    }
    headers = view(vector);
    senders = view(names);
    bytes = view(data);
  }

  private static ByteBuffer view(Memory memory) {
    return memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
  }

  /// Takes what is there, without waiting.
  ///
  /// @return number of messages; 0 when there are none
  public int receive(NetlinkSocket socket) throws IOException {
    int count = Libc.recvmmsg(socket.fd(), vector, slots, Libc.MSG_DONTWAIT, null);
    if (count >= 0) {
      return count;
    }
    int errno = Libc.errno();
    if (errno == Libc.EAGAIN || errno == Libc.EINTR || errno == Libc.ENOBUFS) {
      return 0;
    }
    throw Libc.failure("receive from netlink");
  }

  /// Most messages of one call.
  public int slots() {
    return slots;
  }

  /// The buffer that all messages lie in, in the machine's byte order.
  public ByteBuffer bytes() {
    return bytes;
  }

  /// Where message i starts in [#bytes].
  public int offset(int i) {
    return i * slotBytes;
  }

  /// Bytes of message i that were received.
  public int length(int i) {
    return headers.getInt(i * MMSGHDR + LENGTH);
  }

  /// Whether message i was longer than a slot.
  public boolean truncated(int i) {
    return (headers.getInt(i * MMSGHDR + FLAGS) & Libc.MSG_TRUNC) != 0;
  }

  /// Whether the kernel itself sent message i, not another process.
  public boolean fromKernel(int i) {
    return senders.getInt(i * SOCKADDR + 4) == 0;
  }
}
