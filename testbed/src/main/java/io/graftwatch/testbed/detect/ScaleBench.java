package io.graftwatch.testbed.detect;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.ConfigFile;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.delivery.finding.Device;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What a fact costs the engine while so many processes live and so many servers run, and what a
/// process takes. Arguments: live processes, server instances, events.
///
/// An event is a fork, its exec and its end, or a connection; one of four is below a server.
public final class ScaleBench {
  private static final int FIRST_SERVER = 1_000;
  private static final int FIRST_PROCESS = 100_000;
  private static final List<String> PROGRAMS = List.of("cat", "sed", "id", "date", "ls", "grep");

  private final SplittableRandom random = new SplittableRandom(7);
  private final Engine engine;
  private final int processes;
  private final int servers;
  private long time = 1_795_500_000_000_000L;
  private long records;
  private int shortLived = 3_000_000;

  private ScaleBench(int processes, int servers) {
    this.processes = processes;
    this.servers = servers;
    Config config = ConfigFile.defaults();
    engine =
        new Engine(
            new EngineConfig(
                Catalogue.load(),
                "linux",
                "bench",
                "1",
                new Device(
                    null, "bench", null, null, Device.Os.linux("Linux", null, null), List.of()),
                config.site(),
                config.analytics(),
                config.sha256(),
                262_144,
                List.of("192.0.2.1")));
  }

  public static void main(String[] args) {
    int processes = Integer.parseInt(args[0]);
    int servers = Integer.parseInt(args[1]);
    int events = Integer.parseInt(args[2]);
    var bench = new ScaleBench(processes, servers);
    bench.servers();
    long before = used();
    bench.processes();
    long bytes = Math.max(0, used() - before) / processes;
    bench.events(events / 4); // compiled
    long began = cpu();
    bench.events(events);
    System.out.printf(
        "%,7d processes, %,6d servers: %5.2f us CPU an event%s%n",
        processes,
        servers,
        (cpu() - began) / 1e3 / events,
        processes < 10_000 ? "" : ", " + bytes + " bytes a process");
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void servers() {
    start(ProcessStart.Kind.WARM, 1, 0, "/usr/lib/systemd/systemd", List.of("init"), 0);
    for (int i = 0; i < servers; i++) {
      String exe = "/srv/site" + i + "/sbin/nginx";
      start(ProcessStart.Kind.WARM, FIRST_SERVER + i, 1, exe, List.of(exe), 33);
    }
  }

  private void processes() {
    for (int i = 0; i < processes; i++) {
      int parent = i == 0 ? 1 : FIRST_PROCESS + random.nextInt(i);
      List<String> argv = List.of("worker", "--queue=" + i % 1_000);
      start(ProcessStart.Kind.WARM, FIRST_PROCESS + i, parent, "/opt/app/bin/worker", argv, 1000);
    }
  }

  private void events(int count) {
    for (int i = 0; i < count; i++) {
      time += 1_000;
      int parent =
          random.nextInt(4) == 0
              ? FIRST_SERVER + random.nextInt(servers)
              : FIRST_PROCESS + random.nextInt(processes);
      if (random.nextInt(4) == 0) {
        connect(parent);
      } else {
        int pid = ++shortLived;
        String program = PROGRAMS.get(random.nextInt(PROGRAMS.size()));
        start(ProcessStart.Kind.FORK, pid, parent, null, List.of(), -1);
        start(
            ProcessStart.Kind.EXEC, pid, parent, "/usr/bin/" + program, List.of(program, "a"), 33);
        engine.accept(new ProcessEnd(provenance(), ProcessId.of(pid), 0));
      }
      if (i % 100 == 0) {
        engine.advance(time);
        engine.drain();
      }
    }
  }

  private void start(
      ProcessStart.Kind kind,
      int pid,
      int parent,
      @Nullable String exe,
      List<String> argv,
      int uid) {
    engine.accept(
        new ProcessStart(
            provenance(),
            kind,
            ProcessId.of(pid),
            ProcessStart.Parent.of(parent),
            Image.of(exe),
            argv,
            null,
            new Identity(uid, null, null, Identity.UNSET, null),
            null,
            null,
            false));
  }

  private void connect(int pid) {
    engine.accept(
        new Connection(
            provenance(),
            ProcessId.of(pid),
            -1,
            null,
            Identity.UNKNOWN,
            Connection.Direction.OUTBOUND,
            Connection.State.ESTABLISHED,
            "tcp",
            Endpoint.UNKNOWN,
            new Endpoint("10.0.0." + random.nextInt(1, 250), 5432),
            Connection.Via.EVENT));
  }

  private Provenance provenance() {
    String record = time / 1_000_000 + "." + time / 1_000 % 1_000 + ":" + ++records;
    return new Provenance("auditd", record, Provenance.KERNEL, time, time, null, RAW);
  }

  private static final Raw RAW = Raw.of("type=SYSCALL msg=audit(1795500000.000:1): …");
}
