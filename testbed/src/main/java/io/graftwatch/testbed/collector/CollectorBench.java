package io.graftwatch.testbed.collector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.enrol.EnrolToken;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Receipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A running collector under load. Arguments: a token for as many agents as follow, the collector's
/// process id, a finding to send (JSON), agents, seconds of the longest load.
public final class CollectorBench {
  private static final int SENDERS = 100;
  private static final int PACED = 20;
  private static final int BATCH = 20;
  private static final int AT_ONCE = 64;

  private final byte[] sample;
  private final Path status;
  private final List<LoadAgent> agents;

  private CollectorBench(byte[] sample, Path status, List<LoadAgent> agents) {
    this.sample = sample;
    this.status = status;
    this.agents = agents;
  }

  public static void main(String[] args) throws Exception {
    var token = EnrolToken.parse(args[0]);
    Path status = Path.of("/proc", args[1], "status");
    byte[] sample = Files.readAllBytes(Path.of(args[2]));
    int count = Integer.parseInt(args[3]);
    int seconds = Integer.parseInt(args[4]);
    long begin = System.nanoTime();
    var tasks = new ArrayList<Callable<LoadAgent>>();
    for (int i = 0; i < count; i++) {
      String host = "web%04d".formatted(i);
      tasks.add(() -> LoadAgent.enrol(token, host));
    }
    List<LoadAgent> agents = together(AT_ONCE, tasks);
    say("%d agents enrolled in %.1f s", count, since(begin));
    new CollectorBench(sample, status, agents).run(seconds);
  }

  private void run(int seconds) throws Exception {
    say("resident before: %s", resident());
    long begin = System.nanoTime();
    together(
        AT_ONCE,
        each(
            agents,
            agent -> {
              agent.connect();
              return 1;
            }));
    say("%d connections with own certificates in %.1f s", agents.size(), since(begin));
    begin = System.nanoTime();
    List<Long> beats = together(AT_ONCE, each(agents, CollectorBench::beat));
    say("one heartbeat each in %.1f s, %s; %s", since(begin), spread(beats), resident());
    flood("in batches of " + BATCH, BATCH, seconds);
    flood("one by one", 1, Math.max(1, seconds / 3));
    paced(200, Math.max(1, seconds / 2));
    say("resident after: %s", resident());
    for (LoadAgent agent : agents) {
      agent.close();
    }
  }

  /// As many as the collector takes.
  private void flood(String how, int batch, int seconds) throws Exception {
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    var senders = agents.subList(0, Math.min(SENDERS, agents.size()));
    List<List<Long>> times =
        together(
            senders.size(),
            each(
                senders,
                agent -> {
                  var mine = new ArrayList<Long>();
                  while (System.nanoTime() < end) {
                    mine.add(send(agent, batch, System.nanoTime()));
                  }
                  return mine;
                }));
    List<Long> all = times.stream().flatMap(List::stream).toList();
    say(
        "%s, %d agents: %.0f findings/s for %.0f s, receipt %s; %s",
        how,
        senders.size(),
        all.size() * batch / since(begin),
        since(begin),
        spread(all),
        resident());
  }

  /// At a rate. A receipt's time counts from when the finding was due, not from when it was sent.
  private void paced(int perSecond, int seconds) throws Exception {
    var senders = agents.subList(0, Math.min(PACED, agents.size()));
    long step = TimeUnit.SECONDS.toNanos(senders.size()) / perSecond;
    long begin = System.nanoTime();
    List<List<Long>> times =
        together(
            senders.size(),
            each(
                senders,
                agent -> {
                  var mine = new ArrayList<Long>();
                  long due = begin + step * senders.indexOf(agent) / senders.size();
                  for (int i = 0; i < perSecond * seconds / senders.size(); i++, due += step) {
                    for (long wait = due - System.nanoTime();
                        wait > 0;
                        wait = due - System.nanoTime()) {
                      LockSupport.parkNanos(wait);
                    }
                    mine.add(send(agent, 1, due));
                  }
                  return mine;
                }));
    List<Long> all = times.stream().flatMap(List::stream).toList();
    say("at %.0f findings/s: receipt %s", all.size() / since(begin), spread(all));
  }

  private long send(LoadAgent agent, int batch, long begin) throws IOException {
    ArrayNode findings = Json.mapper().createArrayNode();
    for (int i = 0; i < batch; i++) {
      findings.add(finding(agent.host(), agent.nextNumber()));
    }
    Receipt receipt = Json.read(agent.post("/v1/findings", Json.bytes(findings)), Receipt.class);
    if (receipt.results().stream().anyMatch(r -> r.verdict() != Receipt.Verdict.STORED)) {
      throw new IOException("not stored: " + receipt);
    }
    return System.nanoTime() - begin;
  }

  private JsonNode finding(String host, long number) throws IOException {
    var finding = (ObjectNode) Json.mapper().readTree(sample);
    String uid = FindingId.of(host, "apache", "apache2.service", "implant-" + number);
    ((ObjectNode) finding.get("device")).put("hostname", host).remove("agent_list");
    ((ObjectNode) finding.get("finding_info")).put("uid", uid);
    ((ObjectNode) finding.get("metadata"))
        .put("uid", FindingId.revision(uid, 1))
        .put("sequence", number);
    return finding.put("activity_id", 1).put("type_uid", 200_401);
  }

  private static long beat(LoadAgent agent) throws IOException {
    long begin = System.nanoTime();
    agent.post(
        "/v1/heartbeat",
        Json.bytes(
            new Heartbeat(
                agent.id(),
                "machine-" + agent.host(),
                "boot-1",
                agent.host(),
                1,
                false,
                new Heartbeat.Versions("0.1.0", "Debian GNU/Linux 12", 0, "1", null),
                new Heartbeat.Clock(System.currentTimeMillis(), 60_000, 0L),
                List.of(),
                new Heartbeat.FindingLedger(0, 0, 0, 0, 0),
                new Heartbeat.Spool(0, 0, null, 64 << 20),
                List.of(),
                new Heartbeat.Cost(80 << 20, 20 << 20, 1000, 30, 60),
                Map.of(),
                List.of())));
    return System.nanoTime() - begin;
  }

  private interface Doing<T> {
    T with(LoadAgent agent) throws Exception;
  }

  private static <T> List<Callable<T>> each(List<LoadAgent> agents, Doing<T> doing) {
    return agents.stream().<Callable<T>>map(agent -> () -> doing.with(agent)).toList();
  }

  private static <T> List<T> together(int threads, List<Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var results = new ArrayList<T>();
      for (Future<T> done : pool.invokeAll(tasks)) {
        results.add(done.get());
      }
      return results;
    }
  }

  private String resident() throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return line.replaceAll("\\D", "").replaceAll("...$", "") + " MB resident";
      }
    }
    return "ended";
  }

  private static String spread(List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0
        ? "none"
        : "p50 %.1f, p99 %.1f, max %.1f ms"
            .formatted(
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                Arrays.stream(sorted).max().orElse(0) / 1e6);
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void say(String format, Object... values) {
    System.out.println("  " + String.format(Locale.ROOT, format, values));
  }
}
