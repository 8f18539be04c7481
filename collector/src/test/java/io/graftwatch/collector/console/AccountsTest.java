package io.graftwatch.collector.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.support.Browser;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.collector.support.Tls;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People and programs: how they come in, and how they are put out.
class AccountsTest {
  private static final String PASSWORD = "seven small grey boats";
  private static final String OTHER = "nine large green sheds";

  @TempDir private Path folder;
  private TestCollector collector;
  private final List<Browser> browsers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    collector = new TestCollector(folder);
  }

  @AfterEach
  void stop() {
    browsers.forEach(Browser::close);
    collector.close();
  }

  @Test
  void aLinkMakesAnAdministratorOnce() throws Exception {
    String code = collector.link(Role.ADMIN);
    Browser ada = browser();
    assertThat(ada.post("/welcome", "code", "guess").statusCode()).isEqualTo(403);
    assertThat(ada.post("/welcome", "code", code).body()).contains("role admin", code);
    for (String bad : List.of("too short", "passwordpassword", "aaaabbbbaaaabbbb")) {
      HttpResponse<String> again =
          ada.post("/welcome/join", "code", code, "name", "ada", "password", bad);
      assertThat(again.statusCode()).as(bad).isEqualTo(422);
    }
    HttpResponse<String> joined =
        ada.post("/welcome/join", "code", code, "name", " Ada ", "password", PASSWORD);
    assertThat(joined.statusCode()).isEqualTo(303);
    assertThat(joined.headers().allValues("Set-Cookie"))
        .hasSize(2)
        .allSatisfy(cookie ->
            assertThat(cookie)
                .startsWith("__Host-")
                .contains("; Path=/;", "; Secure; HttpOnly; SameSite=Strict"));
    assertThat(ada.get("/settings/people").body()).contains("ada", "(you)");
    assertThat(browser().post("/welcome", "code", code).statusCode()).as("spent").isEqualTo(403);

    assertThat(signIn(browser(), "ADA", PASSWORD).statusCode()).isEqualTo(303);
    assertThat(signIn(browser(), "ada", OTHER).statusCode()).isEqualTo(403);
    assertThat(signIn(browser(), "nobody", PASSWORD).statusCode()).isEqualTo(403);
  }

  @Test
  void passwordsThatAreTriedFirstAreRefusedAndNoSignIsAskedFor() {
    for (String bad :
        List.of(
            "elevenchars", "administrator", "Password1234", "aaaaaaaaaaaaaaaa", "adalovelace12")) {
      assertThat(io.graftwatch.collector.trust.PasswordRules.problem(bad, "adalovelace"))
          .as(bad)
          .isNotNull();
    }
    for (String good :
        List.of(PASSWORD, "zwölf längliche Kähne", "adalovelace rows a small boat")) {
      assertThat(io.graftwatch.collector.trust.PasswordRules.problem(good, "adalovelace"))
          .as(good)
          .isNull();
    }
  }

  @Test
  void anAdministratorInvitesAndPutsOutAgain() throws Exception {
    Browser ada = administrator();
    String code = link(ada.post("/settings/people/invite", "role", "viewer"));
    Browser bob = browser();
    assertThat(join(bob, code, "ada", OTHER).body()).contains("This name is taken.");
    assertThat(join(bob, code, "bob", OTHER).statusCode()).isEqualTo(303);
    assertThat(bob.get("/").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = bob.get("/settings/people");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("it takes the role admin, and yours is viewer");

    ada.post("/settings/people/bob", "do", "role", "role", "admin");
    assertThat(bob.get("/settings/people").statusCode()).as("at once").isEqualTo(200);
    ada.post("/settings/people/bob", "do", "disable");
    assertThat(bob.get("/").statusCode()).as("at once").isEqualTo(303);
    assertThat(signIn(bob, "bob", OTHER).statusCode()).isEqualTo(403);
    for (String[] bad : new String[][] {{"disable", "admin"}, {"role", "viewer"}}) {
      assertThat(ada.post("/settings/people/ada", "do", bad[0], "role", bad[1]).body())
          .contains("At least one administrator has to stay.");
    }
    ada.post("/settings/people/bob", "do", "enable");
    assertThat(signIn(bob, "bob", OTHER).statusCode()).isEqualTo(303);

    String reset = link(ada.post("/settings/people/bob", "do", "reset"));
    assertThat(join(browser(), reset, "eve", PASSWORD).statusCode()).isEqualTo(422);
    assertThat(join(browser(), reset, "bob", PASSWORD).statusCode()).isEqualTo(303);
    assertThat(bob.get("/").statusCode()).as("its sessions ended").isEqualTo(303);
    assertThat(ada.get("/settings/audit?subject=bob").body())
        .containsSubsequence("make password link", "enable person", "disable person", "set role");
  }

  @Test
  void aNewPasswordEndsTheOtherSessions() throws Exception {
    Browser here = administrator();
    Browser there = browser();
    signIn(there, "ada", PASSWORD);
    assertThat(here.post("/settings/password", "old", OTHER, "password", OTHER).statusCode())
        .isEqualTo(422);
    assertThat(there.get("/").statusCode()).isEqualTo(200);
    assertThat(here.post("/settings/password", "old", PASSWORD, "password", OTHER).body())
        .contains("Your other sessions have ended.");
    assertThat(there.get("/").statusCode()).isEqualTo(303);
    assertThat(here.get("/").statusCode()).isEqualTo(200);
    assertThat(signIn(there, "ada", PASSWORD).statusCode()).isEqualTo(403);
    assertThat(signIn(there, "ada", OTHER).statusCode()).isEqualTo(303);

    Matcher other =
        Pattern.compile("name=\"session\" value=\"([0-9a-f]+)\"")
            .matcher(here.get("/settings").body());
    assertThat(other.find()).isTrue();
    here.post("/settings/sessions/end", "session", other.group(1));
    assertThat(there.get("/").statusCode()).isEqualTo(303);
  }

  @Test
  void whoeverGuessesLocksOutNobody() throws Exception {
    Browser ada = administrator();
    Browser eve = browser();
    HttpResponse<String> last = signIn(eve, "ada", "guess");
    for (int i = 0; i < 30 && last.statusCode() != 429; i++) {
      last = signIn(eve, "ada", "guess");
    }
    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.headers().firstValue("Retry-After")).isPresent();
    assertThat(signIn(browser(), "ada", PASSWORD).statusCode()).as("a stranger").isEqualTo(429);
    assertThat(signIn(ada, "ada", PASSWORD).statusCode()).as("a known browser").isEqualTo(303);
    collector.clock().advance(Duration.ofMinutes(1));
    assertThat(signIn(browser(), "ada", PASSWORD).statusCode()).isEqualTo(303);
  }

  @Test
  void theCommandLineLinkIsTheWayBackIn() throws Exception {
    Browser ada = administrator();
    String code = collector.link(Role.ADMIN);
    Browser back = browser();
    assertThat(join(back, code, "ada", OTHER).statusCode()).isEqualTo(303);
    assertThat(back.get("/settings/people").statusCode()).isEqualTo(200);
    assertThat(ada.get("/").statusCode()).as("with the old password").isEqualTo(303);
  }

  @Test
  void aProgramMayWhatItsTokenSaysUntilItExpires() throws Exception {
    Browser ada = administrator();
    HttpResponse<String> made =
        ada.post("/settings/tokens", "name", "siem", "role", "viewer", "days", "2");
    Matcher token = Pattern.compile("<pre tabindex=\"0\">([^<]{40,})</pre>").matcher(made.body());
    assertThat(token.find()).isTrue();
    assertThat(ada.get("/settings/tokens").body()).contains("siem").doesNotContain(token.group(1));
    assertThat(api(token.group(1))).isEqualTo(200);
    assertThat(api(token.group(1) + "x")).isEqualTo(401);
    collector.clock().advance(Duration.ofDays(2));
    assertThat(api(token.group(1))).as("expired").isEqualTo(401);

    Browser again = browser();
    signIn(again, "ada", PASSWORD);
    again.get("/settings");
    Matcher next =
        Pattern.compile("<pre tabindex=\"0\">([^<]{40,})</pre>")
            .matcher(
                again
                    .post("/settings/tokens", "name", "soar", "role", "analyst", "days", "1")
                    .body());
    assertThat(next.find()).isTrue();
    assertThat(api(next.group(1))).isEqualTo(200);
    again.post("/settings/tokens/soar/revoke");
    assertThat(api(next.group(1))).as("revoked").isEqualTo(401);
  }

  private int api(String token) throws Exception {
    try (var http = Tls.trusting(collector.authority())) {
      return http.send(
              HttpRequest.newBuilder(URI.create(collector.consoleUrl() + "/api/findings"))
                  .header("Authorization", "Bearer " + token)
                  .build(),
              BodyHandlers.ofString())
          .statusCode();
    }
  }

  private Browser browser() throws Exception {
    var browser = new Browser(collector);
    browsers.add(browser);
    return browser;
  }

  /// Ada, signed in.
  private Browser administrator() throws Exception {
    Browser ada = browser();
    join(ada, collector.link(Role.ADMIN), "ada", PASSWORD);
    assertThat(ada.get("/settings").statusCode()).isEqualTo(200);
    return ada;
  }

  private static HttpResponse<String> join(Browser who, String code, String name, String password)
      throws Exception {
    return who.post("/welcome/join", "code", code, "name", name, "password", password);
  }

  private static HttpResponse<String> signIn(Browser who, String name, String password)
      throws Exception {
    return who.post("/login", "name", name, "password", password);
  }

  private static String link(HttpResponse<String> page) {
    Matcher link = Pattern.compile("https://[^<]+/login#([\\w-]+)").matcher(page.body());
    assertThat(link.find()).as(page.body()).isTrue();
    return link.group(1);
  }
}
