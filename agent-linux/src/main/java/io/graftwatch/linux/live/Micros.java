package io.graftwatch.linux.live;

import java.time.Instant;
import java.time.InstantSource;

/// The clock in the unit of facts.
final class Micros {
  static final long SECOND = 1_000_000;

  private Micros() {}

  /// Microseconds since the epoch.
  static long now(InstantSource clock) {
    Instant now = clock.instant();
    return now.getEpochSecond() * SECOND + now.getNano() / 1000;
  }
}
