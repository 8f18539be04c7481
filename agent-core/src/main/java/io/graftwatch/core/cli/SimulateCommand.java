package io.graftwatch.core.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.core.config.CollectorConfig;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.run.StatusReader;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.journal.Inspection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "graftwatch simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Stages a harmless attack before the running agent and says how long each hop took.",
      "",
      "A copy of the shell under the name of a web server starts a shell that looks around (id,"
          + " uname, whoami, hostname) and ends. Nothing is changed and nothing leaves the host but"
          + " the finding, which names the temporary folder /…/graftwatch-simulate-…, so that"
          + " nobody takes it for a real one."
    })
final class SimulateCommand implements Callable<Integer> {
  private static final String CHAIN =
      "/bin/bash -c 'id; uname -a; whoami; exec 3</dev/null; sleep 3' >/dev/null; sleep 1";

  @Mixin private final ConfigOption option = new ConfigOption();

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "60",
      description = "Seconds to wait for each hop. Default: 60.")
  private int timeout = 60;

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    Config config = option.load();
    if (!StatusReader.running(StatusReader.read(config))) {
      System.err.println("graftwatch: no agent runs here; start it with `graftwatch run`");
      return Exit.FAILED;
    }
    Path shell = Path.of("/bin/bash").toRealPath();
    Path folder = Files.createTempDirectory("graftwatch-simulate-").toRealPath();
    Path server = folder.resolve("httpd");
    Files.copy(shell, server);
    try {
      return watch(config, folder, List.of(server.toString(), "-c", CHAIN));
    } finally {
      Files.delete(server);
      Files.delete(folder);
    }
  }

  private Integer watch(Config config, Path folder, List<String> command)
      throws IOException, InterruptedException {
    long began = System.currentTimeMillis();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    System.out.println("attack           " + folder + ", process " + process.pid());
    var journal = new Inspection(config.agent().stateDir().resolve("journal"));
    Inspection.Stored found = null;
    while (found == null && within(began)) {
      found = find(journal, folder.toString());
      boolean _ = process.waitFor(50, TimeUnit.MILLISECONDS);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    if (found == null) {
      System.err.println(
          "graftwatch: no finding within "
              + timeout
              + " s; `graftwatch doctor` says what the agent cannot see");
      return Exit.FAILED;
    }
    JsonNode finding = Json.mapper().readTree(found.payload());
    System.out.printf(
        "found, on disk   %+7.3f s  %s %s%n",
        (found.time() / 1000 - began) / 1000.0,
        Terminal.safe(finding.path("severity").asText()),
        Terminal.safe(found.uid()));
    System.out.println("                 " + Terminal.safe(finding.path("message").asText()));
    CollectorConfig collector = config.collector();
    return collector == null ? noCollector() : receipt(collector, journal, found, began);
  }

  private Integer noCollector() {
    System.out.println("receipt          none: no [collector] is configured");
    return Exit.OK;
  }

  private Integer receipt(
      CollectorConfig collector, Inspection journal, Inspection.Stored found, long began)
      throws IOException, InterruptedException {
    while (within(began)) {
      Inspection.Stored now = find(journal, found.uid());
      if (now == null || now.fates().containsKey(collector.name())) {
        System.out.printf(
            "receipt          %+7.3f s  from %s%n",
            (System.currentTimeMillis() - began) / 1000.0, collector.url());
        return Exit.OK;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    System.err.println("graftwatch: no receipt from " + collector.url() + " in time");
    return Exit.FAILED;
  }

  private boolean within(long began) {
    return System.currentTimeMillis() - began < timeout * 1000L;
  }

  private static Inspection.@Nullable Stored find(Inspection journal, String text)
      throws IOException {
    var found = new Inspection.Stored[1];
    journal.records(record -> {
      if (found[0] == null && new String(record.payload(), StandardCharsets.UTF_8).contains(text)) {
        found[0] = record;
      }
    });
    return found[0];
  }
}
