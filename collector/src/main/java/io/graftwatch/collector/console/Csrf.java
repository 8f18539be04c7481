package io.graftwatch.collector.console;

import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.store.Digest;
import java.util.Base64;
import java.util.Set;

/// Makes sure that what changes something comes from our own pages: the browser says so, and it
/// brings back the token of its session.
final class Csrf {
  private static final Set<String> SAFE = Set.of("GET", "HEAD");

  private Csrf() {}

  /// The token of a session. Whoever knows it does not know the session, nor its stored digest.
  static String token(String session) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Digest.of("csrf " + session).bytes());
  }

  static boolean safe(Call call) {
    return SAFE.contains(call.method());
  }

  /// @param session that the request came with
  /// @throws Refusal 403
  static void require(Call call, String session, Bodies bodies) throws Refusal {
    requireOwnSite(call);
    String header = call.header("X-CSRF-Token");
    String given = header != null ? header : call.form(bodies).text("csrf");
    if (!Digest.of(given).equals(Digest.of(token(session)))) {
      throw Refusal.of(
          403, "stale_form", "This form is of an earlier session. Reload the page and try again.");
    }
  }

  static void requireOwnSite(Call call) throws Refusal {
    String site = call.header("Sec-Fetch-Site");
    String origin = call.header("Origin");
    boolean own =
        site != null
            ? site.equals("same-origin")
            : origin != null && origin.equals("https://" + call.header("Host"));
    if (!own) {
      throw Refusal.of(403, "cross_site", "This form came from another site.");
    }
  }
}
