package io.graftwatch.collector.support;

import io.graftwatch.collector.Collector;
import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Act;
import io.graftwatch.collector.store.Digest;
import io.graftwatch.collector.store.Fleet;
import io.graftwatch.collector.store.People.Invitation;
import io.graftwatch.collector.store.Person;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.sql.SqlStore;
import io.graftwatch.delivery.enrol.CaPin;
import io.graftwatch.delivery.enrol.EnrolToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// A collector on free ports of the loopback interface, with a clock of its own.
public final class TestCollector implements AutoCloseable {
  /// As it is by default, but nobody looks unless a test does.
  public static final Config.Watch WATCH =
      new Config.Watch(
          Duration.ofHours(1),
          Duration.ofSeconds(210),
          Duration.ofMinutes(5),
          Duration.ofMinutes(3),
          Duration.ofMinutes(10),
          Duration.ofMinutes(2),
          10,
          List.of());

  private static final Config.Keep KEEP =
      new Config.Keep(Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(1095), 0);

  /// One folder may see several collectors.
  private static final AtomicInteger TOKENS = new AtomicInteger();

  private final Path stateDir;
  private final FakeClock clock = new FakeClock();
  private final Collector collector;
  private final Store store;
  private int sessions;
  private int links;

  public TestCollector(Path folder) throws Exception {
    this(folder, KEEP);
  }

  public TestCollector(Path folder, Config.Keep keep) throws Exception {
    stateDir = folder.resolve("state");
    collector = Collector.start(config(stateDir, keep), clock, new SecureRandom());
    // As a command of another process would open it.
    store = SqlStore.open(stateDir);
  }

  public static Config config(Path stateDir) {
    return config(stateDir, KEEP);
  }

  private static Config config(Path stateDir, Config.Keep keep) {
    return new Config(
        stateDir,
        "localhost",
        List.of(),
        new Config.Agents("127.0.0.1", 0, 1000, Duration.ofDays(30)),
        new Config.Console("127.0.0.1", 0, false, Duration.ofHours(12), Duration.ofMinutes(30)),
        new Config.Limits(1 << 20, 500, 32),
        WATCH,
        List.of(),
        keep,
        null,
        List.of());
  }

  public FakeClock clock() {
    return clock;
  }

  public Store store() {
    return store;
  }

  public Path stateDir() {
    return stateDir;
  }

  public String consoleUrl() {
    return collector.ports().consoleUrl();
  }

  public String agentUrl() {
    return collector.ports().agentUrl();
  }

  public X509Certificate authority() throws Exception {
    return Tls.certificate(Files.readString(stateDir.resolve("trust/ca.pem")));
  }

  public String apiToken() throws Exception {
    return Files.readString(stateDir.resolve("api.token")).strip();
  }

  /// A session of a person of that role, called as the role is, as the value of the cookie
  /// `__Host-graftwatch`. The person's password is nobody's.
  public String session(Person.Role role) throws Exception {
    String name = role.name().toLowerCase(Locale.ROOT);
    String session = "session-" + ++sessions;
    if (store.people().find(name) == null) {
      store.people().welcome(Digest.of(link(role)), name, "no hash", clock.millis());
    }
    long expires = clock.millis() + Duration.ofHours(12).toMillis();
    store.sessions().start(name, Digest.of(session), "test", clock.millis(), expires);
    return session;
  }

  /// The code of a one-time link as the machine's administrator makes it.
  public String link(Person.Role role) throws Exception {
    String code = "code-" + ++links;
    store
        .people()
        .invite(
            Digest.of(code),
            new Invitation("", role, "", clock.millis() + 60_000),
            new Act(clock.millis(), "test", "make admin link", "people", ""));
    return code;
  }

  public EnrolToken token(int uses, Duration life) throws Exception {
    int number = TOKENS.incrementAndGet();
    var token =
        new EnrolToken(
            "localhost:" + collector.ports().console(),
            CaPin.of(authority().getPublicKey()),
            "t" + number,
            "secret-of-" + number);
    store
        .fleet()
        .add(
            new Fleet.Token(
                token.tokenId(),
                Digest.of(token.secret()),
                uses,
                clock.millis() + life.toMillis(),
                "web"),
            new Act(clock.millis(), "test", "make enrolment token", token.tokenId(), ""));
    return token;
  }

  public TestAgent agent(String host) throws Exception {
    return TestAgent.enrol(token(1, Duration.ofHours(1)).text(), host);
  }

  @Override
  public void close() {
    store.close();
    collector.close();
  }
}
