package io.graftwatch.core.run;

import io.graftwatch.core.config.CollectorConfig;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.enrol.PolicyUpdate;
import io.graftwatch.core.enrol.Renewal;
import io.graftwatch.core.enrol.TrustFolder;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.output.CollectorClient;
import io.graftwatch.delivery.output.CollectorOutput;
import io.graftwatch.delivery.output.CollectorSettings;
import io.graftwatch.delivery.output.Output;
import io.graftwatch.delivery.output.OutputSettings;
import io.graftwatch.delivery.output.ProxySetting;
import io.graftwatch.delivery.output.Shipper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// Everything that leaves this host: one shipper a place, and the heartbeat to the collector.
final class Delivery {
  private static final int RECORDS_PER_SECOND = 200;
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final List<Shipper> shippers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final @Nullable CollectorOutput collector;
  private final @Nullable Renewal renewal;
  private final @Nullable PolicyUpdate policy;
  private final @Nullable Beat beat;

  /// The names by which the journal marks records.
  static List<String> outputs(Config config) {
    var names = new ArrayList<String>();
    if (config.collector() != null) {
      names.add(config.collector().name());
    }
    config.outputs().forEach(output -> names.add(output.name()));
    return names;
  }

  /// @param heartbeats makes the next one from skew and stop flag
  /// @param retuned called when the collector's policy has changed
  Delivery(
      Config config,
      Journal journal,
      TrustFolder trust,
      Identity identity,
      InstantSource clock,
      BiFunction<CollectorOutput.State, Boolean, Heartbeat> heartbeats,
      Runnable retuned) {
    RandomGenerator random = RandomGenerator.getDefault();
    CollectorConfig settings = config.collector();
    if (settings == null) {
      collector = null;
      renewal = null;
      policy = null;
      beat = null;
    } else {
      var client = new CollectorClient(settings(settings, trust, identity));
      var output = new CollectorOutput(client, clock, random);
      collector = output;
      Shipper shipper = shipper(settings.name(), journal, output, random);
      Function<Boolean, Heartbeat> next = stopping -> heartbeats.apply(output.state(), stopping);
      var renews = new Renewal(trust, client, clock);
      renewal = renews;
      var update = new PolicyUpdate(config.agent().stateDir(), trust, client, retuned);
      policy = update;
      beat = new Beat(output, next, shipper::retryNow, renews, update, random);
      threads.add(thread("heartbeat", beat));
    }
    for (OutputSettings place : config.outputs()) {
      var _ = shipper(place.name(), journal, place.open(System.getenv(), clock), random);
    }
  }

  private Shipper shipper(String name, Journal journal, Output output, RandomGenerator random) {
    var shipper =
        new Shipper(
            journal.queue(name),
            output,
            RECORDS_PER_SECOND,
            System::nanoTime,
            random,
            Logger::warn);
    shippers.add(shipper);
    threads.add(thread("ship-" + shippers.size(), shipper));
    return shipper;
  }

  private static CollectorSettings settings(
      CollectorConfig collector, TrustFolder trust, Identity identity) {
    String proxy = collector.proxy() == null ? null : collector.proxy().toString();
    Duration connect = collector.timeout().compareTo(CONNECT) < 0 ? collector.timeout() : CONNECT;
    return new CollectorSettings(
        collector.url().toString(),
        collector.caFile(),
        trust.certificateFile(),
        trust.keyFile(),
        ProxySetting.choose(proxy, System.getenv(), collector.url().getHost()),
        connect,
        collector.timeout(),
        identity.agentName(),
        identity.machine().bootId());
  }

  private static Thread thread(String name, Runnable task) {
    return Thread.ofPlatform().name(name).daemon(true).unstarted(task);
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /// What stands between us and the places; empty when nothing does.
  List<String> problems() {
    var problems = new ArrayList<String>();
    for (Shipper shipper : shippers) {
      String problem = shipper.problem();
      if (problem != null) {
        problems.add(problem);
      }
    }
    if (problems.isEmpty() && collector != null && collector.state().problem() != null) {
      problems.add(collector.state().problem());
    }
    return problems;
  }

  /// What an operator should know although findings still leave.
  List<String> notices() {
    var notices = new ArrayList<String>();
    String certificate = renewal == null ? null : renewal.problem();
    if (certificate != null) {
      notices.add(certificate);
    }
    String tuning = policy == null ? null : policy.problem();
    if (tuning != null) {
      notices.add(tuning);
    }
    return notices;
  }

  /// How it stands with the collector; null when there is none.
  CollectorOutput.@Nullable State collector() {
    return collector == null ? null : collector.state();
  }

  /// Stops; the exchange in progress may end. What is left stays in the journal.
  void stop(Duration atMost) throws InterruptedException {
    if (beat != null) {
      beat.stop();
    }
    shippers.forEach(Shipper::stop);
    for (Thread thread : threads) {
      boolean _ = thread.join(atMost);
      thread.interrupt();
    }
  }
}
