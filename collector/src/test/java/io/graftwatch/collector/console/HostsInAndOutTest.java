package io.graftwatch.collector.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.support.Browser;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.delivery.finding.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hosts are let in and put out on pages, and a page says what the fleet covers.
class HostsInAndOutTest {
  @TempDir private Path folder;
  private TestCollector collector;
  private Browser admin;

  @BeforeEach
  void start() throws Exception {
    collector = new TestCollector(folder);
    admin = new Browser(collector).with(collector.session(Role.ADMIN));
    admin.get("/");
  }

  @AfterEach
  void stop() {
    admin.close();
    collector.close();
  }

  @Test
  void aTokenMadeOnThePageEnrolsAsManyHostsAsItSays() throws Exception {
    HttpResponse<String> made = admin.post("/enrol", "uses", "2", "hours", "1", "group", "web");
    Matcher token = Pattern.compile(">(gw1\\.[^<]+)<").matcher(made.body());
    assertThat(token.find()).isTrue();
    assertThat(made.body()).contains("sudo graftwatch enroll</pre>");
    TestAgent.enrol(token.group(1), "web01");
    assertThat(admin.get("/enrol").body()).contains("<td>web</td>").contains("<td>1</td>");
    TestAgent.enrol(token.group(1), "web02");
    assertThat(admin.get("/enrol").body()).contains("None: no host can enrol now.");
  }

  @Test
  void aTokenTakenBackIsOpenNoMore() throws Exception {
    admin.post("/enrol", "uses", "9", "hours", "1", "group", "");
    Matcher revoke =
        Pattern.compile("action=\"(/enrol/[0-9a-f]+/revoke)\"").matcher(admin.get("/enrol").body());
    assertThat(revoke.find()).isTrue();
    assertThat(admin.post(revoke.group(1)).statusCode()).isEqualTo(303);
    assertThat(admin.get("/enrol").body()).contains("None: no host can enrol now.");
    assertThat(admin.post(revoke.group(1)).statusCode()).isEqualTo(404);
    assertThat(admin.get("/settings/audit").body())
        .containsSubsequence("revoke enrolment token", "make enrolment token");
    assertThat(admin.post("/enrol", "uses", "0", "hours", "1", "group", "").statusCode())
        .isEqualTo(400);
  }

  @Test
  void aHostThatIsRevokedIsRefusedOnTheConnectionItHas() throws Exception {
    TestAgent agent = collector.agent("web01");
    agent.deliver(List.of(Sample.of("web01", "a").copy()));
    String page = "/hosts/" + agent.id() + "/revoke";
    assertThat(admin.get("/hosts").body()).contains(page);
    assertThat(admin.get(page).body()).contains("Revoke web01?");
    assertThat(admin.post(page).statusCode()).isEqualTo(303);
    collector.clock().advance(Duration.ofSeconds(5));
    assertThat(agent.post("/v1/findings", Json.bytes(List.of())).statusCode()).isEqualTo(401);
    assertThat(admin.get(page).body()).contains("web01 is refused");
  }

  @Test
  void coverageIsSaidAndSoIsThatThereIsNone() throws Exception {
    assertThat(admin.get("/attack").body())
        .contains("No host has enrolled, so nothing is covered.", "No incident.")
        .contains("T1505.001", "T1505.006");
    TestAgent agent = collector.agent("web01");
    assertThat(admin.get("/attack").body())
        .contains("1 of them said nothing yet.", "No host of this platform says anything of it.");
    Sample sample = Sample.of("web01", "a");
    agent.deliver(List.of(sample.copy()));
    assertThat(admin.get("/attack").body())
        .contains("1 incident.", "/incidents/" + sample.findingUid());
  }
}
