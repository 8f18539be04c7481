package io.graftwatch.linux.live;

import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.linux.kernel.MessageBatch;
import io.graftwatch.linux.kernel.Netlink;
import io.graftwatch.linux.kernel.NetlinkSocket;
import io.graftwatch.linux.kernel.Waiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Receives the audit records that the kernel multicasts (`AUDIT_NLGRP_READLOG`) and puts them into
/// the ring, on a thread of its own that parses nothing but serial numbers. Works beside an audit
/// daemon and without one.
///
/// When the parser is behind, the kernel's buffer fills first; then whole events are dropped,
/// newest first, and counted.
final class AuditReceiver implements Runnable, AutoCloseable {
  /// Multicast group 1, `AUDIT_NLGRP_READLOG`, as a bit mask.
  private static final int READLOG = 1;

  /// What is asked for; the kernel grants twice that.
  private static final int RECEIVE_BUFFER = 16 << 20;

  private static final int MESSAGES = 256;

  /// The longest record is `MAX_AUDIT_MESSAGE_LENGTH`, 8970 bytes.
  private static final int MESSAGE_BYTES = 9 * 1024;

  private static final int WAIT_MILLIS = 5000;

  /// An event's records come within microseconds: one pause lets all of them be taken in one go.
  private static final int GATHER_MILLIS = 5;

  private static final int PACE_MILLIS = 60;

  /// Below this much room only the rest of events begun is taken.
  private static final int RESERVE = 256 * 1024;

  /// How long the parser may be waited for while the kernel's buffer fills.
  private static final int PATIENCE_MILLIS = 200;

  private final NetlinkSocket socket;
  private final Waiter waiter;
  private final MessageBatch batch = new MessageBatch(MESSAGES, MESSAGE_BYTES);
  private final RecordRing ring;
  private final Losses losses;
  private final Consumer<SourceGap> gaps;
  private final InstantSource clock;
  private final int receiveBuffer;
  private final Thread thread;

  private volatile boolean stopped;
  private volatile @Nullable IOException failure;

  private long newestTaken = -1;
  private long lastArrival;
  private int socketDrops;

  private long dropping;
  private long droppedFrom;
  private long firstDropped;
  private long newestDropped = -1;

  private AuditReceiver(
      NetlinkSocket socket,
      RecordRing ring,
      Losses losses,
      Consumer<SourceGap> gaps,
      InstantSource clock)
      throws IOException {
    this.socket = socket;
    this.ring = ring;
    this.losses = losses;
    this.gaps = gaps;
    this.clock = clock;
    this.receiveBuffer = socket.receiveBuffer(RECEIVE_BUFFER);
    this.waiter = new Waiter(socket);
    this.lastArrival = Micros.now(clock);
    this.thread = Thread.ofPlatform().name("audit-receive").daemon(true).unstarted(this);
  }

  /// Joins the multicast group and starts to receive.
  ///
  /// @param gaps takes losses as they are noticed, on the receiver's thread
  /// @throws io.graftwatch.linux.kernel.DeniedException without CAP_AUDIT_READ
  static AuditReceiver start(
      RecordRing ring, Losses losses, Consumer<SourceGap> gaps, InstantSource clock)
      throws IOException {
    NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.AUDIT, READLOG);
    try {
      var receiver = new AuditReceiver(socket, ring, losses, gaps, clock);
      receiver.thread.start();
      return receiver;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// Bytes that the kernel buffers for us.
  int receiveBuffer() {
    return receiveBuffer;
  }

  /// What ended the receiver; null while it runs.
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        if ((waiter.await(WAIT_MILLIS) & 1) != 0) {
          waiter.gather(GATHER_MILLIS, PACE_MILLIS);
          receiveAll();
        } else if (dropping > 0 && roomy()) {
          recovered(Micros.now(clock));
        }
      }
    } catch (IOException e) {
      failure = e;
      ring.wake();
    } finally {
      waiter.close();
      socket.close();
    }
  }

  private void receiveAll() throws IOException {
    int count;
    do {
      count = batch.receive(socket);
      long now = Micros.now(clock);
      for (int i = 0; i < count; i++) {
        take(i, now);
      }
      ring.publish();
      socketDrops(now);
      lastArrival = now;
    } while (count == batch.slots() && !stopped);
  }

  private void take(int i, long now) {
    ByteBuffer bytes = batch.bytes();
    int offset = batch.offset(i);
    int length = batch.length(i) - Netlink.HEADER;
    if (length <= 0 || !batch.fromKernel(i) || batch.truncated(i)) {
      return;
    }
    int type = bytes.getShort(offset + 4) & 0xFFFF;
    int text = offset + Netlink.HEADER;
    long serial = Serials.of(bytes, text, length);
    if (!room(serial, length, now) || !ring.offer(type, now, bytes, text, length)) {
      drop(serial, now);
    } else if (serial >= 0 && (newestTaken < 0 || Serials.after(serial, newestTaken))) {
      newestTaken = serial;
    }
  }

  /// Whether a record may go in: while there is room, all; else only the rest of events begun,
  /// until half the ring is free again.
  private boolean room(long serial, int length, long now) {
    boolean begun = newestTaken >= 0 && serial >= 0 && !Serials.after(serial, newestTaken);
    if (dropping > 0) {
      if (!roomy()) {
        return begun;
      }
      if (serial >= 0 && !begun && !Serials.after(serial, newestDropped)) {
        return false;
      }
      recovered(now);
      return true;
    }
    if (begun || ring.free() >= RESERVE + length) {
      return true;
    }
    ring.publish();
    for (int i = 0; i < PATIENCE_MILLIS && ring.free() < ring.capacity() / 4 && !stopped; i++) {
      LockSupport.parkNanos(1_000_000);
    }
    return ring.free() >= RESERVE + length;
  }

  /// Half the ring is free again.
  private boolean roomy() {
    return ring.free() >= ring.capacity() / 2;
  }

  private void drop(long serial, long now) {
    if (dropping == 0) {
      droppedFrom = now;
      firstDropped = serial;
      newestDropped = serial;
    }
    dropping++;
    if (serial >= 0 && Serials.after(serial, newestDropped)) {
      newestDropped = serial;
    }
  }

  private void recovered(long now) {
    String detail = "serials " + firstDropped + " to " + newestDropped;
    gaps.accept(losses.of(Losses.RING, dropping, droppedFrom, now, detail));
    dropping = 0;
  }

  private void socketDrops(long now) {
    int total = socket.dropped();
    long lost = (total - socketDrops) & 0xFFFF_FFFFL;
    if (lost > 0) {
      socketDrops = total;
      gaps.accept(losses.of(Losses.SOCKET, lost, lastArrival, now, "near serial " + newestTaken));
    }
  }

  @Override
  public void close() {
    stopped = true;
    waiter.wake();
    try {
      thread.join(2 * WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (dropping > 0) {
      recovered(Micros.now(clock));
    }
  }
}
