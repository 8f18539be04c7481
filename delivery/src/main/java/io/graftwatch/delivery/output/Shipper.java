package io.graftwatch.delivery.output;

import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.journal.Queue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Brings one output what waits for it in its queue: blocked until the queue wakes it, one batch at
/// a time.
///
/// When the output fails, it waits between 1 s and 5 min with full jitter, or as long as it was
/// told; a fresh record or [#retryNow] shortens the wait to 15 s after the last try, so that what
/// is new gets through soon after a fault has ended. A batch that is refused as a whole is halved
/// until the bad record stands alone; that one goes to quarantine.
public final class Shipper implements Runnable {
  private static final Duration MIN_BACKOFF = Duration.ofSeconds(1);
  private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);
  private static final Duration FRESH = Duration.ofSeconds(15);

  /// Nothing but a record ends this wait.
  private static final Duration IDLE = Duration.ofHours(1);

  /// So many records in a row that were refused alone look like a fault of the other side.
  private static final int MAX_POISON = 8;

  private final Queue queue;
  private final Output output;
  private final Pace pace;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final Consumer<String> log;
  private volatile boolean stopped;
  private volatile @Nullable String problem;
  private volatile boolean retry;

  private int limit = Batches.MAX_RECORDS;
  private int failures;
  private int poison;
  private List<Long> lastSequences = List.of();
  private String lastBatch = "";

  /// @param recordsPerSecond most that is sent when there is much to catch up
  /// @param nanos a clock that never jumps
  /// @param log told once when the output fails and once when it works again, one sentence each
  public Shipper(
      Queue queue,
      Output output,
      int recordsPerSecond,
      LongSupplier nanos,
      RandomGenerator random,
      Consumer<String> log) {
    this.queue = queue;
    this.output = output;
    this.pace = new Pace(recordsPerSecond, Batches.MAX_RECORDS);
    this.nanos = nanos;
    this.random = random;
    this.log = log;
  }

  /// What to do before the next [#step].
  sealed interface Next {
    /// Go on at once.
    record Now() implements Next {}

    /// Nothing waits.
    record Idle() implements Next {}

    /// The output failed.
    ///
    /// @param asked it told us how long; nothing shortens this
    record Backoff(Duration time, boolean asked) implements Next {}

    /// Sent enough for now.
    record Paced(Duration time) implements Next {}
  }

  /// Runs until [#stop], then closes the output. The thread may be interrupted.
  @Override
  public void run() {
    try {
      while (!stopped) {
        rest(step());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      try {
        output.close();
      } catch (IOException e) {
        log.accept("output %s cannot be closed: %s".formatted(queue.output(), e.getMessage()));
      }
    }
  }

  /// Ends [#run] after the exchange in progress. Any thread.
  public void stop() {
    stopped = true;
    queue.wake();
  }

  /// There is reason to believe that the output works again: a heartbeat got through. Any thread.
  public void retryNow() {
    if (problem != null) {
      retry = true;
      queue.wake();
    }
  }

  /// What is wrong with the output, one sentence; null when nothing is. Any thread.
  public @Nullable String problem() {
    return problem;
  }

  /// Sends at most one batch.
  Next step() {
    int allowed = pace.allowed(nanos.getAsLong());
    if (queue.size() == 0) {
      return new Next.Idle();
    }
    if (allowed == 0) {
      return new Next.Paced(pace.untilNext());
    }
    List<Pending> records = queue.take(Math.min(limit, allowed), Batches.MAX_BYTES);
    if (records.isEmpty()) {
      return new Next.Idle();
    }
    Output.Answer answer = output.send(nameOf(records), records);
    return switch (answer) {
      case Output.Answer.Verdicts(List<Output.Verdict> verdicts) -> settle(records, verdicts);
      case Output.Answer.Refused(String why) -> refused(records, why);
      case Output.Answer.Failed(String why, Duration retryAfter) -> failed(why, retryAfter);
    };
  }

  private Next settle(List<Pending> records, List<Output.Verdict> verdicts) {
    var taken = new ArrayList<Pending>(records.size());
    int rejected = 0;
    for (int i = 0; i < records.size(); i++) {
      switch (i < verdicts.size() ? verdicts.get(i) : new Output.Verdict.Again()) {
        case Output.Verdict.Taken() -> taken.add(records.get(i));
        case Output.Verdict.Rejected(String reason) -> {
          queue.reject(records.get(i), reason);
          rejected++;
        }
        case Output.Verdict.Again() -> {}
      }
    }
    queue.acknowledge(taken);
    if (taken.isEmpty() && rejected == 0) {
      return failed("the answer names none of the records sent", null);
    }
    pace.sent(taken.size() + rejected);
    works();
    limit = Math.min(Batches.MAX_RECORDS, limit * 2);
    poison = taken.isEmpty() ? poison : 0;
    return new Next.Now();
  }

  private Next refused(List<Pending> records, String why) {
    if (records.size() > 1) {
      limit = records.size() / 2;
      return new Next.Now();
    }
    queue.reject(records.getFirst(), why);
    limit = Math.min(Batches.MAX_RECORDS, limit * 2);
    return ++poison < MAX_POISON ? new Next.Now() : failed(why, null);
  }

  private Next failed(String why, @Nullable Duration asked) {
    if (problem == null) {
      log.accept("output %s fails: %s".formatted(queue.output(), why));
    }
    problem = why;
    long ceiling =
        Math.min(MAX_BACKOFF.toMillis(), MIN_BACKOFF.toMillis() << Math.min(++failures, 16));
    Duration wait = Duration.ofMillis(random.nextLong(MIN_BACKOFF.toMillis(), ceiling + 1));
    return asked != null && asked.compareTo(wait) > 0
        ? new Next.Backoff(asked, true)
        : new Next.Backoff(wait, false);
  }

  private void works() {
    failures = 0;
    if (problem != null) {
      problem = null;
      log.accept("output %s works again".formatted(queue.output()));
    }
  }

  private void rest(Next next) throws InterruptedException {
    switch (next) {
      case Next.Now() -> {}
      case Next.Idle() -> queue.await(IDLE);
      case Next.Paced(Duration wait) -> queue.pause(wait, false);
      case Next.Backoff(Duration wait, boolean asked) -> backOff(wait, asked);
    }
  }

  private void backOff(Duration wait, boolean asked) throws InterruptedException {
    long start = nanos.getAsLong();
    queue.pause(wait, !asked);
    long left = Math.min(wait.toNanos(), FRESH.toNanos()) - (nanos.getAsLong() - start);
    if (!asked && !retry && !stopped && left > 0) {
      queue.pause(Duration.ofNanos(left), false);
    }
    retry = false;
  }

  /// The same name for the same records.
  private String nameOf(List<Pending> records) {
    List<Long> sequences = records.stream().map(Pending::sequence).toList();
    if (!sequences.equals(lastSequences)) {
      lastSequences = sequences;
      lastBatch = newBatch(random);
    }
    return lastBatch;
  }

  static String newBatch(RandomGenerator random) {
    return "%016x%016x".formatted(random.nextLong(), random.nextLong());
  }

  /// A bucket of records that fills with time.
  private static final class Pace {
    private final int perSecond;
    private final int capacity;
    private double level;
    private long last;
    private boolean started;

    Pace(int perSecond, int capacity) {
      this.perSecond = perSecond;
      this.capacity = capacity;
      this.level = capacity;
    }

    int allowed(long now) {
      if (started) {
        double gained = (double) (now - last) * perSecond / TimeUnit.SECONDS.toNanos(1);
        level = Math.min(capacity, level + gained);
      }
      started = true;
      last = now;
      return (int) level;
    }

    void sent(int records) {
      level -= records;
    }

    /// Long enough for a batch that is worth a request.
    Duration untilNext() {
      return Duration.ofNanos(
          (long) (Math.min(capacity, 50) * (double) TimeUnit.SECONDS.toNanos(1) / perSecond));
    }
  }
}
