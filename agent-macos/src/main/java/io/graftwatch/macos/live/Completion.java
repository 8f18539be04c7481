package io.graftwatch.macos.live;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.host.Tables;
import io.graftwatch.core.source.FactSink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/// Adds to a row what it leaves out, by asking the host at once: the address of a connection, the
/// parents of a process.
final class Completion {
  private static final int MAX_EXECUTED = 64;

  private final LookUp lookUp;
  private final LongSupplier now;
  private final Set<String> executed = new HashSet<>();

  Completion(LookUp lookUp, LongSupplier now) {
    this.lookUp = lookUp;
    this.now = now;
  }

  /// Hands a fact on, whole.
  void complete(Fact fact, FactSink sink) {
    switch (fact) {
      case Connection connection -> sink.accept(addressed(connection));
      case ProcessStart start when start.kind() == ProcessStart.Kind.SNAPSHOT -> {
        tell(lookUp.lineage(start.process().pid()), start.time(), false, sink);
        sink.accept(start);
      }
      case ProcessStart start -> {
        sink.accept(start);
        tell(lookUp.lineage(start.process().pid()), start.time(), false, sink);
      }
      default -> sink.accept(fact);
    }
  }

  /// The kernel says that a program of that name was started, and not by whom: [#flush] asks.
  void executed(String name) {
    if (executed.size() < MAX_EXECUTED) {
      executed.add(name);
    }
  }

  /// Asks for what was started since the last time.
  void flush(FactSink sink) {
    if (executed.isEmpty()) {
      return;
    }
    var names = List.copyOf(executed);
    executed.clear();
    for (String name : names) {
      for (Tables.Running process : lookUp.named(name)) {
        tell(lookUp.lineage(process.pid()), now.getAsLong(), false, sink);
      }
    }
  }

  /// Tells of all that runs before the first row is read.
  void introduce(FactSink sink) {
    tell(lookUp.running(), now.getAsLong(), true, sink);
  }

  private Connection addressed(Connection fact) {
    if (fact.remote().address() != null) {
      return fact;
    }
    Endpoint remote = lookUp.remote(fact.process().pid(), fact.local().port());
    return remote == null || remote.port() != fact.remote().port()
        ? fact
        : new Connection(
            fact.provenance(),
            fact.process(),
            fact.ppid(),
            fact.exe(),
            fact.identity(),
            fact.direction(),
            fact.state(),
            fact.protocol(),
            fact.local(),
            remote,
            fact.via());
  }

  /// Ancestors first.
  private static void tell(
      List<Tables.Running> found, long time, boolean preexisting, FactSink sink) {
    for (Tables.Running each : new ArrayList<>(found).reversed()) {
      if (!each.path().isEmpty()) {
        sink.accept(fact(each, time, preexisting));
      }
    }
  }

  private static ProcessStart fact(Tables.Running running, long time, boolean preexisting) {
    long start = running.start() > 0 ? running.start() : -1;
    String record = time + ":lookup:" + running.pid() + ":" + start;
    return new ProcessStart(
        new Provenance(
            "unifiedlog", record, null, Provenance.KERNEL, time, time, null, preexisting, Raw.NONE),
        ProcessStart.Kind.SNAPSHOT,
        new ProcessId(running.pid(), start),
        ProcessStart.Parent.of(running.ppid()),
        Image.of(running.path()),
        running.argv(),
        null,
        Identity.ofUid(running.uid()),
        null,
        null,
        false);
  }
}
