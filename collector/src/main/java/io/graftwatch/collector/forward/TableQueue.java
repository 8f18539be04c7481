package io.graftwatch.collector.forward;

import io.graftwatch.collector.store.Lease;
import io.graftwatch.collector.store.Outbox;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.journal.Queue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.tinylog.Logger;

/// The table of findings as one output's queue, in the order in which they were stored. What is in
/// flight is remembered here and nowhere else: after a crash it is sent again, and the ids absorb
/// it. While another collector holds the output's lease, nothing waits.
final class TableQueue implements Queue {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Outbox outbox;
  private final String output;
  private final Lease lease;
  private final InstantSource clock;

  /// Handed out and not settled, by number.
  private final TreeMap<Long, Pending> open = new TreeMap<>();

  /// The highest number that has been handed out.
  private long seen;

  private boolean ours;
  private boolean failing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean wake;

  TableQueue(Outbox outbox, String output, Lease lease, InstantSource clock) {
    this.outbox = outbox;
    this.output = output;
    this.lease = lease;
    this.clock = clock;
  }

  @Override
  public String output() {
    return output;
  }

  /// Makes sure that it is ours, and begins anew where the output stood when it has just become so.
  private Outbox.Progress progress() throws StoreException {
    boolean held = lease.held(clock.millis());
    if (!held) {
      ours = false;
      open.clear();
      return new Outbox.Progress(0, 0, 0);
    }
    if (!ours) {
      outbox.begin(output);
    }
    Outbox.Progress progress = outbox.progress(output);
    if (!ours || progress.newest() < seen) {
      open.clear();
      seen = progress.position();
    }
    ours = true;
    return progress;
  }

  @Override
  public long size() {
    try {
      Outbox.Progress progress = progress();
      failing = false;
      return progress.newest() - Math.min(seen, progress.newest()) + open.size() + progress.again();
    } catch (StoreException e) {
      return failed(e, 0L);
    }
  }

  @Override
  public List<Pending> take(int maxRecords, int maxBytes) {
    try {
      Outbox.Progress progress = progress();
      if (!ours) {
        return List.of();
      }
      if (progress.again() > 0) {
        List<Outbox.Item> letters = outbox.next(output, seen, maxRecords);
        if (!letters.isEmpty() && letters.getFirst().again()) {
          return fitting(pending(letters), maxRecords, maxBytes);
        }
      }
      if (open.size() < maxRecords && progress.newest() > seen) {
        load(maxRecords - open.size(), progress.newest());
      }
      return fitting(List.copyOf(open.values()), maxRecords, maxBytes);
    } catch (StoreException e) {
      return failed(e, List.<Pending>of());
    }
  }

  private void load(int limit, long newest) throws StoreException {
    List<Pending> more = pending(outbox.next(output, seen, limit));
    for (Pending record : more) {
      open.put(record.sequence(), record);
    }
    // Where none came there is none: what had those numbers has been deleted.
    seen = more.isEmpty() ? newest : more.getLast().sequence();
  }

  private static List<Pending> pending(List<Outbox.Item> items) throws StoreException {
    var records = new ArrayList<Pending>(items.size());
    for (Outbox.Item item : items) {
      records.add(Row.pending(item));
    }
    return records;
  }

  private static List<Pending> fitting(List<Pending> records, int maxRecords, int maxBytes) {
    int count = 0;
    long bytes = 0;
    while (count < Math.min(maxRecords, records.size())) {
      bytes += records.get(count).payload().length;
      if (count > 0 && bytes > maxBytes) {
        break;
      }
      count++;
    }
    return records.subList(0, count);
  }

  @Override
  public void acknowledge(List<Pending> records) {
    var again = new ArrayList<Long>();
    for (Pending record : records) {
      if (Row.of(record).again()) {
        again.add(record.sequence());
      } else {
        open.remove(record.sequence());
      }
    }
    if (records.isEmpty()) {
      return;
    }
    try {
      outbox.settle(output, position(), records.size(), again, clock.millis());
    } catch (StoreException e) {
      var _ = failed(e, false);
    }
  }

  @Override
  public void reject(Pending record, String reason) {
    open.remove(record.sequence());
    try {
      outbox.bury(output, record.sequence(), position(), reason, clock.millis());
      Logger.warn("output {} does not take {}: {}", output, record.uid(), reason);
    } catch (StoreException e) {
      // It is not settled before the store knows.
      if (!Row.of(record).again()) {
        open.put(record.sequence(), record);
      }
      var _ = failed(e, false);
    }
  }

  private long position() {
    return open.isEmpty() ? seen : open.firstKey() - 1;
  }

  private <T> T failed(StoreException e, T instead) {
    if (!failing) {
      Logger.error("output {} cannot use the store: {}", output, e.getMessage());
    }
    failing = true;
    return instead;
  }

  @Override
  public boolean await(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    while (left > 0) {
      if (size() > 0) {
        return true;
      }
      long before = Math.min(left, POLL.toNanos());
      if (rest(before)) {
        return size() > 0;
      }
      left -= before;
    }
    return false;
  }

  @Override
  public void pause(Duration atMost, boolean fresh) throws InterruptedException {
    long left = atMost.toNanos();
    while (left > 0) {
      long before = Math.min(left, POLL.toNanos());
      if (rest(before) || (fresh && size() > open.size())) {
        return;
      }
      left -= before;
    }
  }

  /// @return whether it was woken
  private boolean rest(long nanos) throws InterruptedException {
    lock.lock();
    try {
      for (long left = nanos; !wake && left > 0; ) {
        left = woken.awaitNanos(left);
      }
      boolean was = wake;
      wake = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void wake() {
    lock.lock();
    try {
      wake = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void release() {
    try {
      lease.release();
    } catch (StoreException e) {
      Logger.debug("the lease of {} runs out by itself: {}", output, e.getMessage());
    }
  }
}
