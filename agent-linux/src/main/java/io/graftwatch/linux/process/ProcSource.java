package io.graftwatch.linux.process;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.kernel.MessageBatch;
import io.graftwatch.linux.kernel.Netlink;
import io.graftwatch.linux.kernel.NetlinkSocket;
import io.graftwatch.linux.kernel.Waiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Processes, live: first those that run already, then every fork and end as the kernel's process
/// events connector tells them, and now and then a sweep that repairs what was missed.
///
/// What a process *runs* is audit's to tell, with arguments that nobody can change afterwards. Only
/// while audit does not, an exec event makes this source look into `/proc` at once.
final class ProcSource implements Source {
  /// Multicast group 1, `CN_IDX_PROC`, as a bit mask.
  private static final int GROUP = 1;

  private static final int RECEIVE_BUFFER = 4 << 20;
  private static final int MAX_PROCESSES = 65_536;
  private static final int WAIT_MILLIS = 5000;

  /// Forks come in bursts: one pause lets a burst be taken in one go. Only while audit tells what
  /// runs; else every millisecond counts, since a short process is gone soon.
  private static final int GATHER_MILLIS = 10;

  private static final int PACE_MILLIS = 75;

  private static final long SWEEP = TimeUnit.SECONDS.toMicros(60);

  private final ProcFs proc;
  private final ProcFacts facts;
  private final BooleanSupplier execIsAudited;
  private final InstantSource clock;
  private final NetlinkSocket socket;
  private final Waiter waiter;
  private final MessageBatch batch = new MessageBatch(128, 256);
  private final SourceCounters counters = new SourceCounters();

  /// Live processes: pid → start.
  private final Map<Integer, Long> live = new HashMap<>();

  private boolean warm;
  private long lastSweep;
  private long lastRead;
  private int dropped;
  private boolean swept = true;

  /// @param execIsAudited whether kernel audit tells what processes run, asked at each exec
  /// @throws io.graftwatch.linux.kernel.DeniedException without CAP_NET_ADMIN
  ProcSource(ProcFs proc, ProcFacts facts, BooleanSupplier execIsAudited, InstantSource clock)
      throws IOException {
    this.proc = proc;
    this.facts = facts;
    this.execIsAudited = execIsAudited;
    this.clock = clock;
    this.socket = NetlinkSocket.open(NetlinkSocket.CONNECTOR, GROUP);
    try {
      socket.receiveBuffer(RECEIVE_BUFFER);
      socket.send(Netlink.message(Netlink.DONE, 0, 0, subscription()));
      this.waiter = new Waiter(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// `struct cn_msg` with `PROC_CN_MCAST_LISTEN`.
  private static byte[] subscription() {
    return ByteBuffer.allocate(24)
        .order(ByteOrder.nativeOrder())
        .putInt(1)
        .putInt(1)
        .putInt(0)
        .putInt(0)
        .putShort((short) 4)
        .putShort((short) 0)
        .putInt(1)
        .array();
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    long now = BootClock.now(clock);
    if (!warm) {
      warm = true;
      lastSweep = now;
      lastRead = now;
      return snapshot(ProcessStart.Kind.WARM, "warm", now, sink);
    }
    int read = 0;
    if ((waiter.await(WAIT_MILLIS) & 1) != 0) {
      if (execIsAudited.getAsBoolean()) {
        waiter.gather(GATHER_MILLIS, PACE_MILLIS);
      }
      read = receive(sink);
    }
    now = BootClock.now(clock);
    lost(now, sink);
    if (now - lastSweep >= SWEEP) {
      sweep(now, sink);
      lastSweep = now;
    }
    return read;
  }

  private int snapshot(ProcessStart.Kind kind, String event, long now, FactSink sink) {
    int count = 0;
    for (ProcStat stat : ProcSnapshot.take(proc, MAX_PROCESSES)) {
      if (!live.containsKey(stat.pid())) {
        ProcessStart fact = facts.read(stat.pid(), kind, event, now, now);
        if (fact != null) {
          keep(stat.pid(), fact.process().start());
          counters.parsed(1);
          sink.accept(fact);
          count++;
        }
      }
    }
    return count;
  }

  private int receive(FactSink sink) throws IOException {
    int total = 0;
    int count;
    do {
      count = batch.receive(socket);
      long now = BootClock.now(clock);
      for (int i = 0; i < count; i++) {
        if (batch.fromKernel(i)) {
          int offset = batch.offset(i) + Netlink.HEADER;
          int length = batch.length(i) - Netlink.HEADER;
          event(ProcEvent.parse(batch.bytes(), offset, length), now, sink);
        }
      }
      total += count;
      lastRead = now;
    } while (count == batch.slots() && total < 4 * batch.slots());
    return total;
  }

  private void event(@Nullable ProcEvent event, long now, FactSink sink) throws IOException {
    switch (event) {
      case null -> counters.malformed(1);
      case ProcEvent.Fork fork -> {
        ProcessStart fact = facts.fork(fork, live.getOrDefault(fork.parent(), -1L), now);
        keep(fork.child(), fact.process().start());
        give(fact, sink);
      }
      case ProcEvent.Exit exit -> {
        Long start = live.remove(exit.pid());
        give(facts.exit(exit, start == null ? -1 : start, now), sink);
      }
      case ProcEvent.Exec exec when !execIsAudited.getAsBoolean() -> {
        ProcessStart fact =
            facts.read(exec.pid(), ProcessStart.Kind.EXEC, "exec", facts.time(exec.nanos()), now);
        if (fact == null) {
          counters.note("gone_before_read", 1);
          counters.filtered(1);
        } else {
          give(fact, sink);
        }
      }
      case ProcEvent.Exec _, ProcEvent.Ignored _ -> counters.filtered(1);
      case ProcEvent.Answer answer -> {
        counters.filtered(1);
        if (answer.errno() != 0) {
          throw new IOException("process events: refused by the kernel, errno " + answer.errno());
        }
      }
    }
  }

  private void give(Fact fact, FactSink sink) {
    counters.parsed(1);
    sink.accept(fact);
  }

  private void keep(int pid, long start) {
    if (live.size() < MAX_PROCESSES || live.containsKey(pid)) {
      live.put(pid, start);
    } else {
      counters.note("untracked", 1);
    }
  }

  private void lost(long now, FactSink sink) {
    int total = socket.dropped();
    long lost = (total - dropped) & 0xFFFF_FFFFL;
    if (lost > 0) {
      dropped = total;
      counters.lost(lost);
      counters.note("socket_gap", lost);
      sink.accept(
          new SourceGap(
              new Provenance(
                  ProcFacts.KIND, "socket_gap:" + now, Provenance.KERNEL, now, now, null, Raw.NONE),
              lastRead,
              now,
              lost,
              "socket_gap"));
      swept = false;
    }
  }

  /// Ends that nobody told, and after a loss also the processes that nobody announced.
  private void sweep(long now, FactSink sink) {
    Set<Integer> there = new HashSet<>();
    for (int pid : proc.pids(MAX_PROCESSES)) {
      there.add(pid);
    }
    List<Fact> ends = new ArrayList<>();
    for (Iterator<Map.Entry<Integer, Long>> all = live.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Integer, Long> process = all.next();
      if (!there.contains(process.getKey())) {
        ends.add(facts.gone(process.getKey(), process.getValue(), now));
        all.remove();
      }
    }
    counters.note("swept", ends.size());
    ends.forEach(sink::accept);
    if (!swept) {
      swept = true;
      snapshot(ProcessStart.Kind.SNAPSHOT, "seen", now, sink);
    }
  }

  @Override
  public void wake() {
    waiter.wake();
  }

  /// What runs is found out anew at each start: there is nothing to go back to.
  @Override
  public Checkpoint position() {
    return Checkpoint.START;
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    waiter.close();
    socket.close();
  }
}
