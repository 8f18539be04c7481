package io.graftwatch.linux.live;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The audit subsystem's state, `struct audit_status` (linux/audit.h).
///
/// @param enabled 0 off, 1 on, 2 on and locked until the next boot
/// @param failure what the kernel does when it cannot log: 0 nothing, 1 printk, 2 panic
/// @param pid the audit daemon that owns the unicast channel, 0 = none
/// @param rateLimit messages a second, 0 = no limit
/// @param backlogLimit most records that wait for delivery
/// @param lost records that the kernel threw away since boot
/// @param backlog records that wait now
/// @param backlogWaitTime how long an audited call may be held up while the backlog is full, in
///   kernel ticks; -1 when the kernel does not tell
public record AuditStatus(
    int enabled,
    int failure,
    int pid,
    int rateLimit,
    int backlogLimit,
    long lost,
    int backlog,
    int backlogWaitTime) {

  static final int MASK_ENABLED = 0x1;
  static final int MASK_BACKLOG_LIMIT = 0x10;
  static final int MASK_BACKLOG_WAIT_TIME = 0x20;

  private static final int BYTES = 44;

  /// Reads the kernel's answer; null when it is too short.
  static @Nullable AuditStatus parse(ByteBuffer bytes, int offset, int length) {
    if (length < 32) {
      return null;
    }
    return new AuditStatus(
        bytes.getInt(offset + 4),
        bytes.getInt(offset + 8),
        bytes.getInt(offset + 12),
        bytes.getInt(offset + 16),
        bytes.getInt(offset + 20),
        bytes.getInt(offset + 24) & 0xFFFF_FFFFL,
        bytes.getInt(offset + 28),
        length < 40 ? -1 : bytes.getInt(offset + 36));
  }

  /// The request that sets one value.
  static byte[] change(int mask, int value) {
    int at =
        switch (mask) {
          case MASK_ENABLED -> 4;
          case MASK_BACKLOG_LIMIT -> 20;
          case MASK_BACKLOG_WAIT_TIME -> 36;
          default -> throw new IllegalArgumentException("status mask " + mask);
        };
    return ByteBuffer.allocate(BYTES)
        .order(java.nio.ByteOrder.nativeOrder())
        .putInt(0, mask)
        .putInt(at, value)
        .array();
  }

  boolean on() {
    return enabled != 0;
  }

  /// Rules and switches cannot be changed until the next boot (`auditctl -e 2`).
  boolean locked() {
    return enabled == 2;
  }

  /// An audit daemon is registered.
  boolean owned() {
    return pid != 0;
  }
}
