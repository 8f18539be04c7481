package io.graftwatch.linux.socket;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.process.ProcFs;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The socket table, swept: listeners and connections with their owners. While audit tells of
/// connections as they are made, a sweep a minute keeps the inventory of listeners; without it the
/// sweep is all there is.
final class ConnSource implements Source {
  /// As `replay` and `[sources.conn]` name it.
  static final String KIND = "conn";

  private static final int MAX_SOCKETS = 20_000;
  private static final int MAX_PROCESSES = 8192;
  private static final int MAX_DESCRIPTORS = 1024;
  private static final long RARELY = TimeUnit.SECONDS.toMicros(60);
  private static final long OFTEN = TimeUnit.SECONDS.toMicros(2);

  private final SocketTable table;
  private final ProcFs proc;
  private final BooleanSupplier audited;
  private final InstantSource clock;
  private final SourceCounters counters = new SourceCounters();
  private final Semaphore woken = new Semaphore(0);

  /// Inodes that were told of.
  private Set<Long> known = new HashSet<>();

  private long lastSweep;
  private boolean swept;

  /// @param audited whether kernel audit tells of connections at this moment
  ConnSource(ProcFs proc, BooleanSupplier audited, InstantSource clock) throws IOException {
    this.table = new SocketTable();
    this.proc = proc;
    this.audited = audited;
    this.clock = clock;
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    if (swept) {
      try {
        long seconds = audited.getAsBoolean() ? 5 : 2;
        boolean _ = woken.tryAcquire(seconds, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 0;
      }
    }
    Instant instant = clock.instant();
    long now = instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    if (swept && now - lastSweep < (audited.getAsBoolean() ? RARELY : OFTEN)) {
      return 0;
    }
    lastSweep = now;
    int count = sweep(now, sink);
    swept = true;
    return count;
  }

  private int sweep(long now, FactSink sink) throws IOException {
    int opened = 1 << InetSocket.ESTABLISHED | 1 << InetSocket.SYN_SENT | 1 << InetSocket.LISTEN;
    List<InetSocket> sockets = new ArrayList<>(table.list(InetSocket.TCP, opened, 0, MAX_SOCKETS));
    sockets.addAll(table.list(InetSocket.UDP, -1, 0, MAX_SOCKETS));
    Set<Long> there = new HashSet<>();
    Map<Long, InetSocket> fresh = new HashMap<>();
    Set<Integer> ports = new HashSet<>();
    for (InetSocket socket : sockets) {
      there.add(socket.inode());
      if (socket.listens()) {
        ports.add(socket.local().port());
      }
      if (socket.inode() != 0 && !known.contains(socket.inode())) {
        fresh.put(socket.inode(), socket);
      }
    }
    known = there;
    return fresh.isEmpty() ? 0 : tell(fresh, ports, now, sink);
  }

  private int tell(Map<Long, InetSocket> fresh, Set<Integer> ports, long now, FactSink sink) {
    int count = 0;
    for (int pid : proc.pids(MAX_PROCESSES)) {
      for (long inode : proc.sockets(pid, MAX_DESCRIPTORS)) {
        InetSocket socket = fresh.get(inode);
        if (socket != null) {
          sink.accept(fact(pid, socket, ports, now));
          count++;
        }
      }
    }
    counters.parsed(count);
    return count;
  }

  private Fact fact(int pid, InetSocket socket, Set<Integer> ports, long now) {
    String record = pid + ":" + socket.inode() + ":" + now;
    var provenance =
        new Provenance(
            KIND,
            record,
            null,
            Provenance.KERNEL,
            now,
            now,
            null,
            !swept,
            Raw.of(line(pid, socket)));
    Identity identity = Identity.ofUid(proc.uid(pid));
    String exe = proc.exe(pid);
    if (socket.listens()) {
      return new Listener(
          provenance,
          ProcessId.of(pid),
          -1,
          exe,
          identity,
          socket.protocolName(),
          socket.local(),
          Connection.Via.SWEEP);
    }
    // What a listening port accepted came in; all else went out.
    boolean accepted = ports.contains(socket.local().port());
    return new Connection(
        provenance,
        ProcessId.of(pid),
        -1,
        exe,
        identity,
        accepted ? Connection.Direction.INBOUND : Connection.Direction.OUTBOUND,
        socket.connectionState(),
        socket.protocolName(),
        socket.local(),
        socket.remote(),
        Connection.Via.SWEEP);
  }

  private static String line(int pid, InetSocket socket) {
    return socket.protocolName()
        + " "
        + socket.local().address()
        + ":"
        + socket.local().port()
        + " "
        + socket.remote().address()
        + ":"
        + socket.remote().port()
        + " state "
        + socket.state()
        + " pid "
        + pid;
  }

  @Override
  public void wake() {
    woken.release();
  }

  /// What is open is found out anew at each start: there is nothing to go back to.
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
    table.close();
  }
}
