package io.graftwatch.core.cli;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.detect.Engine;
import io.graftwatch.core.detect.EngineConfig;
import io.graftwatch.core.replay.Replay;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.Nearest;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Device;
import io.graftwatch.delivery.finding.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "graftwatch replay",
    mixinStandardHelpOptions = true,
    description = {
      "Puts recorded logs through the same detection as live ones and prints findings, one OCSF"
          + " object a line.",
      "",
      "Inputs are merged by event time. Example:",
      "  graftwatch replay --final auditd=/var/log/audit/audit.log apache-error=error.log"
    })
final class ReplayCommand implements Callable<Integer> {
  @Mixin private final ConfigOption option = new ConfigOption();

  @Option(
      names = "--final",
      description =
          "One line per case in its last state, observations included, instead of every change.")
  private boolean finalOnly;

  @Option(
      names = "--stats",
      paramLabel = "F",
      description = "Writes what was read, parsed, lost, and how fast, as one JSON object.")
  private @Nullable Path stats;

  @Option(names = "--explain", description = "Prints the chain of reasoning on stderr.")
  private boolean explain;

  @Option(
      names = "--zone",
      paramLabel = "ID",
      description = "Zone of stamps that have none. Default: [agent] zone, or this machine's.")
  private @Nullable String zone;

  @Parameters(
      paramLabel = "KIND=PATH",
      description = "A kind of log and a recording of it; - is standard input.")
  private List<String> inputs = List.of();

  /// Hosts that one replay keeps apart: each costs most of a megabyte.
  private static final int MAX_HOSTS = 256;

  /// Kinds of our own that any platform has.
  private static final List<String> TABLES = List.of("proc", "conn");

  private final Clock clock = Clock.systemUTC();
  private final Catalogue catalogue = Catalogue.load();

  /// Platform → host → engine, and all of them in the order of their first record.
  private final Map<String, Map<String, Engine>> engines = new LinkedHashMap<>();

  private final List<Engine> all = new ArrayList<>();
  private long sequence;

  @Override
  public Integer call() throws ConfigException, IOException {
    Config config = option.load();
    Map<String, Platform> platforms = new LinkedHashMap<>();
    Map<String, SourceType> types = new TreeMap<>();
    for (Platform platform : ServiceLoader.load(Platform.class)) {
      for (SourceType type : platform.sources()) {
        platforms.put(type.kind(), platform);
        types.put(type.kind(), type);
      }
    }
    var parsed = new ArrayList<Replay.Input>();
    for (String input : inputs) {
      int equals = input.indexOf('=');
      String kind = equals < 0 ? input : input.substring(0, equals);
      SourceType type = types.get(kind);
      if (equals < 0 || type == null) {
        return wrongInput(input, kind, types);
      }
      String path = input.substring(equals + 1);
      parsed.add(
          new Replay.Input(type, path.equals("-") ? null : Path.of(path), config.source(kind)));
    }
    ZoneId zoneId;
    try {
      zoneId = zone == null ? config.agent().zone() : ZoneId.of(zone);
    } catch (DateTimeException e) {
      System.err.println(
          "graftwatch replay: '" + Terminal.safe(String.valueOf(zone)) + "' is no time zone");
      return Exit.USAGE;
    }
    long began = System.nanoTime();
    OutputStream out = new BufferedOutputStream(System.out, 1 << 16);
    List<Replay.Outcome> outcomes =
        new Replay(parsed, zoneId, clock.instant())
            .run(
                (input, host) -> engine(config, platform(input, parsed, platforms), host),
                all,
                () -> tell(out));
    tellFinal(out);
    out.flush();
    if (stats != null) {
      Files.write(stats, Json.bytes(report(outcomes, System.nanoTime() - began)));
    }
    return Exit.OK;
  }

  private static int wrongInput(String input, String kind, Map<String, SourceType> types) {
    String near = Nearest.of(kind, types.keySet());
    System.err.println(
        "graftwatch replay: '"
            + Terminal.safe(input)
            + "' is not KIND=PATH with a KIND of: "
            + String.join(", ", types.keySet())
            + (near == null ? "" : ". Did you mean '" + near + "'?"));
    return Exit.USAGE;
  }

  /// The platform that an input is of. A table of processes or connections is of the platform whose
  /// logs stand beside it.
  private static @Nullable Platform platform(
      Replay.Input input, List<Replay.Input> inputs, Map<String, Platform> platforms) {
    if (TABLES.contains(input.type().kind())) {
      for (Replay.Input other : inputs) {
        if (!TABLES.contains(other.type().kind())) {
          return platforms.get(other.type().kind());
        }
      }
    }
    return platforms.get(input.type().kind());
  }

  /// The engine of a platform's host; records that name none belong to the configured one.
  private Engine engine(Config config, @Nullable Platform platform, @Nullable String named)
      throws IOException {
    String id = platform == null ? "linux" : platform.id();
    String host = named == null ? config.agent().host() : named;
    Map<String, Engine> hosts = engines.computeIfAbsent(id, _ -> new LinkedHashMap<>());
    Engine known = hosts.get(host);
    if (known != null) {
      return known;
    }
    if (all.size() == MAX_HOSTS) {
      throw new IOException(
          "the recordings are of more than " + MAX_HOSTS + " hosts; replay them a part at a time");
    }
    Engine engine = new Engine(settings(config, id, host));
    hosts.put(host, engine);
    all.add(engine);
    return engine;
  }

  private EngineConfig settings(Config config, String platform, String host) {
    return new EngineConfig(
        catalogue,
        platform,
        host,
        Version.TEXT,
        device(host, platform),
        config.site(),
        config.analytics(),
        config.sha256(),
        config.agent().maxProcessesSet() ? config.agent().maxProcesses() : 262_144,
        List.of());
  }

  private static Device device(String host, String platform) {
    return new Device(
        null,
        host,
        null,
        null,
        switch (platform) {
          case "windows" -> new Device.Os("Windows", 100, "Windows", null, null);
          case "macos" -> new Device.Os("macOS", 300, "macOS", null, null);
          case "esxi" -> new Device.Os("ESXi", 99, "ESXi", null, null);
          default -> Device.Os.linux("Linux", null, null);
        },
        List.of(Device.Agent.graftwatch(null, Version.TEXT)));
  }

  private void tell(OutputStream out) {
    for (Engine engine : all) {
      for (DetectionFinding finding : engine.drain()) {
        if (!finalOnly) {
          write(out, finding);
        }
      }
    }
  }

  private void tellFinal(OutputStream out) {
    if (finalOnly) {
      var states = new ArrayList<DetectionFinding>();
      all.forEach(engine -> states.addAll(engine.finalStates()));
      states.sort(Comparator.comparing(finding -> finding.findingInfo().uid()));
      states.forEach(finding -> write(out, finding));
    }
  }

  private void write(OutputStream out, DetectionFinding finding) {
    try {
      out.write(Json.bytes(finding.withSequence(++sequence)));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("standard output: " + e.getMessage(), e);
    }
    if (explain) {
      System.err.println(Terminal.safeLines(explanation(finding)));
    }
  }

  private static String explanation(DetectionFinding finding) {
    return finding.severity()
        + (finding.activityId() == Activity.CLOSE ? " (closed) " : " ")
        + finding.findingInfo().uid()
        + "\n"
        + finding.message()
        + "\n"
        + finding.findingInfo().desc();
  }

  private static Map<String, Object> source(Replay.Outcome outcome) {
    SourceCounters.Snapshot counters = outcome.counters();
    var source = new LinkedHashMap<String, Object>();
    source.put("kind", outcome.kind());
    source.put("name", outcome.name());
    source.put("read", counters.read());
    source.put("parsed", counters.parsed());
    source.put("malformed", counters.malformed());
    source.put("filtered", counters.filtered());
    source.put("lost", counters.lost());
    source.put("health", counters.notes());
    return source;
  }

  private Map<String, Object> report(List<Replay.Outcome> outcomes, long nanos) {
    long read = outcomes.stream().mapToLong(o -> o.counters().read()).sum();
    double seconds = nanos / 1e9;
    long peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        peak += pool.getPeakUsage().getUsed();
      }
    }
    var report = new LinkedHashMap<String, Object>();
    report.put("sources", outcomes.stream().map(ReplayCommand::source).toList());
    report.put("facts", all.stream().mapToLong(e -> e.stats().facts()).sum());
    report.put("records_per_second", Math.round(read / Math.max(seconds, 1e-9)));
    report.put("elapsed_seconds", Math.round(seconds * 1000) / 1000.0);
    report.put("peak_heap_bytes", peak);
    return report;
  }
}
