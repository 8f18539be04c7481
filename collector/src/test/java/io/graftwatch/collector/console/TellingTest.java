package io.graftwatch.collector.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.console.view.Tree;
import io.graftwatch.delivery.finding.Evidence;
import io.graftwatch.delivery.finding.ProcessInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The small parts that make words and pictures.
class TellingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "2345, 2.3 s",
    "10000, 10 s",
    "252000, 4 min 12 s",
    "240000, 4 min",
    "11100000, 3 h 5 min",
    "86523000, 1 d",
    "93600000, 1 d 2 h",
    "2592000000, 30 d"
  })
  void aSpanIsSaidInTheUnitsThatMatter(long millis, String words) {
    assertThat(Times.span(millis)).isEqualTo(words);
  }

  @Test
  void timesOutsideTheCalendarDoNotBreakThePage() {
    assertThat(Times.full(Long.MAX_VALUE)).isEqualTo("31 Dec 9999, 23:59:59 UTC");
    assertThat(Times.iso(Long.MIN_VALUE)).startsWith("0001-");
    assertThat(Times.clock(1_760_000_123_456L)).isEqualTo("08:55:23.456");
    assertThat(Times.ago(1_000, 70_000)).isEqualTo("1 min 9 s ago");
    assertThat(Times.ago(3_700_000, 0)).isEqualTo("in 1 h 1 min");
  }

  @Test
  void adviceIsCutIntoItsSentences() {
    assertThat(
            Sentences.of("Isolate web-01 or block 203.0.113.7; run a2dismod x.so. Keep it!\nAsk."))
        .containsExactly(
            "Isolate web-01 or block 203.0.113.7", "run a2dismod x.so.", "Keep it!", "Ask.");
    assertThat(Sentences.of("")).isEmpty();
  }

  @Test
  void ancestriesGrowIntoOneTree() {
    Tree tree =
        tree(
            List.of(
                evidence("X6", 5210, "sh", 881, 870, 1),
                evidence("N3", 5211, "bash", 5210, 881),
                evidence("P1", 4120, "cp", 4100, 1)));
    assertThat(outline(tree.roots())).isEqualTo("1(870(881(5210:X6(5211:N3))) 4100(4120:P1))");
    assertThat(tree.boxes()).hasSize(7);
    assertThat(tree.lines()).hasSize(6);
    assertThat(tree.height()).isLessThan(120);
  }

  /// A sender may claim that two processes are each other's parents.
  @Test
  void aCircleOfParentsIsCutOpen() {
    Tree tree =
        tree(
            List.of(
                evidence("X1", 1, "a", 2, 3),
                evidence("X2", 3, "c", 1),
                evidence("X3", 2, "b", 2)));
    assertThat(outline(tree.roots())).isEqualTo("3:X2(2:X3(1:X1))");
  }

  @Test
  void aDrawingHasABound() {
    var many = new ArrayList<Evidence>();
    for (int i = 0; i < 500; i++) {
      many.add(evidence("X1", 1000 + i, "p" + i, 1));
    }
    Tree tree = tree(many);
    assertThat(tree.boxes()).hasSize(64);
    assertThat(ProcessTree.of(List.of())).isNull();
  }

  private static Tree tree(List<Evidence> evidences) {
    return Objects.requireNonNull(ProcessTree.of(evidences));
  }

  private static String outline(List<Tree.Node> nodes) {
    return nodes.stream()
        .map(node ->
            node.pid()
                + (node.codes().isEmpty() ? "" : ":" + String.join("+", node.codes()))
                + (node.children().isEmpty() ? "" : "(" + outline(node.children()) + ")"))
        .collect(Collectors.joining(" "));
  }

  private static Evidence evidence(String code, int pid, String name, int... ancestors) {
    var ancestry = new ArrayList<ProcessInfo.Ancestor>();
    for (int ancestor : ancestors) {
      ancestry.add(new ProcessInfo.Ancestor(ancestor, null, null, null, null, null));
    }
    return Evidence.builder(code, Map.of("code", code))
        .process(ProcessInfo.builder().pid(pid).name(name).ancestry(ancestry).build())
        .build();
  }
}
