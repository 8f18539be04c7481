package io.graftwatch.core.run;

import io.graftwatch.core.enrol.PolicyUpdate;
import io.graftwatch.core.enrol.Renewal;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Receipt;
import io.graftwatch.delivery.output.CollectorOutput;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.tinylog.Logger;

/// The heartbeat, and with it the look whether the certificate is to be renewed and whether there
/// is a newer policy: every minute, a tenth more or less so that a fleet does not beat at once, and
/// a last one that says that the agent stops on purpose.
final class Beat implements Runnable {
  private static final Duration INTERVAL = Duration.ofSeconds(60);

  private final CollectorOutput collector;
  private final Function<Boolean, Heartbeat> next;
  private final Runnable answered;
  private final Renewal renewal;
  private final PolicyUpdate policy;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopRequested = lock.newCondition();
  private boolean stopping;

  /// @param next makes a heartbeat; told whether the agent stops
  /// @param answered called when the collector has answered one
  Beat(
      CollectorOutput collector,
      Function<Boolean, Heartbeat> next,
      Runnable answered,
      Renewal renewal,
      PolicyUpdate policy,
      RandomGenerator random) {
    this.collector = collector;
    this.next = next;
    this.answered = answered;
    this.renewal = renewal;
    this.policy = policy;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      boolean last;
      do {
        renewal.step();
        last = stopping();
        Receipt.Beat answer = collector.heartbeat(next.apply(last));
        if (answer != null) {
          answered.run();
          policy.step(answer.policyVersion());
        }
      } while (!last && rest());
    } catch (InterruptedException e) {
      Logger.debug("No last heartbeat: it took too long.");
    }
  }

  /// Ends [#run] after a last heartbeat. Any thread.
  void stop() {
    lock.lock();
    try {
      stopping = true;
      stopRequested.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean stopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /// @return true
  private boolean rest() throws InterruptedException {
    long tenth = INTERVAL.toNanos() / 10;
    long left = INTERVAL.toNanos() + random.nextLong(-tenth, tenth);
    lock.lock();
    try {
      while (!stopping && left > 0) {
        left = stopRequested.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
