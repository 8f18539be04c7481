package io.graftwatch.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Cidr;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.Provenance;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.delivery.finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The engine as a function of facts: what it says of a chain, of a flood, and after a restart.
final class EngineTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final long START = 1_795_489_500_000_000L;
  private static final long SECOND = 1_000_000L;
  private static final Identity ROOT = new Identity(0, "root", null, 1000, "7");
  private static final Identity WWW = new Identity(33, "www-data", null, Identity.UNSET, null);

  private int records;

  @Test
  void aPlacedModuleThatRunsAShellIsOneCriticalFinding() {
    Engine engine = engine();
    feed(engine, attack());
    engine.finish();

    List<DetectionFinding> states = engine.finalStates();
    assertThat(states).hasSize(1);
    assertThat(states.getFirst().severityId()).isEqualTo(Severity.CRITICAL);
    assertThat(states.getFirst().message())
        .isEqualTo(
            "Apache on web01 got component 'mod_x.so' that no package owns, 5 seconds later ran"
                + " 'sh -c id; uname -a' and connected to 203.0.113.66:4444.");
  }

  @Test
  void tenThousandRepetitionsAreOneCreateAndFewUpdates() {
    Engine engine = engine();
    feed(engine, attack());
    var told = new ArrayList<>(engine.drain());
    for (int i = 0; i < 10_000; i++) {
      engine.accept(shell(START + (10 + i) * SECOND, 5000 + i));
      told.addAll(engine.drain());
    }
    engine.finish();
    told.addAll(engine.drain());

    assertThat(told.stream().filter(f -> f.activityId() == Activity.CREATE)).hasSize(1);
    assertThat(told.stream().filter(f -> f.activityId() == Activity.UPDATE).count())
        .isLessThanOrEqualTo(20);
  }

  @Test
  void aRestartAnywhereGivesTheSameCases() {
    Engine straight = engine();
    feed(straight, attack());
    straight.finish();
    List<DetectionFinding> expected = straight.finalStates();

    int length = attack().size();
    for (int cut = 1; cut < length; cut++) {
      records = 0;
      List<Fact> facts = attack();
      Engine before = engine();
      feed(before, facts.subList(0, cut));
      Engine after = engine();
      after.restore(before.snapshot());
      feed(after, facts.subList(cut, length));
      after.finish();
      assertThat(after.finalStates()).as("restart after fact %d", cut).isEqualTo(expected);
    }
  }

  @Test
  void twoServersOfOneKindWithProgramsOfTheirOwnAreTwoCases() {
    Engine engine = engine();
    for (int i = 0; i < 2; i++) {
      String nginx = "/srv/site" + i + "/sbin/nginx";
      int pid = 100 + 100 * i;
      engine.accept(start(START + i, pid, 1, nginx, WWW, nginx));
      engine.accept(
          start(START + SECOND + i, pid + 1, pid, "/usr/bin/dash", WWW, "sh", "-c", "id;w"));
    }
    engine.finish();

    assertThat(engine.finalStates().stream().map(f -> f.resources().getFirst().uid()))
        .containsExactlyInAnyOrder(
            "web01/nginx//srv/site0/sbin/nginx", "web01/nginx//srv/site1/sbin/nginx");
  }

  @Test
  void aLoginSessionWithTheServersUserIsNobodysServer() {
    Engine engine = engine();
    engine.accept(server());
    var alice = new Identity(33, "www-data", null, 1000, "7");
    engine.accept(
        start(START + SECOND, 900, 899, "/usr/bin/bash", alice, "bash", "-c", "id; uname -a"));
    engine.finish();

    assertThat(engine.finalStates()).isEmpty();
  }

  @Test
  void twoInstancesOfOneKindAreTwoCases() {
    Engine engine = engine();
    engine.accept(start(START, 700, 1, "/opt/a/bin/httpd", WWW, "httpd"));
    engine.accept(start(START, 800, 1, "/opt/b/bin/httpd", WWW, "httpd"));
    engine.accept(start(START + SECOND, 701, 700, "/usr/bin/dash", WWW, "sh", "-c", "id; w"));
    engine.accept(start(START + SECOND, 801, 800, "/usr/bin/dash", WWW, "sh", "-c", "id; w"));
    engine.finish();

    assertThat(engine.finalStates()).hasSize(2);
  }

  @Test
  void aForkedAndReparentedChildKeepsItsServer() {
    Engine engine = engine();
    engine.accept(server());
    engine.accept(fork(START + SECOND, 200, 100));
    engine.accept(fork(START + SECOND + 1, 201, 200));
    // The middle process is gone and init has adopted its child when that runs a program.
    engine.accept(start(START + 2 * SECOND, 201, 1, "/usr/bin/dash", WWW, "sh", "-c", "id;w"));
    engine.finish();

    DetectionFinding finding = engine.finalStates().getFirst();
    assertThat(finding.resources().getFirst().uid()).isEqualTo("web01/apache/apache");
    assertThat(finding.isAlert()).isTrue();
  }

  @Test
  void aParentThatBecomesKnownLaterStillCounts() {
    Engine engine = engine();
    engine.accept(server());
    engine.accept(start(START + SECOND, 301, 300, "/usr/bin/dash", WWW, "sh", "-c", "id;w"));
    engine.accept(fork(START + SECOND + 20_000, 300, 100));
    engine.finish();

    assertThat(engine.finalStates().getFirst().unmapped().toString()).contains("q=1.0");
  }

  @Test
  void whatIsPlacedForTheKindInGeneralIsOneCaseOfTheInstanceThatTookItUp() {
    Engine engine = engine();
    engine.accept(server("-f", "/srv/apache.conf"));
    engine.accept(server(101, "-f", "/srv/other.conf"));
    engine.accept(start(START, 700, 699, "/usr/bin/dash", ROOT, "sh"));
    engine.accept(write(START, "/usr/lib/apache2/modules/mod_x.so"));
    engine.accept(write(START, "/etc/apache2/mods-enabled/x.load"));
    engine.advance(START + 10 * SECOND);
    List<DetectionFinding> placed = engine.drain();
    engine.accept(mapped(START + 60 * SECOND, 100, "/usr/lib/apache2/modules/mod_x.so"));
    engine.finish();
    List<DetectionFinding> loaded = engine.drain();

    assertThat(placed)
        .singleElement()
        .satisfies(f -> assertThat(resource(f)).isEqualTo("web01/apache/apache"));
    assertThat(loaded)
        .extracting(f -> f.activityId() + " " + resource(f))
        .containsExactlyInAnyOrder(
            Activity.CREATE + " web01/apache//srv/apache.conf",
            Activity.CLOSE + " web01/apache/apache");
    assertThat(engine.finalStates())
        .singleElement()
        .satisfies(f -> assertThat(f.unmapped().toString()).contains("A2", "P1+P2", "ARMED"));
  }

  @Test
  void aModuleIsMappedByAServerThatIsKnownOnlyAMomentLater() {
    Engine engine = engine();
    engine.accept(mapped(START, 100, "/usr/lib/apache2/modules/mod_x.so"));
    engine.accept(server());
    engine.finish();

    assertThat(engine.finalStates())
        .singleElement()
        .satisfies(f -> assertThat(f.unmapped().toString()).contains("A2"));
  }

  private static String resource(DetectionFinding finding) {
    return String.valueOf(finding.resources().getFirst().uid());
  }

  @Test
  void onAMacInterpreterNameSaysWhatIsAnInterpreter() {
    var named =
        new Analytics(Map.of("AN1110", Map.of("InterpreterName", List.of("osascript", "deno"))));
    assertThat(codesOfAMac(Analytics.DEFAULT, "/bin/zsh")).contains("X1");
    assertThat(codesOfAMac(Analytics.DEFAULT, "/opt/deno/bin/deno")).doesNotContain("X1");
    assertThat(codesOfAMac(named, "/opt/deno/bin/deno")).contains("X1");
    assertThat(codesOfAMac(named, "/bin/zsh")).doesNotContain("X1").contains("X2", "X3");
  }

  /// What a program below httpd is evidence of.
  private String codesOfAMac(Analytics analytics, String program) {
    Engine engine = engine("macos", analytics);
    engine.accept(start(START, 100, 1, "/usr/sbin/httpd", ROOT, "/usr/sbin/httpd"));
    engine.accept(start(START + SECOND, 101, 100, program, WWW, program, "-c", "id;w"));
    engine.finish();
    return engine.finalStates().getFirst().unmapped().toString();
  }

  @Test
  void anAllowedDestinationIsNoEvidence() {
    Engine engine = engine();
    engine.accept(server());
    engine.accept(connect(START + SECOND, 100, "/usr/sbin/apache2", "203.0.113.80", 443));
    engine.finish();

    assertThat(engine.finalStates()).isEmpty();
  }

  /// A module is copied in and registered, the server reloads, its worker runs a shell that
  /// connects out.
  private List<Fact> attack() {
    return List.of(
        server(),
        start(START, 700, 699, "/usr/bin/dash", ROOT, "sh", "-c", "LoadModule x_module mod_x.so"),
        write(START, "/usr/lib/apache2/modules/mod_x.so"),
        write(START, "/etc/apache2/mods-enabled/x.load"),
        start(START + SECOND, 800, 699, "/usr/sbin/apache2", ROOT, "apache2", "-k", "graceful"),
        shell(START + 5 * SECOND, 400),
        connect(START + 6 * SECOND, 400, "/usr/bin/dash", "203.0.113.66", 4444));
  }

  private Fact server() {
    return server("-k", "start");
  }

  private Fact server(String... arguments) {
    return server(100, arguments);
  }

  private Fact server(int pid, String... arguments) {
    var argv = new ArrayList<>(List.of("/usr/sbin/apache2"));
    argv.addAll(List.of(arguments));
    return new ProcessStart(
        provenance("proc", START - SECOND),
        ProcessStart.Kind.WARM,
        new ProcessId(pid, START - 1000 * SECOND),
        ProcessStart.Parent.of(1),
        Image.of("/usr/sbin/apache2"),
        argv,
        null,
        Identity.ofUid(33),
        null,
        null,
        false);
  }

  private Fact shell(long time, int pid) {
    return start(time, pid, 100, "/usr/bin/dash", WWW, "sh", "-c", "id; uname -a");
  }

  private Fact start(long time, int pid, int ppid, String exe, Identity identity, String... argv) {
    return new ProcessStart(
        provenance("auditd", time),
        ProcessStart.Kind.EXEC,
        ProcessId.of(pid),
        ProcessStart.Parent.of(ppid),
        Image.of(exe),
        List.of(argv),
        "/",
        identity,
        null,
        null,
        false);
  }

  private Fact fork(long time, int pid, int parent) {
    return new ProcessStart(
        provenance("proc", time),
        ProcessStart.Kind.FORK,
        ProcessId.of(pid),
        ProcessStart.Parent.of(parent),
        Image.UNKNOWN,
        List.of(),
        null,
        Identity.UNKNOWN,
        null,
        null,
        false);
  }

  private Fact write(long time, String path) {
    return new FileWrite(
        provenance("auditd", time),
        path,
        null,
        FileWrite.Action.CREATED,
        new Actor(ProcessId.of(700), 699, "/usr/bin/dash", List.of(), ROOT, null),
        0100644,
        0,
        null,
        null);
  }

  private Fact mapped(long time, int pid, String path) {
    return new ModuleLoad(
        provenance("inventory", time),
        new ProcessId(pid, START - 1000 * SECOND),
        path,
        null,
        null,
        ModuleLoad.UNOWNED,
        false);
  }

  private Fact connect(long time, int pid, String exe, String address, int port) {
    return new Connection(
        provenance("auditd", time),
        ProcessId.of(pid),
        100,
        exe,
        WWW,
        Connection.Direction.OUTBOUND,
        Connection.State.IN_PROGRESS,
        "tcp",
        Endpoint.UNKNOWN,
        new Endpoint(address, port),
        Connection.Via.EVENT);
  }

  private Provenance provenance(String source, long time) {
    records++;
    return new Provenance(
        source, time + ":" + records, Provenance.KERNEL, time, time, null, Raw.of("raw"));
  }

  private static void feed(Engine engine, List<Fact> facts) {
    facts.forEach(engine::accept);
  }

  private static Engine engine() {
    return engine("linux", Analytics.DEFAULT);
  }

  private static Engine engine(String platform, Analytics analytics) {
    var site =
        new Site(
            Site.Baseline.DECLARED,
            Site.DEFAULT_INTERNAL,
            List.of(new Site.Destination(Cidr.parse("203.0.113.80"), 0, 65_535)),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    return new Engine(
        new EngineConfig(
            CATALOGUE,
            platform,
            "web01",
            "test",
            new Device(
                null,
                "web01",
                null,
                null,
                Device.Os.linux("Linux", null, null),
                List.of(Device.Agent.graftwatch(null, "test"))),
            site,
            analytics,
            "0",
            4096,
            List.of("198.51.100.23")));
  }
}
