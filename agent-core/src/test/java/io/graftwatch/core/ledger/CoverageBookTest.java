package io.graftwatch.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.ledger.Coverage.Level;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceState;
import io.graftwatch.core.source.SourceState.State;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoverageBookTest {
  private static final long SECOND = 1_000_000;
  private static final long NOW = 1_760_000_000 * SECOND;

  private final CoverageBook book = new CoverageBook("linux");

  private static SourceState source(String kind, State state, @Nullable String problem) {
    return new SourceState(
        kind, state, problem, null, List.of(), new SourceCounters().snapshot(), 0, 0);
  }

  private static SourceState running(String kind) {
    return source(kind, State.RUNNING, null);
  }

  private Coverage an1508(List<SourceState> states) {
    return book.coverage(states, NOW).stream()
        .filter(c -> c.analytic().equals("AN1508"))
        .findFirst()
        .orElseThrow();
  }

  private void gap(long from, long to, long lost) {
    book.gap(
        new SourceGap(
            new Provenance("auditd", "gap:" + from, 1, to, to, null, Raw.NONE),
            from,
            to,
            lost,
            "kernel_lost"));
  }

  @Test
  void all_its_sources_make_it_full() {
    Coverage coverage =
        an1508(List.of(running("auditd"), running("inventory"), running("journal")));
    assertThat(coverage).isEqualTo(new Coverage("AN1508", Level.FULL, List.of(), List.of()));
  }

  @Test
  void a_missing_source_makes_it_partial_and_says_why() {
    Coverage coverage =
        an1508(
            List.of(
                source("auditd", State.UNUSABLE, "needs root"),
                running("conn"),
                running("inventory"),
                running("journal")));
    assertThat(coverage.level()).isEqualTo(Level.PARTIAL);
    assertThat(coverage.reasons())
        .containsExactly("process starts with their arguments cannot be seen: auditd needs root");
  }

  @Test
  void a_source_that_lacks_rights_makes_it_partial() {
    var lack = new Applicability.Lack("the kernel's loss counter cannot be read", "setcap …");
    var auditd =
        new SourceState(
            "auditd",
            State.RUNNING,
            null,
            null,
            List.of(lack),
            new SourceCounters().snapshot(),
            0,
            0);
    assertThat(an1508(List.of(auditd, running("inventory"), running("journal"))).reasons())
        .containsExactly("auditd: the kernel's loss counter cannot be read");
  }

  @Test
  void without_any_source_there_is_none() {
    assertThat(an1508(List.of()).level()).isEqualTo(Level.NONE);
  }

  @Test
  void what_was_lost_blinds_for_a_day_and_neighbours_join() {
    List<SourceState> all = List.of(running("auditd"), running("inventory"), running("journal"));
    gap(NOW - 100 * SECOND, NOW - 90 * SECOND, 300);
    gap(NOW - 80 * SECOND, NOW - 70 * SECOND, 12);
    Coverage coverage = an1508(all);
    assertThat(coverage.level()).isEqualTo(Level.PARTIAL);
    assertThat(coverage.reasons()).containsExactly("auditd lost 312 records in 30 s (kernel_lost)");
    assertThat(coverage.blind())
        .containsExactly(
            new Coverage.BlindInterval(
                "auditd", NOW - 100 * SECOND, NOW - 70 * SECOND, 312, "kernel_lost"));
    Coverage later =
        book.coverage(all, NOW + 25 * 3600 * SECOND).stream()
            .filter(c -> c.analytic().equals("AN1508"))
            .findFirst()
            .orElseThrow();
    assertThat(later.level()).isEqualTo(Level.FULL);
    assertThat(later.blind()).hasSize(1);
  }

  @Test
  void ever_more_gaps_take_no_more_room() {
    for (long i = 0; i < 1000; i++) {
      gap(NOW + i * 1000 * SECOND, NOW + i * 1000 * SECOND + 1, -1);
    }
    assertThat(an1508(List.of(running("auditd"))).blind()).hasSize(Coverage.MAX_BLIND);
  }
}
