package io.graftwatch.linux.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/// Turns the kernel's two ways to tell a process's age into times of day: clock ticks since boot
/// (`/proc/PID/stat`) and monotonic nanoseconds (process events). The offset is taken once, so that
/// both agree and a clock that is set later moves no start time.
public final class BootClock {
  /// `USER_HZ`, 100 on every architecture that we run on.
  private static final long TICK = 10_000;

  /// The two clocks differ only by the time that the machine slept.
  private static final long SLEPT = 1_000_000;

  private final long bootMicros;
  private final long monotonicMicros;

  private BootClock(long bootMicros, long monotonicMicros) {
    this.bootMicros = bootMicros;
    this.monotonicMicros = monotonicMicros;
  }

  /// @param now microseconds since the epoch
  /// @param monotonic CLOCK_MONOTONIC at the same moment, microseconds
  /// @param uptime CLOCK_BOOTTIME at the same moment, microseconds, to 10 ms; -1 = unknown
  static BootClock of(long now, long monotonic, long uptime) {
    long slept = uptime - monotonic > SLEPT ? uptime - monotonic : 0;
    return new BootClock(now - monotonic - slept, now - monotonic);
  }

  /// Reads this machine's clocks (`System.nanoTime` is CLOCK_MONOTONIC on Linux).
  public static BootClock read(InstantSource clock, Path proc) {
    long uptime = uptime(proc);
    return of(now(clock), System.nanoTime() / 1000, uptime);
  }

  /// The time of day, microseconds since the epoch.
  public static long now(InstantSource clock) {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
  }

  private static long uptime(Path proc) {
    try {
      String text = Files.readString(proc.resolve("uptime"), StandardCharsets.ISO_8859_1);
      return (long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1_000_000);
    } catch (java.io.IOException | RuntimeException e) {
      return -1;
    }
  }

  /// Start of a process from its clock ticks, microseconds since the epoch.
  public long ofTicks(long ticks) {
    return bootMicros + ticks * TICK;
  }

  /// Time of an event from its monotonic nanoseconds, microseconds since the epoch.
  long ofMonotonic(long nanos) {
    return monotonicMicros + nanos / 1000;
  }
}
