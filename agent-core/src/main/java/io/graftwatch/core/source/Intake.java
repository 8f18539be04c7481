package io.graftwatch.core.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The queue between the sources' threads and the one detection thread, bounded in bytes. A source
/// that is ahead waits here, so the pressure reaches its log; what a kernel buffer then drops is
/// counted by its source.
public final class Intake {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private final int maxBytes;
  private int bytes;
  private boolean woken;
  private boolean closed;

  /// @param maxBytes what waiting facts may take, roughly; one batch always fits
  public Intake(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Adds a batch, waiting for room.
  ///
  /// @return false when the intake is closed: the batch was not taken
  boolean put(Batch batch) throws InterruptedException {
    int weight = batch.weight();
    lock.lockInterruptibly();
    try {
      while (!closed && bytes > 0 && bytes + weight > maxBytes) {
        drained.await();
      }
      if (closed) {
        return false;
      }
      batches.add(batch);
      bytes += weight;
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// The next batch, or null when none came in time or somebody called [#wake].
  public @Nullable Batch take(Duration atMost) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = atMost.toNanos();
      while (batches.isEmpty() && !woken && !closed && left > 0) {
        left = filled.awaitNanos(left);
      }
      woken = false;
      Batch batch = batches.poll();
      if (batch != null) {
        bytes -= batch.weight();
        drained.signalAll();
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /// Ends the wait of [#take]. Any thread.
  public void wake() {
    lock.lock();
    try {
      woken = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Refuses further batches; those inside can still be taken.
  public void close() {
    lock.lock();
    try {
      closed = true;
      drained.signalAll();
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
