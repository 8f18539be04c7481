package io.graftwatch.core.run;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.enrol.TrustFolder;
import io.graftwatch.core.ledger.CoverageBook;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Intake;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.core.source.Supervisor;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.journal.Limits;
import io.graftwatch.delivery.output.CollectorOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// The agent with one configuration: journal, sources, detection and delivery, from start to stop.
final class Session {
  private static final String ESXI = "esxi";
  private static final int INTAKE_BYTES = 4 << 20;
  private static final long FREE_BYTES = 64L << 20;
  private static final Duration STOP_SOURCES = Duration.ofSeconds(3);
  private static final Duration STOP_DETECTION = Duration.ofSeconds(5);
  private static final Duration STOP_DELIVERY = Duration.ofSeconds(1);

  private volatile Config config;
  private final Identity identity;
  private final Catalogue catalogue;
  private final String platform;
  private final Set<String> remote;
  private final Journal journal;
  private final Intake intake = new Intake(INTAKE_BYTES);
  private final Supervisor supervisor;
  private final Pipeline pipeline;
  private final Delivery delivery;
  private final Health health;
  private final Thread detection;

  /// What does not change with the configuration.
  ///
  /// @param platform id of the platform whose analytics apply
  /// @param sources what its modules can read
  /// @param remote kinds of those that are about ESXi hosts beside this one
  /// @param started of the agent, milliseconds since the epoch
  record Surroundings(
      String platform,
      List<SourceType> sources,
      Set<String> remote,
      Catalogue catalogue,
      String version,
      InstantSource clock,
      long started) {}

  /// Opens everything, starts nothing.
  ///
  /// @param eachRound called on the detection thread every 10 s
  /// @param retuned called when the collector's policy has changed
  /// @throws IOException with a sentence when journal or trust folder cannot be used
  Session(Config config, Surroundings around, Runnable eachRound, Runnable retuned)
      throws IOException {
    this.config = config;
    this.catalogue = around.catalogue();
    this.platform = around.platform();
    this.remote = around.remote();
    TrustFolder trust = TrustFolder.open(config.agent().stateDir());
    identity = Identity.of(trust, config.agent().host(), around.version());
    journal =
        Journal.open(
            config.agent().stateDir().resolve("journal"),
            new Limits(
                (long) config.agent().journalMib() << 20,
                Duration.ofDays(config.agent().journalDays()),
                FREE_BYTES),
            Delivery.outputs(config),
            around.clock());
    Map<String, String> checkpoints = journal.checkpoints();
    var host =
        new Host(
            config.agent().host(), around.platform(), config.agent().runtimeDir(), servers(config));
    supervisor =
        new Supervisor(around.sources(), config::source, host, checkpoints, intake, around.clock());
    pipeline =
        new Pipeline(
            intake,
            restored(config, journal.state()),
            journal,
            coverageBook(),
            checkpoints,
            supervisor::states,
            around.clock(),
            eachRound);
    health =
        new Health(
            identity,
            journal,
            around.clock(),
            around.started(),
            () -> this.config.sha256(),
            supervisor::states,
            pipeline::coverage,
            this::notices);
    delivery =
        new Delivery(config, journal, trust, identity, around.clock(), this::heartbeat, retuned);
    detection = Thread.ofPlatform().name("detection").unstarted(pipeline);
  }

  private static List<String> servers(Config config) {
    var servers = new ArrayList<String>();
    servers.addAll(config.analytics().values("AN1508", "ServerBinaryPath", List.of()));
    servers.addAll(config.analytics().values("AN1509", "ParentBinaryPath", List.of()));
    return servers;
  }

  /// Coverage of other hosts is told when some are looked after.
  private CoverageBook coverageBook() {
    boolean others = remote.stream().anyMatch(kind -> !config.source(kind).mode().equals("off"));
    return others ? new CoverageBook(platform, ESXI) : new CoverageBook(platform);
  }

  private EngineDetector detector(Config effective) {
    return new EngineDetector(
        new Engine(engineConfig(effective, catalogue, platform, identity)),
        remote,
        host -> new Engine(remoteConfig(effective, host)));
  }

  static EngineConfig engineConfig(
      Config config, Catalogue catalogue, String platform, Identity identity) {
    return new EngineConfig(
        catalogue,
        platform,
        config.agent().host(),
        identity.version(),
        identity.device(),
        config.site(),
        config.analytics(),
        config.sha256(),
        config.agent().processes(Runtime.getRuntime().maxMemory()),
        identity.addresses());
  }

  /// An ESXi host has no process table.
  private EngineConfig remoteConfig(Config effective, String host) {
    return new EngineConfig(
        catalogue,
        ESXI,
        host,
        identity.version(),
        identity.remote(host),
        effective.site(),
        effective.analytics(),
        effective.sha256(),
        16,
        List.of());
  }

  /// A detector that goes on where another one, or an earlier run, left off.
  private EngineDetector restored(Config effective, byte[] state) {
    EngineDetector fresh = detector(effective);
    if (state.length == 0) {
      return fresh;
    }
    try {
      fresh.restore(state);
      return fresh;
    } catch (StateReader.StateException e) {
      Logger.warn(
          "The state of the last run cannot be used ({}): open cases start anew.", e.getMessage());
      return detector(effective);
    }
  }

  void start() {
    detection.start();
    supervisor.start();
    delivery.start();
  }

  Config config() {
    return config;
  }

  /// Takes over what a newer configuration says about site and analytics, without a gap.
  void retune(Config newer) {
    config = newer;
    pipeline.exchange(before -> restored(newer, before.snapshot()));
  }

  private Heartbeat heartbeat(CollectorOutput.State collector, boolean stopping) {
    return health.heartbeat(stopping, collector.skewMillis(), config.policy().version());
  }

  /// The content of the status file.
  Heartbeat report() {
    CollectorOutput.State collector = delivery.collector();
    return health.report(
        collector == null ? null : collector.skewMillis(), config.policy().version());
  }

  private List<String> notices() {
    var notices = new ArrayList<String>(delivery.notices());
    String unusable = config.policy().problem();
    if (unusable != null) {
      notices.add(unusable);
    }
    return notices;
  }

  List<String> problems() {
    return delivery.problems();
  }

  /// Where findings go, for people; null for nowhere.
  @Nullable String collector() {
    return config.collector() == null ? null : config.collector().url().toString();
  }

  /// Whether the detection thread lives; without it the agent is of no use.
  boolean alive() {
    return detection.isAlive();
  }

  /// Stops in the order of the flow: sources, then detection with a last commit, then delivery.
  /// What has not left stays in the journal.
  void stop() throws InterruptedException, IOException {
    supervisor.stop(STOP_SOURCES);
    intake.close();
    pipeline.stop();
    boolean _ = detection.join(STOP_DETECTION);
    delivery.stop(STOP_DELIVERY);
    journal.close();
  }
}
