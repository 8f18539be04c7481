package io.graftwatch.testbed.live;

import io.graftwatch.testbed.audit.AuditLogGenerator;
import io.graftwatch.testbed.audit.Planted;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `graftwatch run` on an `audit.log` that grows at a rate: CPU, memory, threads, the time from an
/// event written to its finding at an output, and how long a burst takes. Arguments: launcher, an
/// empty folder.
public final class LiveBench {
  private static final int ATTACKS = 12;
  private static final int BURST = 60_000;
  private final Path folder;
  private final Path findings;
  private final AuditLogGenerator generator = new AuditLogGenerator(1);
  private final OutputStream log;
  private final Process agent;

  private LiveBench(String launcher, Path folder) throws IOException {
    this.folder = folder;
    this.findings = folder.resolve("findings.ndjson");
    Path audit = folder.resolve("audit.log");
    Path config = folder.resolve("graftwatch.toml");
    Files.writeString(
        config,
        """
        [agent]
        state_dir = "%1$s/state"
        runtime_dir = "%1$s/state"
        [sources.auditd]
        mode = "log"
        log = "%1$s/audit.log"
        rules = false
        [site]
        baseline = "declared"
        [[outputs]]
        type = "ndjson-file"
        path = "%1$s/findings.ndjson"
        """
            .formatted(folder));
    log =
        new BufferedOutputStream(
            Files.newOutputStream(audit, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    agent =
        new ProcessBuilder(launcher, "run", "--config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("agent.log").toFile())
            .start();
  }

  public static void main(String[] args) throws Exception {
    var bench = new LiveBench(args[0], Path.of(args[1]));
    try {
      Thread.sleep(10_000);
      bench.rate(0, 30);
      // The first minute at any rate pays for compiling what the events reach: both are told.
      bench.rate(100, 30);
      bench.latency();
      bench.rate(1_000, 30);
      bench.burst();
      bench.rate(1_000, 30);
      bench.rate(100, 60);
    } finally {
      bench.agent.destroy();
      bench.agent.waitFor(10, TimeUnit.SECONDS);
      bench.log.close();
    }
  }

  private void rate(int perSecond, int seconds) throws Exception {
    long began = System.nanoTime();
    double before = cpuMillis();
    for (long written = 0; written < (long) perSecond * seconds; ) {
      long due = (System.nanoTime() - began) / 1_000_000 * perSecond / 1_000;
      for (; written < due; written++) {
        generator.event(log, System.currentTimeMillis());
      }
      log.flush();
      Thread.sleep(perSecond >= 1_000 ? 5 : 10);
    }
    Thread.sleep(Math.max(0, seconds * 1_000L - (System.nanoTime() - began) / 1_000_000));
    double spent = cpuMillis() - before;
    int events = perSecond * seconds;
    System.out.printf(
        "%,6d events/s for %d s: %.2f %% of a core%s, %d MB resident, %d threads%n",
        perSecond,
        seconds,
        spent / seconds / 10,
        events == 0 ? "" : ", %.1f ms CPU per 1,000 events".formatted(spent * 1_000 / events),
        status("VmRSS:") / 1_024,
        status("Threads:"));
  }

  private void latency() throws Exception {
    double[] took = new double[ATTACKS];
    for (int i = 0; i < ATTACKS; i++) {
      byte[] text = Planted.attack(i, System.currentTimeMillis());
      long size = size();
      long began = System.nanoTime();
      log.write(text);
      log.flush();
      while (size() == size && System.nanoTime() - began < 10_000_000_000L) {
        Thread.sleep(1);
      }
      took[i] = (System.nanoTime() - began) / 1e6;
      Thread.sleep(200);
    }
    Arrays.sort(took);
    System.out.printf(
        "event written to finding at the output: p50 %.0f ms, p90 %.0f ms, max %.0f ms of %d%n",
        took[ATTACKS / 2], took[ATTACKS * 9 / 10], took[ATTACKS - 1], ATTACKS);
  }

  /// 60,000 events at once, the log rotated in the middle, an attack as the last event.
  private void burst() throws Exception {
    Path audit = folder.resolve("audit.log");
    var first = new ByteArrayOutputStream();
    var second = new ByteArrayOutputStream();
    for (int i = 0; i < BURST; i++) {
      generator.event(i < BURST / 2 ? first : second, System.currentTimeMillis());
    }
    second.write(Planted.attack(ATTACKS, System.currentTimeMillis()));
    long began = System.nanoTime();
    log.write(first.toByteArray());
    log.flush();
    Files.move(audit, folder.resolve("audit.log.1"));
    Files.write(audit, second.toByteArray());
    while (!found(Planted.server(ATTACKS)) && System.nanoTime() - began < 120_000_000_000L) {
      Thread.sleep(20);
    }
    System.out.printf(
        "%,d events at once, log rotated meanwhile: the last one's finding after %.1f s%n",
        BURST, (System.nanoTime() - began) / 1e9);
  }

  private long size() throws IOException {
    return Files.exists(findings) ? Files.size(findings) : 0;
  }

  private boolean found(String text) throws IOException {
    if (!Files.exists(findings)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(findings)) {
      return lines.anyMatch(line -> line.contains(text));
    }
  }

  /// CPU of the agent so far, in steps of 10 ms.
  private double cpuMillis() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + agent.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return 10.0 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }

  private long status(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return -1;
  }
}
