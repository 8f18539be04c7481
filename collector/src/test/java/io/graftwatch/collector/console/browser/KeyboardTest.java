package io.graftwatch.collector.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.graftwatch.collector.store.Incident;
import io.graftwatch.collector.store.IncidentQuery;
import io.graftwatch.collector.store.Triage;
import io.graftwatch.collector.store.Verdict;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Ten findings are judged without a mouse.
@Tag("peers")
@ExtendWith(Chromium.class)
class KeyboardTest {
  @TempDir private Path folder;

  @Test
  void tenFindingsAreTriagedByKeyboardAlone(Browser browser) throws Exception {
    try (var collector = new TestCollector(folder)) {
      TestAgent agent = collector.agent("web-01");
      for (int i = 1; i <= 10; i++) {
        agent.deliver(List.of(Sample.of("web-01", "implant-" + i).sequence(i).copy()));
        collector.clock().advance(java.time.Duration.ofSeconds(1));
      }
      try (Visit visit = Visit.signedIn(browser, collector, ColorScheme.LIGHT, Visit.DESK)) {
        Page page = visit.page();
        // Three are acknowledged at once.
        press(page, "j", "x", "j", "x", "j", "x");
        leave(page, () -> press(page, "a"));
        // Six are closed at once, with a verdict.
        page.waitForSelector("[data-rows] .row");
        press(page, "j", "j", "j");
        for (int i = 0; i < 6; i++) {
          press(page, "j", "x");
        }
        press(page, "c", "F", "a");
        leave(page, () -> press(page, "Enter"));
        // The last one is read, and suppressed with a reason.
        press(page, "j", "j", "j", "j");
        leave(page, () -> press(page, "Enter"));
        leave(page, () -> press(page, "s"));
        page.focus("#reason");
        page.keyboard().type("our own build");
        press(page, "Tab", "Tab");
        leave(page, () -> press(page, "Enter"));
        assertThat(visit.offences()).isEmpty();
      }
      List<Incident> all = collector.store().findings().incidents(IncidentQuery.all(20));
      assertThat(all).filteredOn(i -> i.triage() == Triage.State.ACKNOWLEDGED).hasSize(3);
      assertThat(all)
          .filteredOn(i -> i.triage() == Triage.State.CLOSED)
          .hasSize(6)
          .allMatch(i -> i.verdict() == Verdict.FALSE_POSITIVE);
      assertThat(collector.store().triage().suppressions(5))
          .singleElement()
          .satisfies(one -> assertThat(one.reason()).isEqualTo("our own build"));
    }
  }

  private static void press(Page page, String... keys) {
    for (String key : keys) {
      page.keyboard().press(key);
    }
  }

  /// Each key leads to the page that stands already: its address tells nothing.
  @SuppressWarnings("deprecation")
  private static void leave(Page page, Runnable act) {
    page.waitForNavigation(act);
  }
}
