package io.graftwatch.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRules;
import io.graftwatch.linux.rules.RuleData;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Against the real kernel: rules of an own key prefix about the children of this very process.
@Timeout(120)
class NetlinkAuditSourceTest {
  private static final String PREFIX = "gwts_";
  private static final int PID = (int) ProcessHandle.current().pid();

  private final List<Fact> facts = new ArrayList<>();

  @BeforeEach
  void assumeAudit() {
    Kernel.assumeAudit();
  }

  @AfterEach
  void removeRules() throws IOException {
    Kernel.removeRules(PREFIX);
  }

  @Test
  void aStartedProgramIsSeenWithItsArguments(@TempDir Path folder) throws Exception {
    try (var source = source(folder)) {
      Process child = new ProcessBuilder("/bin/echo", "graft", "watch ü").start();
      ProcessStart start =
          (ProcessStart)
              await(source, fact -> fact instanceof ProcessStart s && s.argv().contains("graft"));
      child.waitFor();
      assertThat(start.kind()).isEqualTo(ProcessStart.Kind.EXEC);
      assertThat(start.argv()).containsExactly("/bin/echo", "graft", "watch ü");
      assertThat(start.process().pid()).isEqualTo((int) child.pid());
      assertThat(start.parent().process().pid()).isEqualTo(PID);
      assertThat(facts).noneMatch(SourceChange.class::isInstance);
      assertThat(source.counters().snapshot().lost()).isZero();
    }
  }

  @Test
  void rulesThatSomebodyRemovesAreReportedAndPutBack(@TempDir Path folder) throws Exception {
    try (var source = source(folder);
        var control = AuditControl.open()) {
      List<RuleData> before = ours(control);
      assertThat(before).isNotEmpty();
      for (RuleData rule : before) {
        assertThat(control.delete(rule)).isTrue();
      }

      SourceGap gap =
          (SourceGap)
              await(
                  source,
                  fact -> fact instanceof SourceGap g && g.reason().equals("rules_removed"));
      assertThat(gap.lost()).isEqualTo(-1);
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (!Set.copyOf(ours(control)).equals(Set.copyOf(before))) {
        assertThat(System.nanoTime()).as("put back in time").isLessThan(deadline);
        source.pump(facts::add, 512);
      }
      assertThat(source.counters().snapshot().notes()).containsKey("rules_put_back");
    }
  }

  private NetlinkAuditSource source(Path folder) throws IOException {
    Abi abi = Objects.requireNonNull(Abi.of(System.getProperty("os.arch")));
    var plan =
        new AuditPlan(
            abi,
            PID,
            () ->
                new Wanted(
                    AuditRules.narrow(abi, 0, null, PID, List.of(folder.toString()), PREFIX),
                    List.of()),
            PREFIX,
            folder.resolve("audit.log"));
    return new NetlinkAuditSource(
        plan, null, UnaryOperator.identity(), _ -> {}, InstantSource.system());
  }

  private static List<RuleData> ours(AuditControl control) throws IOException {
    return control.rules().stream().filter(rule -> rule.key().startsWith(PREFIX)).toList();
  }

  /// Pumps until a fact fits.
  private Fact await(NetlinkAuditSource source, Predicate<Fact> wanted) throws IOException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (System.nanoTime() < deadline) {
      int known = facts.size();
      source.pump(facts::add, 512);
      for (Fact fact : facts.subList(known, facts.size())) {
        if (wanted.test(fact)) {
          return fact;
        }
      }
    }
    throw new AssertionError("no such fact among " + facts);
  }
}
