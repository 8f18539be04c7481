package io.graftwatch.collector.console;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Endpoint;
import io.graftwatch.collector.http.RateLimit;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Sessions;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.ApiToken;
import io.graftwatch.collector.trust.Secrets;
import org.tinylog.Logger;

/// Who may look: a session that a one-time link opened, or for programs the bearer token. There is
/// no password, so there is no default one.
public final class Gate {
  /// The prefix makes browsers insist on Secure, on the whole host and on no other host.
  private static final String COOKIE = "__Host-graftwatch";

  private static final String BEARER = "Bearer ";
  private static final int SESSION_BYTES = 32;
  private static final int TRIES = 10;
  private static final long REFILL_MILLIS = 6_000;

  private final Sessions sessions;
  private final ApiToken apiToken;
  private final Secrets secrets;
  private final Bodies bodies;
  private final Config.Console config;
  private final RateLimit tries = new RateLimit(TRIES, REFILL_MILLIS);

  public Gate(
      Sessions sessions, ApiToken apiToken, Secrets secrets, Bodies bodies, Config.Console config) {
    this.sessions = sessions;
    this.apiToken = apiToken;
    this.secrets = secrets;
    this.bodies = bodies;
    this.config = config;
  }

  /// For pages that show nothing yet.
  Endpoint near(Endpoint endpoint) {
    return call -> {
      requireNear(call);
      return endpoint.answer(call);
    };
  }

  /// For a page that needs a session.
  Endpoint signedIn(Endpoint endpoint) {
    return call -> {
      requireNear(call);
      if (!hasSession(call)) {
        throw Refusal.unauthorized();
      }
      return endpoint.answer(call);
    };
  }

  /// For the JSON API, which takes the bearer token too.
  Endpoint program(Endpoint endpoint) {
    return call -> {
      requireNear(call);
      String header = call.header("Authorization");
      if (header == null ? !hasSession(call) : !isToken(call, header)) {
        throw Refusal.unauthorized();
      }
      return endpoint.answer(call);
    };
  }

  private boolean isToken(Call call, String header) throws Refusal {
    String from = call.remote().getHostAddress();
    tries.require(from, call.now());
    if (header.startsWith(BEARER) && apiToken.is(header.substring(BEARER.length()))) {
      return true;
    }
    tries.take(from, call.now());
    return false;
  }

  private boolean hasSession(Call call) throws StoreException {
    String session = call.cookie(COOKIE);
    return session != null
        && sessions.use(Digest.of(session), call.now(), config.sessionIdle().toMillis());
  }

  private void requireNear(Call call) throws Refusal {
    if (!config.remote() && !call.remote().isLoopbackAddress()) {
      throw Refusal.of(
          403,
          "local_only",
          "The console is served on the collector's own machine only. Tunnel to it with ssh -L, "
              + "or set console.remote = true.");
    }
  }

  /// Spends a one-time code on a session.
  Reply signIn(Call call) throws Refusal, StoreException {
    requireOwnForm(call);
    String from = call.remote().getHostAddress();
    tries.take(from, call.now());
    String code = call.form(bodies).getOrDefault("code", "").strip();
    String session = secrets.next(SESSION_BYTES);
    long life = config.sessionLife().toMillis();
    if (!sessions.open(Digest.of(code), Digest.of(session), call.now(), call.now() + life)) {
      Logger.warn("SECURITY: sign-in from {} refused", from);
      throw Refusal.of(
          403, "link_spent", "This link was used before or is too old. Make a new one.");
    }
    Logger.info("signed in from {}", from);
    return Reply.seeOther("/").with("Set-Cookie", cookie(session, life / 1000));
  }

  Reply signOut(Call call) throws Refusal, StoreException {
    requireOwnForm(call);
    String session = call.cookie(COOKIE);
    if (session != null) {
      sessions.end(Digest.of(session));
    }
    return Reply.seeOther("/login").with("Set-Cookie", cookie("", 0));
  }

  private static String cookie(String value, long seconds) {
    return COOKIE
        + "="
        + value
        + "; Path=/; Max-Age="
        + seconds
        + "; Secure; HttpOnly; SameSite=Strict";
  }

  /// A form must come from our own pages: browsers say so, and what does not say so is no browser.
  private static void requireOwnForm(Call call) throws Refusal {
    String site = call.header("Sec-Fetch-Site");
    String origin = call.header("Origin");
    String host = call.header("Host");
    boolean own =
        site != null
            ? site.equals("same-origin") || site.equals("none")
            : origin == null || origin.equals("https://" + host);
    if (!own) {
      throw Refusal.of(403, "cross_site", "This form came from another site.");
    }
  }
}
