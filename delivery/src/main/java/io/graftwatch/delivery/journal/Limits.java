package io.graftwatch.delivery.journal;

import java.time.Duration;

/// How much the journal may take.
///
/// @param bytes of all segments; when they are used up, lower severities give way to higher ones
/// @param age records older than this are given up
/// @param freeBytes what is left to others: with less free space the disk counts as full
public record Limits(long bytes, Duration age, long freeBytes) {
  public static final Limits DEFAULT = new Limits(256L << 20, Duration.ofDays(90), 64L << 20);
  static final int SEGMENT = 4 << 20;
  private static final int MIN_SEGMENT = 64 << 10;
  private static final int SEGMENTS = 16;

  public Limits {
    if (bytes < 1 << 20) {
      throw new IllegalArgumentException("journal of less than 1 MiB: " + bytes);
    }
  }

  /// A segment is 4 MiB, less in a small journal, so that giving one up is never giving up much. A
  /// record that is larger gets a segment of its own.
  int segmentBytes() {
    return Math.clamp(bytes / SEGMENTS, MIN_SEGMENT, SEGMENT);
  }
}
