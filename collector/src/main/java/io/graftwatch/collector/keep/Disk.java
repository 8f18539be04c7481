package io.graftwatch.collector.keep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tinylog.Logger;

/// The disk that the store is on, looked at once a second at most.
public final class Disk {
  private static final long REMEMBER_MILLIS = 1_000;

  private final Gauge gauge;
  private final long floor;
  private volatile Reading last = new Reading(Long.MAX_VALUE, Long.MIN_VALUE);

  private record Reading(long free, long at) {}

  /// Says how many bytes are free.
  @FunctionalInterface
  public interface Gauge {
    long free() throws IOException;
  }

  /// @param floor bytes that stay free
  public Disk(Gauge gauge, long floor) {
    this.gauge = gauge;
    this.floor = floor;
  }

  public static Disk of(Path folder, long floor) {
    return new Disk(() -> Files.getFileStore(folder).getUsableSpace(), floor);
  }

  /// A disk that is not ours to look after.
  public static Disk elsewhere() {
    return new Disk(() -> Long.MAX_VALUE, 0);
  }

  /// Whether less is free than stays free, so that nothing more is taken.
  public boolean isShort(long now) {
    return free(now) < floor;
  }

  /// Bytes free; [Long#MAX_VALUE] when nobody can say.
  public long free(long now) {
    Reading reading = last;
    if (now - REMEMBER_MILLIS >= reading.at || now < reading.at) {
      reading = new Reading(read(), now);
      last = reading;
    }
    return reading.free;
  }

  private long read() {
    try {
      return gauge.free();
    } catch (IOException e) {
      Logger.debug("the disk does not say how much is free: {}", e.getMessage());
      return Long.MAX_VALUE;
    }
  }

  public long floor() {
    return floor;
  }
}
