package io.graftwatch.core.detect;

import static io.graftwatch.core.detect.Facts.ALICE;
import static io.graftwatch.core.detect.Facts.APACHE;
import static io.graftwatch.core.detect.Facts.ROOT;
import static io.graftwatch.core.detect.Facts.WWW;
import static io.graftwatch.core.detect.Facts.actor;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.catalogue.Analytic;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each evidence code that Linux can give: something that it is, and something close to it that it
/// is not.
final class EvidenceCodesTest {
  private static final String MODULE = "/usr/lib/apache2/modules/mod_x.so";
  private static final String LOAD = "/etc/apache2/mods-enabled/x.load";

  private final Facts f = new Facts();
  private final Map<String, List<List<Fact>>> all = new LinkedHashMap<>();

  private void code(String code, List<Fact> such, List<Fact> other) {
    all.put(code, List.of(such, other));
  }

  private List<Fact> with(Fact... facts) {
    var list = new ArrayList<Fact>(List.of(f.server()));
    list.addAll(Arrays.asList(facts));
    return list;
  }

  private List<Fact> placedThen(Fact... facts) {
    List<Fact> list = with();
    list.addAll(f.placed(0));
    list.addAll(Arrays.asList(facts));
    return list;
  }

  private Fact shell(double at, String command) {
    return f.run(at, 400, APACHE, "/usr/bin/dash", "sh", "-c", command);
  }

  EvidenceCodesTest() {
    placement();
    activation();
    execution();
    network();
    footholds();
  }

  private void placement() {
    code("P1", with(f.write(0, 700, MODULE)), with(f.write(0, 700, "/usr/lib/x/mod_x.so")));
    code("P2", with(f.write(0, 700, LOAD)), with(f.write(0, 700, "/etc/apache2/mods-available/x")));
    code(
        "P1+P2",
        placedThen(),
        with(f.write(0, 700, MODULE), f.write(0, 700, "/etc/apache2/" + "mods-enabled/y.load")));
    code("P3", with(shell(0, "cp"), f.served(1, 400, MODULE)), with(f.write(0, 700, MODULE)));
    code(
        "P4",
        with(f.write(0, actor(700, 699, ALICE), FileWrite.Action.CREATED, MODULE, 0100666)),
        with(f.write(0, actor(700, 699, ALICE), FileWrite.Action.CREATED, MODULE, 0100644)));
    code(
        "P5",
        with(f.served(0, APACHE, "/var/www/html/i.php")),
        with(f.write(0, 700, "/var/www/html/i.php")));
    code(
        "P8",
        with(f.write(0, 700, "/usr/lib/mysql/plugin/u.so")),
        with(f.log(0, "postgres", ServerLog.Kind.START, "", -1)));
    code(
        "P10",
        with(f.registered(0, "mail", "/usr/bin/filter", "/etc/postfix/main.cf", "")),
        with(f.registered(0, "apache", MODULE, LOAD, "")));
    code(
        "P11",
        with(f.write(0, 700, "/etc/ld.so.preload")),
        with(f.write(0, 700, "/etc/ld.so.cache")));
  }

  private void activation() {
    code("A1", placedThen(), with(f.write(0, 700, MODULE), f.write(0, 700, LOAD)));
    code("A2", with(f.loaded(0, MODULE, "")), with(f.loaded(0, MODULE, "libapache2-mod-x")));
    code(
        "A3",
        with(f.log(0, "apache", ServerLog.Kind.LOAD_ERROR, MODULE, -1)),
        with(f.log(0, "apache", ServerLog.Kind.RELOAD, "", -1)));
    code(
        "A4",
        placedThen(f.log(60, "apache", ServerLog.Kind.WORKER_CRASH, "", 101)),
        placedThen(f.log(1200, "apache", ServerLog.Kind.WORKER_CRASH, "", 101)));
  }

  private void execution() {
    code("X1", with(shell(0, "true")), with(f.run(0, 400, APACHE, "/usr/bin/touch", "touch", "x")));
    code("X2", with(shell(0, "a; b")), with(shell(0, "true")));
    code("X3", with(shell(0, "id")), with(shell(0, "idle")));
    code(
        "X3b",
        with(shell(0, "id; uname -a; whoami")),
        with(shell(0, "id; uname -a"), f.run(900, 401, APACHE, "/usr/bin/whoami", "whoami")));
    code(
        "X4",
        with(f.run(0, 400, APACHE, "/usr/bin/curl", "curl", "-s", "http://203.0.113.66/x")),
        with(f.run(0, 400, APACHE, "/usr/bin/curl", "curl", "http://127.0.0.1/health")));
    code(
        "X5",
        with(f.start(0, 400, APACHE, memfd(), WWW, false, "[kworker]")),
        with(f.run(0, 400, APACHE, "/usr/bin/file", "file", "/tmp/x")));
    code(
        "X6",
        with(f.start(0, 400, APACHE, Image.of("/usr/bin/bash"), WWW, true, "bash", "-i")),
        with(f.run(0, 400, APACHE, "/usr/bin/bash", "bash", "-i")));
    code(
        "X9",
        with(f.run(0, 400, APACHE, "/usr/bin/touch", "touch", "x")),
        with(f.run(0, 400, APACHE, "/usr/sbin/apache2", "/usr/sbin/apache2", "-k", "start")));
    code(
        "X10",
        with(f.run(0, 400, APACHE, "/usr/bin/find", "find", "/", "-exec", "x", ";")),
        with(f.run(0, 400, APACHE, "/usr/bin/find", "find", "/", "-name", "x")));
  }

  private void network() {
    String apache = "/usr/sbin/apache2";
    code(
        "N1",
        with(f.connect(0, APACHE, apache, "203.0.113.66", 4444)),
        with(f.connect(0, APACHE, apache, "203.0.113.80", 4444)));
    code(
        "N2",
        with(f.connect(0, APACHE, apache, "203.0.113.66", 443)),
        with(f.connect(0, APACHE, apache, "10.0.0.7", 443)));
    code(
        "N3",
        with(shell(0, "true"), f.connect(1, 400, "/usr/bin/dash", "10.0.0.7", 80)),
        with(shell(0, "true"), f.connect(1, 400, "/usr/bin/dash", "127.0.0.1", 80)));
    code("N4", beacon(60), beacon(0));
    code(
        "N5",
        with(shell(0, "true"), f.listen(1, 400, "/usr/bin/dash", 5555)),
        with(f.listen(1, APACHE, apache, 5555)));
    code(
        "N6",
        with(f.connect(0, APACHE, apache, "10.0.0.7", 22)),
        with(f.connect(0, APACHE, apache, "10.0.0.7", 8080)));
  }

  private void footholds() {
    String cron = "/var/spool/cron/crontabs/www-data";
    code("D2", with(shell(0, "true"), f.served(1, 400, cron)), with(f.write(0, 700, cron)));
    code(
        "D3",
        with(f.start(0, 400, APACHE, Image.of("/usr/sbin/useradd"), ROOT, false, "useradd", "x")),
        with(f.admin(0, 700, "/usr/sbin/useradd", "useradd", "x")));
    code(
        "T1",
        with(f.run(0, 400, APACHE, "/usr/bin/rm", "rm", "/var/log/apache2/access.log")),
        with(f.run(0, 400, APACHE, "/usr/bin/rm", "rm", "/var/www/cache/access.log")));
    code(
        "T2",
        with(f.audit(0, SourceChange.Kind.RULES_REMOVED, actor(700, 699, ALICE))),
        with(f.audit(0, SourceChange.Kind.RULES_ADDED, actor(700, 699, ALICE))));
    code(
        "T3",
        placedThen(shell(10, "id"), f.removed(60, 702, MODULE)),
        placedThen(f.removed(60, 702, MODULE)));
  }

  private List<Fact> beacon(int jitter) {
    List<Fact> facts = with();
    for (int i = 0; i < 9; i++) {
      double at = i * 60 + (jitter == 0 ? i * i * 17 % 55 : 0);
      facts.add(f.connect(at, APACHE, "/usr/sbin/apache2", "203.0.113.66", 443));
    }
    return facts;
  }

  private static Image memfd() {
    return new Image("/memfd:k (deleted)", null, null, null, null, null, true);
  }

  @TestFactory
  Stream<DynamicTest> isToldWhereItIs() {
    return all.entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () ->
                    assertThat(Facts.codes(Facts.fed(Facts.engine(), e.getValue().getFirst())))
                        .contains(e.getKey())));
  }

  @TestFactory
  Stream<DynamicTest> isNotToldWhereItIsNot() {
    return all.entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () ->
                    assertThat(Facts.codes(Facts.fed(Facts.engine(), e.getValue().getLast())))
                        .doesNotContain(e.getKey())));
  }

  @Test
  void everyCodeOfTheLinuxAnalyticsIsHere() {
    var wanted = new TreeSet<String>();
    for (Analytic analytic : Facts.CATALOGUE.analytics()) {
      if (analytic.platform().equals("linux")) {
        wanted.addAll(analytic.codes());
      }
    }
    assertThat(new TreeSet<>(all.keySet())).isEqualTo(wanted);
  }
}
