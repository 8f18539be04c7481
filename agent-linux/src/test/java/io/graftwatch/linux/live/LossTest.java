package io.graftwatch.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.kernel.MessageBatch;
import io.graftwatch.linux.kernel.NetlinkSocket;
import io.graftwatch.linux.kernel.Waiter;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Floods of the real kernel: an account that nobody has calls `connect` as fast as it can, four
/// records a call. What arrives and what is counted as lost must add up to what was done.
@Timeout(180)
@Tag("faults")
class LossTest {
  private static final String PREFIX = "gwtl_";
  private static final int UID = 54_322;
  private static final Abi ABI = Objects.requireNonNull(Abi.of(System.getProperty("os.arch")));

  /// SYSCALL, SOCKADDR, PROCTITLE, EOE.
  private static final int RECORDS = 4;

  private static final String FLOOD =
      """
      import os, socket, sys
      os.setgid(54322); os.setuid(54322)
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      for i in range(int(sys.argv[1])):
          try: s.connect(('127.0.0.1', 9))
          except OSError: pass
      """;

  @BeforeEach
  void assumeAudit() {
    Kernel.assumeAudit();
    Kernel.assumeProgram("/usr/bin/python3");
  }

  @AfterEach
  void removeRules() throws IOException {
    Kernel.removeRules(PREFIX);
  }

  /// The parser sleeps through 100,000 events: ring and kernel buffer overflow.
  @Test
  void whatAStalledParserMissesIsCounted(@TempDir Path folder) throws Exception {
    int events = 100_000;
    var plan =
        new AuditPlan(
            ABI,
            (int) ProcessHandle.current().pid(),
            () -> new Wanted(AuditRules.narrow(ABI, UID, null, -1, List.of(), PREFIX), List.of()),
            PREFIX,
            folder.resolve("audit.log"));
    List<Fact> facts = new ArrayList<>();
    try (var source =
        new NetlinkAuditSource(
            plan, null, UnaryOperator.identity(), _ -> {}, InstantSource.system())) {
      source.pump(facts::add, 512);
      flood(events);
      drain(source, facts);
      SourceCounters.Snapshot sums = source.counters().snapshot();
      System.out.println("stalled parser: " + sums);

      assertThat(sums.lost()).as("lost").isPositive();
      assertThat(events(facts) + lostEvents(sums.notes()))
          .isCloseTo((long) events, Percentage.withPercentage(1));
      assertThat(gaps(facts)).isEqualTo(sums.lost());
      assertThat(sums.notes().getOrDefault("partial", 0L)).as("torn events").isLessThan(50);
    }
  }

  /// Of two sockets the one with the small buffer misses what its drop counter says, to the record.
  @Test
  void theSocketKnowsExactlyWhatItDropped() throws Exception {
    try (var control = AuditControl.open();
        var large = NetlinkSocket.open(NetlinkSocket.AUDIT, 1);
        var small = NetlinkSocket.open(NetlinkSocket.AUDIT, 1)) {
      assertThat(large.receiveBuffer(64 << 20)).isGreaterThan(64 << 20);
      small.receiveBuffer(64 << 10);
      quiet(large, small);
      for (var rule : AuditRules.narrow(ABI, UID, null, -1, List.of(), PREFIX)) {
        control.add(RuleData.of(rule));
      }
      flood(2_000);
      Kernel.removeRules(PREFIX);
      long all = count(large) + large.dropped();
      long some = count(small);
      System.out.println("small buffer: " + some + " of " + all + ", dropped " + small.dropped());

      assertThat(small.dropped()).isPositive();
      assertThat(some + small.dropped()).isEqualTo(all);
    }
  }

  /// Takes what opening the sockets made the kernel say: the first one hears of the second.
  private static void quiet(NetlinkSocket large, NetlinkSocket small) throws IOException {
    try (var waiter = new Waiter(large, small)) {
      while (waiter.await(300) != 0) {
        count(large);
        count(small);
      }
    }
  }

  private static long count(NetlinkSocket socket) throws IOException {
    var batch = new MessageBatch(256, 9 * 1024);
    long total = 0;
    int count;
    while ((count = batch.receive(socket)) > 0) {
      total += count;
    }
    return total;
  }

  private static void flood(int events) throws Exception {
    Process flood =
        new ProcessBuilder("/usr/bin/python3", "-c", FLOOD, Integer.toString(events))
            .redirectErrorStream(true)
            .start();
    String output = new String(flood.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(flood.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(output).isEmpty();
  }

  private static void drain(NetlinkAuditSource source, List<Fact> facts) throws IOException {
    // The kernel's own losses are asked for every 10 s.
    long asked = System.nanoTime() + TimeUnit.SECONDS.toNanos(12);
    while (source.pump(facts::add, 512) > 0 || System.nanoTime() < asked) {}
  }

  private static long events(List<Fact> facts) {
    return facts.stream()
        .filter(fact -> fact instanceof Connection c && c.identity().uid() == UID)
        .count();
  }

  /// The kernel counts a refused record, and with an event's first record goes the whole event;
  /// ring and socket count each record.
  private static long lostEvents(Map<String, Long> notes) {
    long records = notes.getOrDefault("ring_dropped", 0L) + notes.getOrDefault("socket_gap", 0L);
    return notes.getOrDefault("kernel_lost", 0L) + records / RECORDS;
  }

  private static long gaps(List<Fact> facts) {
    return facts.stream()
        .filter(SourceGap.class::isInstance)
        .mapToLong(fact -> Math.max(0, ((SourceGap) fact).lost()))
        .sum();
  }
}
