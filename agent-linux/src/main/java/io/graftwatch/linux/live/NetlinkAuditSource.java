package io.graftwatch.linux.live;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.audit.AuditStream;
import io.graftwatch.linux.kernel.DeniedException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Kernel audit, live: what the log tells of the time away, then records from the receiver's ring
/// through the same parser, and beside them what the watch has to say.
final class NetlinkAuditSource implements Source {
  /// Some 16,000 records; the kernel's buffer holds more again.
  private static final int RING_BYTES = 4 << 20;

  private static final int RECORDS_A_PUMP = 4096;
  private static final int MAX_NOTICES = 256;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long IDLE_EVERY = Micros.SECOND;
  private static final int SYSCALL = 1300;

  private final SourceCounters counters = new SourceCounters();
  private final AuditStream stream = AuditStream.ofLog(counters);
  private final RecordRing ring = new RecordRing(RING_BYTES);
  private final ArrayBlockingQueue<Fact> notices = new ArrayBlockingQueue<>(MAX_NOTICES);
  private final Canary canary;
  private final OwnChanges own;
  private final UnaryOperator<Fact> complete;
  private final Consumer<Boolean> present;
  private final InstantSource clock;
  private final AuditReceiver receiver;
  private final @Nullable AuditWatch watch;
  private final Absence absence;

  /// When it began to listen, microseconds since the epoch: the position while nothing has come.
  private final long began;

  private long enabledAt;
  private FactSink sink = _ -> {};
  private boolean closed;
  private boolean busy;
  private long lastIdle;
  private long newestSerial;

  /// @param from where the last run left off
  /// @param complete gives a fact what its records do not say, as a connection its ports
  /// @param present is told whether audit tells what happens, again and again
  NetlinkAuditSource(
      AuditPlan plan,
      @Nullable Checkpoint from,
      UnaryOperator<Fact> complete,
      Consumer<Boolean> present,
      InstantSource clock)
      throws IOException {
    this.canary = new Canary(plan.abi(), plan.pid());
    this.own = new OwnChanges(plan.prefix(), plan.pid());
    this.complete = complete;
    this.present = present;
    this.clock = clock;
    this.began = Micros.now(clock);
    Position before = Position.of(from);
    this.enabledAt = before.enabledAt();
    this.newestSerial = before.serial();
    var losses = new Losses(counters);
    this.receiver = AuditReceiver.start(ring, losses, this::notice, clock);
    this.absence = new Absence(before, plan.log(), losses);
    this.watch = watch(plan, losses);
  }

  private @Nullable AuditWatch watch(AuditPlan plan, Losses losses) throws IOException {
    try {
      AuditWatch opened =
          AuditWatch.open(plan, canary, losses, own, enabledAt, this::notice, present, clock);
      enabledAt = opened.enabledAt();
      return opened;
    } catch (DeniedException e) {
      // Without CAP_AUDIT_CONTROL records still arrive; the probe has said what that costs.
      losses.note("no_audit_control");
      return null;
    } catch (IOException e) {
      receiver.close();
      throw e;
    }
  }

  private void notice(Fact fact) {
    if (!notices.offer(fact)) {
      counters.note("notice_dropped", 1);
    }
    ring.wake();
  }

  @Override
  public int pump(FactSink out, int limit) throws IOException {
    sink = out;
    long now = Micros.now(clock);
    int records = absence.pump(stream, now, this::deliver, limit);
    if (records == 0) {
      if (notices.isEmpty()) {
        ring.await(busy ? BUSY_NANOS : IDLE_NANOS);
      }
      now = Micros.now(clock);
      records = ring.drain(this::record, Math.min(RECORDS_A_PUMP, 8 * limit));
      absence.first(newestSerial, now).ifPresent(out::accept);
    }
    Fact notice;
    while ((notice = notices.poll()) != null) {
      out.accept(notice);
    }
    if (records == 0 || now - lastIdle > IDLE_EVERY) {
      stream.idle(now, this::deliver);
      lastIdle = now;
    }
    stream.settle();
    busy = records > 0;
    IOException failure = receiver.failure();
    if (failure != null) {
      throw failure;
    }
    return records;
  }

  private void record(int type, byte[] bytes, int offset, int length, long seen) {
    if (type == SYSCALL) {
      newestSerial = Serials.of(bytes, offset, length);
      canary.listen(bytes, offset, length);
    }
    stream.message(type, bytes, offset, length, seen, this::deliver);
  }

  private void deliver(Fact fact) {
    switch (fact) {
      case SourceChange change when own.include(change) -> counters.note("own_change", 1);
      default -> sink.accept(complete.apply(fact));
    }
  }

  @Override
  public void wake() {
    ring.wake();
  }

  @Override
  public Checkpoint position() {
    long read = Math.max(stream.newest(), absence.since());
    return new Position(read == 0 ? began : read, newestSerial, enabledAt).checkpoint();
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (watch != null) {
      watch.close();
    }
    present.accept(false);
    receiver.close();
    absence.close();
    stream.settle();
  }
}
