package io.graftwatch.linux.live;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The bounded ring between the thread that receives records and the one that parses them: one
/// producer, one consumer, no copy on the consumer's side.
///
/// ```
/// entry   length i32 | type i32 | seen i64 | bytes | padding to 8
/// length -1: the rest of the buffer is unused, go on at its start
/// ```
final class RecordRing {
  private static final int HEADER = 16;
  private static final int SKIP = -1;

  private final byte[] bytes;
  private final ByteBuffer view;
  private final int mask;

  /// Consumer's position; grows for ever.
  private final AtomicLong head = new AtomicLong();

  /// Producer's published position; grows for ever.
  private final AtomicLong tail = new AtomicLong();

  /// Producer's position with what is not published yet.
  private long written;

  private volatile @Nullable Thread waiting;
  private volatile boolean woken;

  /// Sees one record, in place.
  @FunctionalInterface
  interface Reader {
    void record(int type, byte[] bytes, int offset, int length, long seen);
  }

  /// @param capacity bytes, a power of two
  RecordRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity is no power of two: " + capacity);
    }
    bytes = new byte[capacity];
    view = ByteBuffer.wrap(bytes);
    mask = capacity - 1;
  }

  int capacity() {
    return bytes.length;
  }

  /// Producer: bytes that are free for certain.
  int free() {
    return (int) (bytes.length - (written - head.get()));
  }

  /// Producer: adds a record, which is seen after [#publish].
  ///
  /// @return false when there is no room
  boolean offer(int type, long seen, ByteBuffer source, int offset, int length) {
    int entry = (HEADER + length + 7) & ~7;
    int at = (int) written & mask;
    int toEnd = bytes.length - at;
    int needed = entry <= toEnd ? entry : toEnd + entry;
    if (needed > free()) {
      return false;
    }
    if (entry > toEnd) {
      view.putInt(at, SKIP);
      at = 0;
    }
    view.putInt(at, length);
    view.putInt(at + 4, type);
    view.putLong(at + 8, seen);
    source.get(offset, bytes, at + HEADER, length);
    written += needed;
    return true;
  }

  /// Producer: makes what was added visible, and wakes the consumer.
  void publish() {
    if (written != tail.get()) {
      tail.set(written);
      unpark();
    }
  }

  /// Consumer: takes records until the ring is empty or `limit` are taken.
  ///
  /// @return how many
  int drain(Reader reader, int limit) {
    long end = tail.get();
    long position = head.get();
    int count = 0;
    while (position < end && count < limit) {
      int at = (int) position & mask;
      int length = view.getInt(at);
      if (length == SKIP) {
        position += bytes.length - at;
        continue;
      }
      reader.record(view.getInt(at + 4), bytes, at + HEADER, length, view.getLong(at + 8));
      position += (HEADER + length + 7) & ~7;
      head.set(position);
      count++;
    }
    head.set(position);
    return count;
  }

  boolean isEmpty() {
    return head.get() == tail.get();
  }

  /// Consumer: waits until there are records, [#wake] is called, or time is up.
  void await(long nanos) {
    waiting = Thread.currentThread();
    if (isEmpty() && !woken) {
      LockSupport.parkNanos(this, nanos);
    }
    waiting = null;
    woken = false;
  }

  /// Ends the consumer's wait. Any thread.
  void wake() {
    woken = true;
    unpark();
  }

  private void unpark() {
    Thread consumer = waiting;
    if (consumer != null) {
      LockSupport.unpark(consumer);
    }
  }
}
