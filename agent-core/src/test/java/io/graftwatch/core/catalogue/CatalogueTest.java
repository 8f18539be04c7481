package io.graftwatch.core.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our data against MITRE's, and against itself.
final class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AN1508", "AN0512", "AN0473", "AN1109", "AN1507", "AN0511", "AN0472", "AN1108", "AN0184",
        "AN0595", "AN1510", "AN1475", "AN1509", "AN1110"
      })
  void everySourceChannelAndElementOfTheAnalyticHasItsRow(String id) throws IOException {
    JsonNode theirs = analytic(id);
    Analytic ours = CATALOGUE.analytics().stream().filter(a -> a.id().equals(id)).findFirst().get();

    List<String> sources =
        ours.sources().stream().map(source -> source.name() + " | " + source.channel()).toList();
    for (JsonNode source : theirs.path("log_sources")) {
      // MITRE lists file creation and modification apart; one source of ours carries both.
      assertThat(sources)
          .contains(source.path("name").asText() + " | " + source.path("channel").asText());
    }
    for (JsonNode element : theirs.path("mutable_elements")) {
      assertThat(ours.elements()).contains(element.path("field").asText());
    }
  }

  @Test
  void analyticsNameOnlyCodesThatThereAre() {
    for (Analytic analytic : CATALOGUE.analytics()) {
      assertThat(CATALOGUE.codes().keySet()).as(analytic.id()).containsAll(analytic.codes());
    }
  }

  @Test
  void codesNameOnlyTechniquesAndClassesThatThereAre() {
    for (Code code : CATALOGUE.codes().values()) {
      assertThat(CATALOGUE.techniques().keySet()).as(code.code()).containsAll(code.techniques());
      assertThat(CATALOGUE.classes()).as(code.code()).containsKey(code.classId());
      assertThat(code.code()).startsWith(code.classId());
      assertThat(code.p("unix")).isBetween(0.0, 0.95);
    }
  }

  @Test
  void theScoreTakesClassesInTheFixedOrder() {
    assertThat(CATALOGUE.classes().keySet()).containsExactly("P", "A", "X", "N", "D", "T", "L");
  }

  @Test
  void noServerKindStandsTwice() {
    var kinds = new ArrayList<String>();
    CATALOGUE.servers().forEach(profile -> kinds.add(profile.kind()));
    assertThat(kinds).hasSameSizeAs(new TreeSet<>(kinds));
  }

  private static JsonNode analytic(String id) throws IOException {
    JsonNode attack;
    try (InputStream in =
        CatalogueTest.class.getResourceAsStream("/attack/attack-t1505-18.1.json")) {
      attack = new ObjectMapper().readTree(in);
    }
    for (JsonNode technique : attack.path("techniques")) {
      for (JsonNode strategy : technique.path("strategies")) {
        for (JsonNode analytic : strategy.path("analytics")) {
          if (analytic.path("id").asText().equals(id)) {
            return analytic;
          }
        }
      }
    }
    throw new AssertionError(id);
  }
}
