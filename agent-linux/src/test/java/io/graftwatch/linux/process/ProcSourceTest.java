package io.graftwatch.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.linux.kernel.DeniedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Against the real kernel.
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ProcSourceTest {
  private static final int SELF = (int) ProcessHandle.current().pid();
  private static final Path PROC = Path.of("/proc");

  /// A worker forks, its child leaves session and parent behind, forks again and runs a program.
  private static final String DOUBLE_FORK =
      "(setsid sh -c 'sleep 0.2; env GW_LEAF=1 sleep 5 & wait' &) ; sleep 0.1";

  private final InstantSource clock = InstantSource.system();
  private final ProcFs fs = new ProcFs(PROC);
  private final ProcFacts procFacts = new ProcFacts(fs, BootClock.read(clock, PROC));
  private final List<Fact> facts = new ArrayList<>();

  @Test
  void lineageSurvivesADoubleForkWithSetsid() throws Exception {
    try (Source source = connector(false)) {
      ProcessStart self = (ProcessStart) await(source, fact -> isStart(fact, SELF));
      assertThat(self.kind()).isEqualTo(ProcessStart.Kind.WARM);
      assertThat(self.provenance().preexisting()).isTrue();

      Process shell = new ProcessBuilder("/bin/sh", "-c", DOUBLE_FORK).start();
      ProcessStart leaf =
          (ProcessStart)
              await(
                  source,
                  fact -> fact instanceof ProcessStart s && s.argv().equals(List.of("sleep", "5")));
      assertThat(leaf.kind()).isEqualTo(ProcessStart.Kind.EXEC);
      assertThat(leaf.image().path()).endsWith("/sleep");
      assertThat(ancestors(leaf.process().pid())).contains((int) shell.pid(), SELF);

      ProcessHandle.of(leaf.process().pid()).ifPresent(ProcessHandle::destroyForcibly);
      ProcessEnd end =
          (ProcessEnd)
              await(
                  source,
                  fact ->
                      fact instanceof ProcessEnd e && e.process().pid() == leaf.process().pid());
      assertThat(end.signal()).isEqualTo(9);
      assertThat(end.process().start()).isCloseTo(leaf.process().start(), within20Millis());
      assertThat(source.counters().snapshot().malformed()).isZero();
    }
  }

  @Test
  void whileAuditTellsWhatRunsOnlyForksAndEndsAreTold() throws Exception {
    try (Source source = connector(true)) {
      await(source, fact -> isStart(fact, SELF));
      Process child = new ProcessBuilder("/bin/true").start();
      await(source, fact -> fact instanceof ProcessEnd e && e.process().pid() == (int) child.pid());
      assertThat(facts)
          .filteredOn(fact -> isStart(fact, (int) child.pid()))
          .allSatisfy(
              fact -> assertThat(((ProcessStart) fact).kind()).isEqualTo(ProcessStart.Kind.FORK))
          .hasSize(1);
    }
  }

  @Test
  void withoutAnyRightAPollSeesWhatLivesLongEnough() throws Exception {
    try (Source source = new ProcPollSource(fs, procFacts, clock)) {
      await(source, fact -> isStart(fact, SELF));
      Process child = new ProcessBuilder("/bin/sleep", "30").start();
      ProcessStart start =
          (ProcessStart)
              await(
                  source,
                  fact ->
                      fact instanceof ProcessStart s
                          && s.process().pid() == (int) child.pid()
                          && s.argv().contains("30"));
      assertThat(start.parent().process().pid()).isEqualTo(SELF);
      child.destroyForcibly().waitFor();
      await(source, fact -> fact instanceof ProcessEnd e && e.process().pid() == (int) child.pid());
    }
  }

  private Source connector(boolean execIsAudited) throws IOException {
    try {
      return new ProcSource(fs, procFacts, () -> execIsAudited, clock);
    } catch (DeniedException e) {
      Assumptions.abort("needs root for process events: " + e.getMessage());
      throw e;
    }
  }

  private static org.assertj.core.data.Offset<Long> within20Millis() {
    return org.assertj.core.data.Offset.offset(20_000L);
  }

  private static boolean isStart(Fact fact, int pid) {
    return fact instanceof ProcessStart s && s.process().pid() == pid;
  }

  /// Parents by the forks that were told, whoever adopted the process later.
  private List<Integer> ancestors(int pid) {
    Map<Integer, Integer> parents = new HashMap<>();
    for (Fact fact : facts) {
      if (fact instanceof ProcessStart s && s.kind() == ProcessStart.Kind.FORK) {
        parents.put(s.process().pid(), s.parent().process().pid());
      }
    }
    var line = new ArrayList<Integer>();
    for (Integer at = pid; at != null && line.size() < 20; at = parents.get(at)) {
      line.add(at);
    }
    return line;
  }

  private Fact await(Source source, Predicate<Fact> wanted) throws IOException {
    FactSink sink = facts::add;
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < deadline) {
      int known = facts.size();
      source.pump(sink, 512);
      for (Fact fact : facts.subList(known, facts.size())) {
        if (wanted.test(fact)) {
          return fact;
        }
      }
    }
    throw new AssertionError("no such fact among " + facts.size());
  }
}
