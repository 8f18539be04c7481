package io.graftwatch.collector.console;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.Call;
import io.graftwatch.collector.http.Endpoint;
import io.graftwatch.collector.http.RateLimit;
import io.graftwatch.collector.http.Refusal;
import io.graftwatch.collector.http.Reply;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Person.Role;
import io.graftwatch.collector.store.Programs;
import io.graftwatch.collector.store.Sessions;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.ApiToken;
import io.graftwatch.collector.trust.Secrets;
import java.util.Locale;
import org.tinylog.Logger;

/// Who may do what: a person by a session, a program by its bearer token.
public final class Gate {
  /// The prefix makes browsers insist on Secure, on the whole host and on no other host.
  private static final String COOKIE = "__Host-graftwatch";

  private static final String BEARER = "Bearer ";

  /// Whoever holds the token of the state folder: reads and judges, but lets nobody in.
  private static final Person LOCAL_PROGRAM = new Person("token api.token", Role.ANALYST);

  private static final int SESSION_BYTES = 32;
  private static final int TRIES = 10;
  private static final long REFILL_MILLIS = 6_000;

  private final Sessions sessions;
  private final Programs programs;
  private final ApiToken apiToken;
  private final Secrets secrets;
  private final Bodies bodies;
  private final Config.Console config;
  private final RateLimit tries = new RateLimit(TRIES, REFILL_MILLIS);

  public Gate(
      Store store, ApiToken apiToken, Secrets secrets, Bodies bodies, Config.Console config) {
    this.sessions = store.sessions();
    this.programs = store.programs();
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

  /// What somebody asked for.
  @FunctionalInterface
  interface Asked {
    Reply answer(Call call, Person who) throws Refusal, StoreException;
  }

  /// For a page that needs a session of somebody with the role. What changes something must come
  /// from one of our pages.
  Endpoint signedIn(Role role, Asked asked) {
    return call -> {
      requireNear(call);
      return asked.answer(call, allowed(visitor(call), role));
    };
  }

  /// For the JSON API, which takes a program's bearer token too.
  Endpoint program(Role role, Asked asked) {
    return call -> {
      requireNear(call);
      String header = call.header("Authorization");
      Person who = header == null ? visitor(call) : program(call, header);
      return asked.answer(call, allowed(who, role));
    };
  }

  private static Person allowed(Person who, Role needed) throws Refusal {
    if (!who.may(needed)) {
      throw Refusal.of(
          403,
          "not_allowed",
          "%s may not do this: it takes the role %s, and yours is %s."
              .formatted(who.name(), word(needed), word(who.role())));
    }
    return who;
  }

  private static String word(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private Person program(Call call, String header) throws Refusal, StoreException {
    String from = call.remote().getHostAddress();
    tries.require(from, call.now());
    String token = header.startsWith(BEARER) ? header.substring(BEARER.length()) : "";
    if (apiToken.is(token)) {
      return LOCAL_PROGRAM;
    }
    Person program = programs.find(Digest.of(token), call.now());
    if (program != null) {
      return program;
    }
    tries.take(from, call.now());
    throw Refusal.unauthorized();
  }

  private Person visitor(Call call) throws Refusal, StoreException {
    String session = call.cookie(COOKIE);
    Person who =
        session == null
            ? null
            : sessions.use(Digest.of(session), call.now(), config.sessionIdle().toMillis());
    if (session == null || who == null) {
      throw Refusal.unauthorized();
    }
    if (!Csrf.safe(call)) {
      Csrf.require(call, session, bodies);
    }
    return who;
  }

  /// What forms of a page must bring back; empty without a session.
  static String csrf(Call call) {
    String session = call.cookie(COOKIE);
    return session == null || session.isEmpty() ? "" : Csrf.token(session);
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

  /// Begins a session of a person, who then sees the inbox.
  Reply open(Call call, String person) throws StoreException {
    String session = secrets.next(SESSION_BYTES);
    String from = call.remote().getHostAddress();
    long life = config.sessionLife().toMillis();
    sessions.start(person, Digest.of(session), from, call.now(), call.now() + life);
    Logger.info("{} signed in from {}", person, from);
    return Reply.seeOther("/").with("Set-Cookie", cookie(session, life / 1000));
  }

  Reply signOut(Call call, Person who) throws StoreException {
    sessions.end(session(call));
    return Reply.seeOther("/login").with("Set-Cookie", cookie("", 0));
  }

  /// The session that a request came with.
  static Digest session(Call call) {
    String session = call.cookie(COOKIE);
    return Digest.of(session == null ? "" : session);
  }

  private static String cookie(String value, long seconds) {
    return "%s=%s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Strict"
        .formatted(COOKIE, value, seconds);
  }
}
