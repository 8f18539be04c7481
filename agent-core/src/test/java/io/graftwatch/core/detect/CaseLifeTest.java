package io.graftwatch.core.detect;

import static io.graftwatch.core.detect.Facts.APACHE;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The life of a case: opened, updated, closed, opened again, held back in a storm.
final class CaseLifeTest {
  private static final double DAY = 86_400;
  private static final String MODULE = "/usr/lib/apache2/modules/mod_x.so";

  private final Facts f = new Facts();

  @Test
  void aComponentThatIsGoneAfterARestartClosesItsCase() {
    Engine engine = Facts.fed(Facts.engine(), attack());
    engine.drain();
    engine.accept(f.removed(100, 702, MODULE));
    engine.accept(reload(110));

    List<DetectionFinding> told = engine.drain();
    assertThat(told.getLast().activityId()).isEqualTo(Activity.CLOSE);
    assertThat(told.getLast().findingInfo().desc()).contains("[T3]");

    engine.accept(reload(200));
    engine.advance(Facts.time(300));
    assertThat(engine.drain()).as("a restart is no news").isEmpty();

    Facts.fed(engine, f.placed(1000));
    DetectionFinding again = engine.drain().getFirst();
    assertThat(again.activityId()).as("it re-opens under the same uid").isEqualTo(Activity.UPDATE);
    assertThat(again.findingInfo().uid()).isEqualTo(told.getLast().findingInfo().uid());
  }

  @Test
  void aRegistrationOfAnotherNameBelongsToTheComponentThatItRegisters() {
    String module = "/usr/lib/apache2/modules/mod_x.so";
    String line = "/etc/apache2/mods-enabled/70-stats.load";
    List<Fact> seen =
        List.of(
            f.server(),
            f.admin(0, 700, "/usr/bin/cp", "cp", "mod_x.so", module),
            f.write(0, 700, module),
            f.write(1, 701, line),
            f.run(2, 900, APACHE, "/usr/bin/dash", "sh", "-c", "id"));
    Engine engine = Facts.engine();
    seen.forEach(engine::accept);
    List<DetectionFinding> before = engine.drain();
    Facts.fed(engine, List.of(f.registered(1, "apache", module, line, "")));

    DetectionFinding whole = engine.finalStates().getFirst();
    assertThat(engine.finalStates()).hasSize(1);
    assertThat(Facts.own(whole).get("implant")).isEqualTo(module);
    assertThat(Facts.codes(engine)).contains("P1+P2", "X1");
    assertThat(before).extracting(CaseLifeTest::uid).isNotEmpty().doesNotContain(uid(whole));
    assertThat(engine.drain().stream().filter(told -> told.activityId() == Activity.CLOSE))
        .as("what was told of the registration alone is merged")
        .extracting(CaseLifeTest::uid)
        .containsExactlyElementsOf(before.stream().map(CaseLifeTest::uid).distinct().toList());
    assertThat(Facts.fed(Facts.engine(), shuffledLast(seen, module, line)).finalStates())
        .extracting(CaseLifeTest::uid)
        .containsExactly(uid(whole));
  }

  /// The same with the registration known first.
  private List<Fact> shuffledLast(List<Fact> seen, String module, String line) {
    var all = new ArrayList<Fact>(seen);
    all.add(1, f.registered(1, "apache", module, line, ""));
    return all;
  }

  @Test
  void aStormIsOneFindingAndNothingIsLost() {
    Engine engine = Facts.engine();
    engine.accept(f.server());
    for (int i = 0; i < 120; i++) {
      engine.accept(f.admin(i, 5000 + i, "/usr/bin/cp", "cp"));
      engine.accept(f.write(i, 5000 + i, "/usr/lib/apache2/modules/mod_" + i + ".so"));
      engine.accept(f.write(i, 5000 + i, "/etc/apache2/mods-enabled/" + i + ".load"));
    }
    var told = new ArrayList<DetectionFinding>(engine.drain());
    List<DetectionFinding> storm = storm(told);
    assertThat(created(told)).hasSize(Storm.MOST + 1);
    assertThat(storm.getFirst().activityId()).isEqualTo(Activity.CREATE);
    assertThat(storm.getFirst().isAlert()).isTrue();
    assertThat(storm.size()).as("told when the number doubles").isLessThan(8);

    for (int hour = 1; hour <= 8; hour++) {
      engine.advance(Facts.time(hour * 3700));
    }
    told.addAll(engine.drain());
    assertThat(created(told)).as("each is told in the end").hasSize(121);
    DetectionFinding over = storm(told).getLast();
    assertThat(over.activityId()).isEqualTo(Activity.CLOSE);
    assertThat(over.message()).startsWith("100 more findings on web01");
  }

  @Test
  void aServerThatNeverStartedAShellIsWorthAFindingWhenItDoesAfterAWeek() {
    Engine early = Facts.learning();
    Facts.fed(early, List.of(f.server(), plainShell(DAY)));
    assertThat(score(early)).as("in the first week").isEqualTo(500);

    Engine mature = Facts.learning();
    Facts.fed(mature, List.of(f.server(), reload(0), plainShell(8 * DAY)));
    assertThat(score(mature)).isEqualTo(650);

    Engine blind = Facts.learning();
    blind.accept(f.server());
    blind.accept(reload(0));
    long from = Facts.time(DAY);
    blind.accept(
        new SourceGap(
            f.provenance("auditd", Facts.time(3 * DAY)), from, Facts.time(3 * DAY), -1, "restart"));
    Facts.fed(blind, List.of(plainShell(8 * DAY)));
    assertThat(score(blind)).as("two days were not seen").isEqualTo(500);
  }

  @Test
  void whatIsSeenOnThreeDaysIsOrdinary() {
    Engine engine = Facts.learning();
    engine.accept(f.server());
    for (int day = 0; day < 4; day++) {
      engine.accept(f.run(day * DAY, 900 + day, APACHE, "/usr/bin/dash", "sh", "-c", "true"));
    }
    engine.finish();

    assertThat(engine.finalStates().getFirst().evidences().getFirst().data().get("b"))
        .as("the best evidence is the first")
        .isEqualTo(1.0);
    assertThat(engine.drain()).isEmpty();
  }

  private static String uid(DetectionFinding finding) {
    return finding.findingInfo().uid();
  }

  private static int score(Engine engine) {
    return (Integer) Facts.own(engine.finalStates().getFirst()).get("score");
  }

  private static List<DetectionFinding> created(List<DetectionFinding> told) {
    return told.stream().filter(f -> f.activityId() == Activity.CREATE).toList();
  }

  private static List<DetectionFinding> storm(List<DetectionFinding> told) {
    return told.stream().filter(f -> Facts.own(f).get("implant").equals("storm")).toList();
  }

  private Fact plainShell(double at) {
    return f.run(at, 400, APACHE, "/usr/bin/dash", "sh", "-c", "true");
  }

  private Fact reload(double at) {
    return f.start(
        at,
        801,
        699,
        Image.of("/usr/sbin/apache2"),
        Facts.ROOT,
        false,
        "apache2",
        "-k",
        "graceful");
  }

  private Fact shell(double at, int pid) {
    return f.run(at, pid, APACHE, "/usr/bin/dash", "sh", "-c", "id; uname -a");
  }

  private List<Fact> attack() {
    var facts = new ArrayList<Fact>(List.of(f.server()));
    facts.addAll(f.placed(0));
    facts.add(shell(5, 400));
    facts.add(f.connect(6, 400, "/usr/bin/dash", "203.0.113.66", 4444));
    return facts;
  }
}
