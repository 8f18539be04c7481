package io.graftwatch.linux.process;

import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Processes without any right: the process table is looked at twice a second. What lives shorter
/// is not seen, and the probe says so.
final class ProcPollSource implements Source {
  private static final int MAX_PROCESSES = 32_768;
  private static final long PERIOD_MILLIS = 500;

  /// A process that young may still replace its program: it is looked at again.
  private static final long YOUNG = TimeUnit.SECONDS.toMicros(5);

  private final ProcFs proc;
  private final ProcFacts facts;
  private final InstantSource clock;
  private final SourceCounters counters = new SourceCounters();
  private final Semaphore woken = new Semaphore(0);

  /// Live processes.
  private final Map<Integer, Known> live = new HashMap<>();

  private boolean warm;

  /// @param start of the process, microseconds since the epoch
  /// @param exe its program when last looked at
  /// @param argv its arguments then
  private record Known(long start, @Nullable String exe, List<String> argv) {
    static Known of(ProcessStart fact) {
      return new Known(fact.process().start(), fact.image().path(), fact.argv());
    }
  }

  ProcPollSource(ProcFs proc, ProcFacts facts, InstantSource clock) {
    this.proc = proc;
    this.facts = facts;
    this.clock = clock;
  }

  @Override
  public int pump(FactSink sink, int limit) {
    if (warm) {
      try {
        boolean _ = woken.tryAcquire(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 0;
      }
    }
    var found = new ArrayList<ProcessStart>();
    long now = BootClock.now(clock);
    if (!warm) {
      warm = true;
      for (ProcStat stat : ProcSnapshot.take(proc, MAX_PROCESSES)) {
        look(stat.pid(), ProcessStart.Kind.WARM, "warm", now, found);
      }
    } else {
      poll(now, sink, found);
    }
    found.forEach(sink::accept);
    counters.parsed(found.size());
    return found.size();
  }

  private void poll(long now, FactSink sink, List<ProcessStart> found) {
    Set<Integer> there = new HashSet<>();
    for (int pid : proc.pids(MAX_PROCESSES)) {
      there.add(pid);
      Known known = live.get(pid);
      if (known == null) {
        look(pid, ProcessStart.Kind.SNAPSHOT, "seen", now, found);
      } else if (now - known.start() < YOUNG) {
        again(pid, known, now, found);
      }
    }
    live.entrySet()
        .removeIf(process -> {
          boolean gone = !there.contains(process.getKey());
          if (gone && process.getValue().start() >= 0) {
            counters.parsed(1);
            sink.accept(facts.gone(process.getKey(), process.getValue().start(), now));
          }
          return gone;
        });
  }

  private void look(
      int pid, ProcessStart.Kind kind, String event, long now, List<ProcessStart> found) {
    ProcessStart fact = facts.read(pid, kind, event, now, now);
    if (fact != null) {
      live.put(pid, Known.of(fact));
      if (fact.image().path() != null || !fact.argv().isEmpty()) {
        found.add(fact);
      }
    }
  }

  private void again(int pid, Known known, long now, List<ProcessStart> found) {
    ProcessStart fact = facts.read(pid, ProcessStart.Kind.SNAPSHOT, "change", now, now);
    if (fact != null && !Known.of(fact).equals(known)) {
      live.put(pid, Known.of(fact));
      found.add(fact);
    }
  }

  @Override
  public void wake() {
    woken.release();
  }

  @Override
  public Checkpoint position() {
    return Checkpoint.START;
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {}
}
