package io.graftwatch.collector.http;

import java.util.LinkedHashMap;
import java.util.Map;

/// A bucket of tries for each caller that refills steadily. The callers seen longest ago are
/// forgotten beyond a bound, so a flood of addresses costs no memory.
public final class RateLimit {
  private static final int MAX_CALLERS = 8192;

  private final int burst;
  private final long refillMillis;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_CALLERS;
        }
      };

  private record Bucket(double tries, long at) {}

  /// @param burst tries at once
  /// @param refillMillis until one more try is there
  public RateLimit(int burst, long refillMillis) {
    this.burst = burst;
    this.refillMillis = refillMillis;
  }

  /// Takes a try.
  ///
  /// @param now milliseconds since the epoch
  /// @throws Refusal 429 when none is left
  public synchronized void take(String caller, long now) throws Refusal {
    double tries = left(caller, now);
    buckets.put(caller, new Bucket(tries - 1, now));
  }

  /// Checks that a try is left, and takes none.
  ///
  /// @throws Refusal 429 when none is left
  public synchronized void require(String caller, long now) throws Refusal {
    left(caller, now);
  }

  private double left(String caller, long now) throws Refusal {
    Bucket bucket = buckets.get(caller);
    double tries =
        bucket == null
            ? burst
            : Math.min(burst, bucket.tries + (double) (now - bucket.at) / refillMillis);
    if (tries < 1) {
      int seconds = (int) Math.ceil((1 - tries) * refillMillis / 1000);
      throw Refusal.retry(429, "too_many_tries", "too many tries from here", Math.max(1, seconds));
    }
    return tries;
  }
}
