package io.graftwatch.core.cli;

import io.graftwatch.core.config.Config;
import io.graftwatch.core.config.StateFolder;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.host.Machine;
import io.graftwatch.core.source.Batch;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Intake;
import io.graftwatch.core.source.Platform;
import io.graftwatch.core.source.Supervisor;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.config.Durations;
import io.graftwatch.delivery.config.Setting;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "graftwatch record",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a replayable bundle of what this host's sources print, for support and for new test"
          + " cases: one file a source, the processes that run first of all, and a graftwatch.toml"
          + " with what a replay must know of the host: name, zone, [site] and [analytics].",
      "",
      "The bundle holds command lines, file names and addresses of this host: look at it before you"
          + " give it away. It is replayed with `graftwatch replay --config DIR/graftwatch.toml"
          + " KIND=DIR/KIND.log…`; the command is printed at the end."
    })
final class RecordCommand implements Callable<Integer> {
  private static final int INTAKE = 4 << 20;

  @Parameters(paramLabel = "DIR", description = "A folder that does not exist yet.")
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Option(
      names = "--for",
      paramLabel = "D",
      defaultValue = "60s",
      description = "How long to record: a whole number and s, m, h or d. Default: 60s.")
  private String length = "60s";

  @Mixin private final ConfigOption option = new ConfigOption();

  private final Map<String, BufferedWriter> files = new HashMap<>();
  private final Map<String, String> lastRecord = new HashMap<>();

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    Config config = option.load();
    Duration time;
    try {
      time = Durations.parse(length);
    } catch (IllegalArgumentException e) {
      System.err.println(
          "graftwatch record: --for " + Terminal.safe(String.valueOf(e.getMessage())));
      return Exit.USAGE;
    }
    if (Files.exists(folder)) {
      System.err.println("graftwatch record: " + folder + " exists already");
      return Exit.USAGE;
    }
    StateFolder.prepare(folder.toAbsolutePath());
    Files.writeString(folder.resolve("graftwatch.toml"), settings(config));
    var intake = new Intake(INTAKE);
    Supervisor sources = sources(config, intake);
    sources.start();
    System.err.println("recording for " + length + " into " + folder + "; Ctrl-C ends it earlier");
    long end = System.currentTimeMillis() + time.toMillis();
    for (long left = time.toMillis(); left > 0; left = end - System.currentTimeMillis()) {
      Batch batch = intake.take(Duration.ofMillis(left));
      if (batch != null) {
        for (Fact fact : batch.facts()) {
          write(fact);
        }
        for (BufferedWriter file : files.values()) {
          file.flush();
        }
      }
    }
    intake.close();
    sources.stop(Duration.ofSeconds(5));
    var command = new StringBuilder("graftwatch replay --config " + folder + "/graftwatch.toml");
    for (Map.Entry<String, BufferedWriter> file : files.entrySet()) {
      file.getValue().close();
      String kind = file.getKey();
      command.append(' ').append(kind).append('=').append(folder).append('/');
      command.append(kind).append(".log");
    }
    System.out.println(command);
    return Exit.OK;
  }

  /// What a replay must know of this host to come to the same findings.
  private static String settings(Config config) {
    var text = new StringBuilder();
    text.append("agent.host = \"%s\"%n".formatted(config.agent().host()));
    text.append("agent.zone = \"%s\"%n".formatted(config.agent().zone()));
    for (Setting setting : config.settings()) {
      boolean told = setting.path().startsWith("site.") || setting.path().startsWith("analytics.");
      if (told && !setting.value().isEmpty()) {
        text.append(setting.path()).append(" = ").append(setting.value()).append('\n');
      }
    }
    return text.toString();
  }

  private static Supervisor sources(Config config, Intake intake) {
    String here = Machine.platform();
    var types =
        ServiceLoader.load(Platform.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(platform -> platform.id().equals(here))
            .flatMap(platform -> platform.sources().stream())
            .toList();
    var host =
        new Host(
            config.agent().host(),
            here,
            config.agent().runtimeDir(),
            config.analytics().values("AN1508", "ServerBinaryPath", List.of()));
    return new Supervisor(types, config::source, host, Map.of(), intake, InstantSource.system());
  }

  /// Writes the native record of a fact once, however many facts it gave.
  private void write(Fact fact) throws IOException {
    var from = fact.provenance();
    String raw = from.raw().text();
    if (raw.isEmpty() || from.record().equals(lastRecord.put(from.source(), from.record()))) {
      return;
    }
    BufferedWriter file = files.get(from.source());
    if (file == null) {
      file = Files.newBufferedWriter(folder.resolve(from.source() + ".log"));
      files.put(from.source(), file);
    }
    file.write(raw.endsWith("\n") ? raw : raw + "\n");
  }
}
