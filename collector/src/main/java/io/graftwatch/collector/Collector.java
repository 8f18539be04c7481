package io.graftwatch.collector;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.console.ConsoleSite;
import io.graftwatch.collector.console.Gate;
import io.graftwatch.collector.forward.Forwarding;
import io.graftwatch.collector.http.Bodies;
import io.graftwatch.collector.http.HttpsServer;
import io.graftwatch.collector.http.Listener;
import io.graftwatch.collector.ingest.AgentSite;
import io.graftwatch.collector.ingest.Callers;
import io.graftwatch.collector.ingest.Enrolment;
import io.graftwatch.collector.ingest.Issuer;
import io.graftwatch.collector.ingest.Reading;
import io.graftwatch.collector.keep.Disk;
import io.graftwatch.collector.keep.Keeper;
import io.graftwatch.collector.store.Store;
import io.graftwatch.collector.store.StoreException;
import io.graftwatch.collector.trust.ApiToken;
import io.graftwatch.collector.trust.Authority;
import io.graftwatch.collector.trust.Passwords;
import io.graftwatch.collector.trust.PrivateFiles;
import io.graftwatch.collector.trust.Secrets;
import io.graftwatch.collector.watch.Watch;
import io.graftwatch.delivery.enrol.EnrolToken;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.tinylog.Logger;

/// A running collector: its rooms, put together.
public final class Collector implements AutoCloseable {
  private static final long AGENT_IDLE_MILLIS = 180_000;
  private static final long BROWSER_IDLE_MILLIS = 60_000;
  private static final int BROWSER_CONNECTIONS = 1_000;
  private static final int ENROL_BYTES = 64 * 1024;
  private static final long CERTIFICATE_CHECK_HOURS = 12;
  private static final long MIB = 1 << 20;
  private static final int PROCESS_BYTES = 16;

  private final Config config;
  private final InstantSource clock;
  private final SecureRandom random;
  private final StateLock lock;
  private final Store store;
  private final Authority authority;
  private final Watch watch;
  private final Forwarding forwarding;
  private final Disk disk;
  private final Keeper keeper;
  private final HttpsServer server;
  private final ScheduledExecutorService upkeep;
  private final Ports ports;

  /// Opens everything and serves.
  ///
  /// @throws IOException with a sentence: state folder, keys, store or a port cannot be used
  public static Collector start(Config config, InstantSource clock, SecureRandom random)
      throws IOException {
    PrivateFiles.folder(config.stateDir());
    StateLock lock = StateLock.take(config.stateDir());
    Store store = null;
    try {
      store = ConfigOption.open(config);
      return new Collector(config, clock, random, lock, store);
    } catch (IOException | StoreException | GeneralSecurityException | RuntimeException e) {
      if (store != null) {
        store.close();
      }
      lock.close();
      throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
    }
  }

  private Collector(
      Config config, InstantSource clock, SecureRandom random, StateLock lock, Store store)
      throws IOException, GeneralSecurityException {
    this.config = config;
    this.clock = clock;
    this.random = random;
    this.lock = lock;
    this.store = store;
    this.authority = Authority.open(config.stateDir().resolve("trust"), random, clock.instant());
    var agentUrl = new AtomicReference<>("");
    var issuer =
        new Issuer(authority, store.fleet(), config.agents().certificateLife(), agentUrl::get);
    String process = new Secrets(random).next(PROCESS_BYTES);
    this.forwarding =
        new Forwarding(
            store,
            config.outputs(),
            config.name(),
            Main.version(),
            process,
            System.getenv(),
            clock,
            System::nanoTime,
            random);
    this.watch =
        new Watch(
            store, config.watch(), config.name(), Main.version(), process, clock, System::nanoTime);
    this.disk =
        config.postgres() == null
            ? Disk.of(config.stateDir(), config.keep().freeMib() * MIB)
            : Disk.elsewhere();
    this.keeper = new Keeper(store, config.keep(), Reading::stored, disk, process, clock);
    this.server =
        new HttpsServer(
            List.of(agents(issuer), console(issuer)),
            authority.server(names(), random, clock.instant()),
            authority.clients(),
            clock);
    server.start();
    this.ports =
        Ports.of(
            config, server.port("agents"), server.port("console"), ProcessHandle.current().pid());
    agentUrl.set(ports.agentUrl());
    ports.write(config.stateDir());
    warnOfTheEnd();
    forwarding.start();
    keeper.start();
    this.upkeep =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("upkeep").factory());
    var _ =
        upkeep.scheduleWithFixedDelay(
            this::renewCertificate,
            CERTIFICATE_CHECK_HOURS,
            CERTIFICATE_CHECK_HOURS,
            TimeUnit.HOURS);
    long every = config.watch().every().toMillis();
    var _ = upkeep.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  /// Where it listens.
  public Ports ports() {
    return ports;
  }

  private Listener agents(Issuer issuer) {
    var limits = config.limits();
    var bodies = new Bodies(limits.batchBytes(), limits.inFlightMib() * MIB);
    var callers = new Callers(store.fleet());
    var site =
        new AgentSite(store, watch::heard, callers, issuer, bodies, limits.batchRecords(), disk);
    return new Listener(
        "agents",
        config.agents().listen(),
        config.agents().port(),
        true,
        AGENT_IDLE_MILLIS,
        config.agents().connections(),
        site.site());
  }

  private Listener console(Issuer issuer) throws IOException {
    var secrets = new Secrets(random);
    var bodies = new Bodies(ENROL_BYTES, 4 * MIB);
    var enrolment = new Enrolment(store.fleet(), issuer, bodies, secrets);
    var token = ApiToken.open(config.stateDir(), secrets);
    var gate = new Gate(store, token, secrets, bodies, config.console());
    var site =
        new ConsoleSite(
            store,
            watch,
            forwarding,
            gate,
            enrolment,
            new Passwords(random),
            secrets,
            bodies,
            () -> enrolToken(secrets),
            authority.expires(),
            config,
            disk);
    return new Listener(
        "console",
        config.console().listen(),
        config.console().port(),
        false,
        BROWSER_IDLE_MILLIS,
        BROWSER_CONNECTIONS,
        site.site());
  }

  private EnrolToken enrolToken(Secrets secrets) {
    return new EnrolToken(
        ports.enrolAddress(config),
        authority.pin(),
        secrets.hex(TokenCreateCommand.ID_BYTES),
        secrets.next(TokenCreateCommand.SECRET_BYTES));
  }

  /// Everything a client may call this collector.
  private List<String> names() {
    var names = new LinkedHashSet<String>();
    names.add(config.name());
    names.addAll(config.otherNames());
    names.addAll(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
    return List.copyOf(names);
  }

  /// What it throws would end the schedule.
  private void look() {
    try {
      watch.look();
      forwarding.note();
    } catch (RuntimeException e) {
      Logger.error(e, "the fleet could not be looked after");
    }
  }

  private void warnOfTheEnd() {
    Instant end = authority.expires();
    if (end.minus(Authority.WARNING).isBefore(clock.instant())) {
      Logger.warn(
          "the certificate authority ends on {}: exchange it with `graftwatch-collector ca rotate`",
          end);
    }
  }

  private void renewCertificate() {
    warnOfTheEnd();
    try {
      server.reload(authority.server(names(), random, clock.instant()));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      Logger.error("the server certificate could not be renewed: {}", e.getMessage());
    }
  }

  /// Stops listening, lets what is under way be stored, and closes the store.
  @Override
  public void close() {
    upkeep.shutdownNow();
    server.close();
    forwarding.close();
    keeper.close();
    watch.close();
    store.close();
    lock.close();
  }
}
