package io.graftwatch.collector.keep;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Whether the machine's clock can be believed: for an hour it has gone as time does. A clock that
/// says 2038 for some minutes must not make everything old.
final class Steadiness {
  static final Duration LONG_ENOUGH = Duration.ofHours(1);
  private static final Duration JUMP = Duration.ofMinutes(1);

  /// Time that nobody sets, nanoseconds.
  private final LongSupplier nanos;

  private long since;
  private long lastNanos;
  private long lastMillis;

  Steadiness(LongSupplier nanos, long millis) {
    this.nanos = nanos;
    this.since = nanos.getAsLong();
    this.lastNanos = since;
    this.lastMillis = millis;
  }

  /// @param millis what the clock says now
  boolean holds(long millis) {
    long now = nanos.getAsLong();
    long went = TimeUnit.NANOSECONDS.toMillis(now - lastNanos);
    if (Math.abs(millis - lastMillis - went) > JUMP.toMillis()) {
      since = now;
    }
    lastNanos = now;
    lastMillis = millis;
    return now - since >= LONG_ENOUGH.toNanos();
  }
}
