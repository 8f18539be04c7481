package io.graftwatch.collector.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.collector.text.Visible;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Whoever attacks a host writes its logs. Sixty hostile texts stand in every text of findings and
/// hosts; on every page they are seen as they were written and do nothing.
@Tag("peers")
@ExtendWith(Chromium.class)
class HostileTextTest {
  /// What the protocol or a lookup gives a form, which a hostile text would be refused for.
  private static final Set<String> FORMED =
      Set.of("/metadata/uid", "/finding_info/uid", "/unmapped/graftwatch/merged_into");

  @TempDir private Path folder;

  @Test
  void textsOfAttackersAreShownAndDoNothing(Browser browser) throws Exception {
    List<String> texts = texts();
    assertThat(texts).hasSize(60).doesNotHaveDuplicates();
    try (var collector = new TestCollector(folder)) {
      Map<String, String> incidents = deliver(collector, texts);
      try (Visit visit = Visit.signedIn(browser, collector, ColorScheme.LIGHT, Visit.PHONE)) {
        for (Map.Entry<String, String> incident : incidents.entrySet()) {
          visit.open("/incidents/" + incident.getKey());
          assertShown(visit, incident.getValue());
        }
        for (String list : List.of("/?kind=any&state=any", "/hosts")) {
          var seen = new StringBuilder();
          for (String next = list; next != null; next = next(visit)) {
            visit.open(next);
            assertStill(visit);
            seen.append(visit.text());
          }
          for (String text : texts) {
            assertThat(seen.toString()).as(list).contains(Visible.line(text));
          }
        }
        assertThat(visit.offences()).isEmpty();
      }
    }
  }

  /// One incident for each text, from an agent that calls itself so.
  private static Map<String, String> deliver(TestCollector collector, List<String> texts)
      throws Exception {
    var incidents = new LinkedHashMap<String, String>();
    for (String text : texts) {
      TestAgent agent = collector.agent(text);
      var sample = Sample.of("host", "implant-" + incidents.size());
      poison(sample.json(), "", text);
      var reply = agent.post("/v1/findings", ascii(List.of(sample.json())));
      assertThat(reply.body()).as(text).contains("\"status\":\"stored\"");
      var beat = Beats.of(agent.id(), text, text, collector.clock().millis());
      assertThat(agent.post("/v1/heartbeat", ascii(beat)).body()).contains("stored_sequence");
      incidents.put(sample.findingUid(), text);
    }
    return incidents;
  }

  /// Puts the text into every place of the record that holds a text.
  private static void poison(JsonNode node, String path, String text) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String below = path + "/" + entry.getKey();
        if (!entry.getValue().isTextual()) {
          poison(entry.getValue(), below, text);
        } else if (!FORMED.contains(below)) {
          entry.setValue(object.textNode(text));
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isTextual()) {
          array.set(i, array.textNode(text));
        } else {
          poison(array.get(i), path, text);
        }
      }
    }
  }

  private static void assertShown(Visit visit, String text) {
    assertStill(visit);
    assertThat(visit.text()).contains(Visible.line(text));
  }

  private static void assertStill(Visit visit) {
    assertThat(visit.overhanging()).isEmpty();
    assertThat(visit.offences()).isEmpty();
  }

  private static @Nullable String next(Visit visit) {
    var next = visit.page().locator("a[rel=next]");
    return next.count() == 0 ? null : next.first().getAttribute("href");
  }

  private static byte[] ascii(Object value) throws IOException {
    return Json.mapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsBytes(value);
  }

  private static List<String> texts() throws IOException {
    try (InputStream in = HostileTextTest.class.getResourceAsStream("/hostile/texts.json")) {
      var texts = new ArrayList<String>();
      Json.mapper().readTree(in).forEach(text -> texts.add(text.textValue()));
      return texts;
    }
  }
}
