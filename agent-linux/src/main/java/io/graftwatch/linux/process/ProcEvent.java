package io.graftwatch.linux.process;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One message of the process events connector (linux/cn_proc.h), of whole processes only: what a
/// thread does is [Ignored].
///
/// ```
///  0 idx 1 | val 1 | seq | ack | len u16 | flags u16      struct cn_msg, 20 bytes
/// 20 what u32 | cpu u32 | timestamp_ns u64                struct proc_event
/// 36 event data: pids and thread ids, u32 each
/// ```
sealed interface ProcEvent {
  /// A process was made; it still runs its parent's program.
  ///
  /// @param nanos CLOCK_MONOTONIC, as for all of them
  record Fork(int parent, int child, long nanos) implements ProcEvent {}

  record Exec(int pid, long nanos) implements ProcEvent {}

  /// @param status as `wait` gives it: the low seven bits are the signal
  record Exit(int pid, int status, long nanos) implements ProcEvent {}

  /// Nothing that makes a fact: threads, changes of uid, gid, session, name; core dumps, which an
  /// exit follows.
  record Ignored() implements ProcEvent {}

  /// The kernel's answer to our subscription.
  ///
  /// @param errno 0 = granted
  record Answer(int errno) implements ProcEvent {}

  ProcEvent IGNORED = new Ignored();

  int HEADER = 20;
  int DATA = 36;

  /// Reads a message; null when it is none.
  ///
  /// @param bytes in the machine's byte order
  /// @param offset of `struct cn_msg`
  static @Nullable ProcEvent parse(ByteBuffer bytes, int offset, int length) {
    if (length < DATA + 8 || bytes.getInt(offset) != 1 || bytes.getInt(offset + 4) != 1) {
      return null;
    }
    long nanos = bytes.getLong(offset + HEADER + 8);
    int data = offset + DATA;
    int left = length - DATA;
    return switch (bytes.getInt(offset + HEADER)) {
      case 0 -> new Answer(bytes.getInt(data));
      case 1 -> left < 16 ? null : fork(bytes, data, nanos);
      case 2 -> new Exec(bytes.getInt(data + 4), nanos);
      case 0x8000_0000 -> left < 12 ? null : exit(bytes, data, nanos);
      default -> IGNORED;
    };
  }

  private static ProcEvent fork(ByteBuffer bytes, int data, long nanos) {
    int childThread = bytes.getInt(data + 8);
    int child = bytes.getInt(data + 12);
    return childThread == child ? new Fork(bytes.getInt(data + 4), child, nanos) : IGNORED;
  }

  private static ProcEvent exit(ByteBuffer bytes, int data, long nanos) {
    int thread = bytes.getInt(data);
    int pid = bytes.getInt(data + 4);
    return thread == pid ? new Exit(pid, bytes.getInt(data + 8), nanos) : IGNORED;
  }
}
