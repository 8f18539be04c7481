package io.graftwatch.collector.store;

import java.time.Duration;

/// One lease as its holder sees it: renewed when half of its life is over. One thread.
public final class Lease {
  private final Leases leases;
  private final String name;
  private final String holder;
  private final long life;
  private long renew = Long.MIN_VALUE;
  private long asked = Long.MIN_VALUE;

  /// @param holder different for each process
  public Lease(Leases leases, String name, String holder, Duration life) {
    this.leases = leases;
    this.name = name;
    this.holder = holder;
    this.life = life.toMillis();
  }

  /// Whether it is ours.
  ///
  /// @param now milliseconds since the epoch
  /// @throws StoreException when the store cannot say: then it is not
  public boolean held(long now) throws StoreException {
    if (now < renew && now >= asked) {
      return true;
    }
    renew = Long.MIN_VALUE;
    boolean ours = leases.hold(name, holder, now, now + life);
    asked = now;
    renew = ours ? now + life / 2 : Long.MIN_VALUE;
    return ours;
  }

  public void release() throws StoreException {
    if (renew != Long.MIN_VALUE) {
      renew = Long.MIN_VALUE;
      leases.release(name, holder);
    }
  }
}
