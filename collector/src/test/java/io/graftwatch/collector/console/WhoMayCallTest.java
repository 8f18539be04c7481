package io.graftwatch.collector.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.ingest.Enrolment;
import io.graftwatch.collector.keep.Disk;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.support.Browser;
import io.graftwatch.collector.support.TestCollector;
import io.graftwatch.collector.trust.ApiToken;
import io.graftwatch.collector.trust.Passwords;
import io.graftwatch.collector.trust.Secrets;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may call what. A route that the table lacks fails: somebody has to decide.
class WhoMayCallTest {
  private static final Map<String, String> TABLE = new TreeMap<>();

  static {
    table(
        """
        anybody GET /assets/{file}
        anybody GET /health
        anybody GET /login
        anybody POST /login
        anybody POST /welcome
        anybody POST /welcome/join
        anybody POST /v1/enrol
        viewer GET /
        viewer GET /incidents/{uid}
        viewer GET /incidents/{uid}/ocsf
        viewer GET /news
        viewer GET /export.ndjson
        viewer GET /export.csv
        viewer GET /export.ocsf
        viewer GET /incidents/{uid}/export.ndjson
        viewer GET /incidents/{uid}/export.csv
        analyst POST /triage
        analyst GET /incidents/{uid}/suppress
        analyst POST /incidents/{uid}/suppress
        viewer GET /suppressions
        analyst POST /suppressions/{id}/end
        viewer GET /hosts
        viewer GET /api/findings
        viewer GET /api/findings/{uid}
        viewer GET /api/hosts
        admin GET /hosts/{agent}/revoke
        admin POST /hosts/{agent}/revoke
        viewer GET /attack
        admin GET /enrol
        admin POST /enrol
        admin POST /enrol/{id}/revoke
        viewer GET /settings
        admin GET /settings/storage
        viewer POST /settings/password
        viewer POST /settings/sessions/end
        viewer POST /logout
        admin GET /settings/people
        admin POST /settings/people/invite
        admin POST /settings/people/{name}
        admin GET /settings/tokens
        admin POST /settings/tokens
        admin POST /settings/tokens/{name}/revoke
        admin GET /settings/audit
        admin GET /settings/outputs
        admin POST /settings/outputs/{name}/test
        admin POST /settings/outputs/{name}/retry
        admin POST /settings/outputs/{name}/discard
        """);
  }

  private static void table(String lines) {
    lines
        .lines()
        .forEach(line ->
            TABLE.put(line.substring(line.indexOf(' ') + 1), line.substring(0, line.indexOf(' '))));
  }

  @Test
  void everyRouteIsDecidedAndKeepsToIt(@TempDir Path folder) throws Exception {
    try (var collector = new TestCollector(folder)) {
      assertThat(routes(collector)).containsExactlyInAnyOrderElementsOf(TABLE.keySet());
      for (Map.Entry<String, String> row : TABLE.entrySet()) {
        String needed = row.getValue();
        for (Role role : Role.values()) {
          HttpResponse<String> reply = call(collector, row.getKey(), role);
          boolean allowed =
              needed.equals("anybody")
                  || role.compareTo(Role.valueOf(needed.toUpperCase(java.util.Locale.ROOT))) >= 0;
          assertThat(reply.statusCode() == 403 && reply.body().contains("it takes the role"))
              .as("%s by %s: %s", row.getKey(), role, reply.statusCode())
              .isNotEqualTo(allowed);
        }
        HttpResponse<String> stranger = call(collector, row.getKey(), null);
        boolean refused =
            stranger.statusCode() == 401
                || stranger.headers().firstValue("Location").orElse("").equals("/login");
        boolean credential = row.getKey().equals("POST /v1/enrol");
        assertThat(refused)
            .as("%s by a stranger: %s", row.getKey(), stranger.statusCode())
            .isEqualTo(!needed.equals("anybody") || credential && refused);
      }
    }
  }

  private static HttpResponse<String> call(
      TestCollector collector, String route, @Nullable Role role) throws Exception {
    String path = route.substring(route.indexOf('/')).replaceAll("\\{\\w+}", "nothing");
    try (var browser = new Browser(collector)) {
      if (role != null) {
        browser.with(collector.session(role)).get("/");
      }
      return route.startsWith("GET") ? browser.get(path) : browser.post(path);
    }
  }

  /// What the console serves, put together as the collector does it.
  private static List<String> routes(TestCollector collector) throws Exception {
    var config = TestCollector.config(collector.stateDir());
    var secrets = new Secrets(new SecureRandom());
    var bodies = new Bodies(1 << 16, 1 << 20);
    var store = collector.store();
    var token = ApiToken.open(collector.stateDir(), secrets);
    var gate = new Gate(store, token, secrets, bodies, config.console());
    var enrolment = new Enrolment(store.fleet(), null, bodies, secrets);
    var passwords = new Passwords(new SecureRandom());
    return new ConsoleSite(
            store,
            null,
            null,
            gate,
            enrolment,
            passwords,
            secrets,
            bodies,
            () -> null,
            Instant.MAX,
            config,
            Disk.elsewhere())
        .site()
        .router()
        .routes();
  }
}
