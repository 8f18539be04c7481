package io.graftwatch.collector.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.CheckedNode;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.delivery.finding.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Every page can be read: by people who see little, in both themes, on a telephone.
@Tag("peers")
@ExtendWith(Chromium.class)
class PagesTest {
  private static final Set<String> GRAVE = Set.of("serious", "critical");

  @TempDir private Path folder;

  @Test
  void everyPageIsReadableInBothThemes(Browser browser) throws Exception {
    try (var collector = new TestCollector(folder)) {
      TestAgent agent = collector.agent("web-01");
      var open = Sample.of("web-01", "open");
      var closed = Sample.of("web-02", "closed").severity(4).sequence(2).activity(3);
      agent.deliver(List.of(open.copy(), closed.copy()));
      agent.post(
          "/v1/heartbeat",
          Json.bytes(Beats.of(agent.id(), "web-01", "words", collector.clock().millis())));
      List<String> pages =
          List.of(
              "/",
              "/?state=any&host=web-02",
              "/?q=nothing-like-it",
              "/incidents/" + open.findingUid(),
              "/incidents/" + closed.findingUid(),
              "/incidents/" + closed.findingUid() + "/suppress",
              "/suppressions",
              "/hosts",
              "/hosts?q=nothing-like-it",
              "/hosts/" + agent.id() + "/revoke",
              "/attack",
              "/enrol",
              "/settings",
              "/settings/people",
              "/settings/tokens",
              "/settings/outputs",
              "/settings/storage",
              "/settings/audit",
              "/login");
      for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        try (Visit visit = Visit.signedIn(browser, collector, theme, Visit.DESK)) {
          for (String path : pages) {
            Page page = visit.open(path);
            assertThat(graveFaults(page)).as(path + " " + theme).isEmpty();
            page.setViewportSize(Visit.PHONE, 800);
            assertThat(visit.overhanging()).as(path).isEmpty();
            page.setViewportSize(Visit.DESK, 900);
          }
          assertThat(visit.offences()).isEmpty();
        }
      }
    }
  }

  private static List<String> graveFaults(Page page) {
    return new AxeBuilder(page)
        .setLegacyMode(true).analyze().getViolations().stream()
            .filter(rule -> GRAVE.contains(rule.getImpact()))
            .map(PagesTest::told)
            .toList();
  }

  private static String told(Rule rule) {
    return rule.getId() + rule.getNodes().stream().map(CheckedNode::getHtml).toList();
  }
}
