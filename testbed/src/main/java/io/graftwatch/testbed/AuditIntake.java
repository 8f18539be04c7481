package io.graftwatch.testbed;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.LinuxPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// Kernel audit intake, measured as a process of its own: what is lost at a rate, what it costs,
/// how long a program start takes to become a fact.
public final class AuditIntake {
  /// Failing program starts of an account, at a rate: SYSCALL, CWD, PATH, PROCTITLE, EOE each.
  private static final String GENERATOR =
      """
      import os, sys, time
      uid, rate, seconds = (int(x) for x in sys.argv[1:])
      os.setgid(uid); os.setuid(uid)
      start = time.monotonic(); done = 0
      while done < rate * seconds:
          due = min(rate * seconds, int((time.monotonic() - start) * rate) + 1)
          while done < due:
              try: os.execv('/nonexistent/graft', ['graft'])
              except OSError: pass
              done += 1
          time.sleep(0.002)
      print(done)
      """;

  private AuditIntake() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("rate")) {
      rate(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    } else {
      latency(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    }
  }

  private static void rate(int uid, int perSecond, int seconds) throws Exception {
    try (Source source = open(Map.of("rules", "false"))) {
      pumpFor(source, Duration.ofSeconds(3)); // start-up is not what is measured
      SourceCounters.Snapshot before = source.counters().snapshot();
      Duration cpu = cpu();
      Process generator =
          new ProcessBuilder(
                  "/usr/bin/python3", "-c", GENERATOR, "" + uid, "" + perSecond, "" + seconds)
              .start();
      while (generator.isAlive()) {
        source.pump(_ -> {}, 512);
      }
      pumpFor(source, Duration.ofMillis(500));
      Duration spent = cpu().minus(cpu);
      pumpFor(source, Duration.ofSeconds(11)); // the kernel's own losses are polled each 10 s
      SourceCounters.Snapshot after = source.counters().snapshot();
      int events = perSecond * seconds;
      System.out.printf(
          "%d events/s for %d s: %d records read, %d lost, cpu %.1f ms per 1,000 events, notes"
              + " %s%n",
          perSecond,
          seconds,
          after.read() - before.read() - (after.lost() - before.lost()),
          after.lost() - before.lost(),
          spent.toNanos() / 1e3 / events,
          after.notes());
    }
  }

  /// From before a program is started until its fact is there.
  private static void latency(int perSecond, int seconds) throws Exception {
    int starts = perSecond * seconds;
    long[] begun = new long[starts];
    long[] took = new long[starts];
    String rule = "-F ppid=" + ProcessHandle.current().pid();
    auditctl("-a", rule);
    try (Source source = open(Map.of("rules", "false"))) {
      pumpFor(source, Duration.ofSeconds(3));
      var done = new AtomicBoolean();
      Thread spawner = Thread.ofPlatform().start(() -> spawn(perSecond, begun, done));
      while (!done.get()) {
        source.pump(fact -> arrived(fact, begun, took), 512);
      }
      spawner.join();
      for (int i = 0; i < 4; i++) {
        source.wake();
        source.pump(fact -> arrived(fact, begun, took), 512);
      }
    } finally {
      auditctl("-d", rule);
    }
    long[] sorted = Arrays.stream(took).filter(nanos -> nanos > 0).sorted().toArray();
    System.out.printf(
        "%d starts/s for %d s: %d of %d seen, start to fact p50 %.1f ms, p90 %.1f ms, p99 %.1f ms,"
            + " max %.1f ms%n",
        perSecond,
        seconds,
        sorted.length,
        starts,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 9 / 10] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        sorted[sorted.length - 1] / 1e6);
  }

  private static void spawn(int perSecond, long[] begun, AtomicBoolean done) {
    long start = System.nanoTime();
    try {
      for (int i = 0; i < begun.length; i++) {
        long due = start + i * 1_000_000_000L / perSecond;
        long wait = due - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        }
        begun[i] = System.nanoTime();
        new ProcessBuilder("/bin/true", "graft-" + i).start();
      }
      Thread.sleep(Duration.ofSeconds(1));
    } catch (IOException | InterruptedException e) {
      System.err.println(e);
    } finally {
      done.set(true);
    }
  }

  private static void arrived(Fact fact, long[] begun, long[] took) {
    if (fact instanceof ProcessStart start
        && start.argv().size() == 2
        && start.argv().get(1).startsWith("graft-")) {
      int i = Integer.parseInt(start.argv().get(1).substring("graft-".length()));
      took[i] = System.nanoTime() - begun[i];
    }
  }

  private static Source open(Map<String, String> values) throws IOException {
    SourceType audit =
        new LinuxPlatform()
            .sources().stream()
                .filter(type -> type.kind().equals("auditd"))
                .findFirst()
                .orElseThrow();
    var host = new Host("bench", "linux", Path.of("/run"), List.of());
    return audit.open(new SourceConfig("netlink", values), host, null);
  }

  private static void pumpFor(Source source, Duration time) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      source.pump(_ -> {}, 512);
    }
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void auditctl(String action, String rule) throws Exception {
    String line =
        "auditctl " + action + " always,exit -F arch=b64 -S execve " + rule + " -k gwb_lat";
    new ProcessBuilder(line.split(" ")).inheritIO().start().waitFor();
  }
}
