package io.graftwatch.linux.kernel;

import java.io.IOException;

/// Blocks one thread until one of its descriptors has data, time is up, or another thread calls
/// [#wake]. Owns the eventfd behind the wake-up, not the descriptors.
public final class Waiter implements AutoCloseable {
  /// Bit in the result of [#await]: somebody called [#wake].
  public static final int WOKEN = 1 << 31;

  private static final short POLLIN = 1;

  private final int[] pollfds;
  private final int eventFd;
  private final com.sun.jna.Memory drained = new com.sun.jna.Memory(8);
  private final long[] one = {1};
  private long gathered = System.nanoTime();
  private boolean closed;

  public Waiter(Pollable... sources) throws IOException {
    eventFd = Libc.checked(Libc.eventfd(0, Libc.CLOEXEC | Libc.NONBLOCK), "eventfd");
    pollfds = new int[2 * (sources.length + 1)];
    pollfds[0] = eventFd;
    for (int i = 0; i < sources.length; i++) {
      pollfds[2 * (i + 1)] = sources[i].fd();
    }
  }

  /// Waits for data or a wake-up.
  ///
  /// @param timeoutMillis how long at most
  /// @return bit i is set when source i has data or an error; [#WOKEN]; 0 when time was up
  public int await(int timeoutMillis) throws IOException {
    return await(pollfds.length / 2, timeoutMillis);
  }

  /// Waits for a wake-up only, whatever data arrives.
  private boolean pause(int timeoutMillis) throws IOException {
    return await(1, timeoutMillis) != 0;
  }

  /// Lets more arrive, so that it is taken in one go: what comes after a quiet time waits `least`,
  /// a steady flow is taken once every `span`. Each look costs as much as some ten events.
  public void gather(int leastMillis, int spanMillis) throws IOException {
    long since = (System.nanoTime() - gathered) / 1_000_000;
    pause((int) Math.max(leastMillis, spanMillis - since));
    gathered = System.nanoTime();
  }

  private int await(int descriptors, int timeoutMillis) throws IOException {
    for (int i = 0; i < descriptors; i++) {
      pollfds[2 * i + 1] = POLLIN;
    }
    int ready = Libc.poll(pollfds, descriptors, timeoutMillis);
    if (ready <= 0) {
      if (ready < 0 && Libc.errno() != Libc.EINTR) {
        throw Libc.failure("poll");
      }
      return 0;
    }
    int result = 0;
    for (int i = 1; i < descriptors; i++) {
      if (pollfds[2 * i + 1] >>> 16 != 0) {
        result |= 1 << (i - 1);
      }
    }
    if (pollfds[1] >>> 16 != 0) {
      Libc.read(eventFd, drained, 8);
      result |= WOKEN;
    }
    return result;
  }

  /// Ends the wait in progress, or the next one. Any thread.
  public synchronized void wake() {
    if (!closed) {
      Libc.write(eventFd, one, 8);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Libc.close(eventFd);
    }
  }
}
