package io.graftwatch.core.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.core.run.StatusReader;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "graftwatch status",
    mixinStandardHelpOptions = true,
    description = {
      "Says what the running agent sees, has found and costs.",
      "",
      "It reads the file that the agent rewrites every 10 s. Exits 1 when no agent runs."
    })
final class StatusCommand implements Callable<Integer> {
  @Mixin private final ConfigOption option = new ConfigOption();

  @Option(names = "--json", description = "Prints the file as it is.")
  private boolean json;

  @Override
  public Integer call() throws ConfigException, IOException {
    JsonNode status = StatusReader.read(option.load());
    if (json) {
      System.out.println(status);
    } else {
      show(status);
    }
    return StatusReader.running(status) ? Exit.OK : Exit.FAILED;
  }

  private static void show(JsonNode s) {
    line(
        "agent %s of %s: %s, process %s, up %s",
        s.path("versions").path("agent"),
        s.path("hostname"),
        StatusReader.running(s) ? "running" : "not running (this is what it said last)",
        s.path("pid"),
        minutes(s.path("clock").path("uptime_millis").asLong()));
    if (s.has("rejected")) {
      line("CONFIG_REJECTED, an older configuration is in effect: %s", s.path("rejected"));
    }
    line("findings go to %s", s.has("collector") ? s.path("collector") : "the journal only");
    s.path("problems").forEach(problem -> line("  problem: %s", problem));
    System.out.println("\ncoverage");
    for (JsonNode coverage : s.path("coverage")) {
      line("  %s %s", coverage.path("analytic"), coverage.path("level"));
      coverage.path("reasons").forEach(reason -> line("      %s", reason));
    }
    System.out.println("\nsources                read     parsed  malformed   filtered       lost");
    for (JsonNode source : s.path("sources")) {
      String state = source.path("state").asText();
      if (state.equals("unusable") || state.equals("off")) {
        continue;
      }
      System.out.printf(
          "  %-14s %10d %10d %10d %10d %10d  %s%n",
          Terminal.safe(source.path("source").asText()),
          source.path("read").asLong(),
          source.path("parsed").asLong(),
          source.path("malformed").asLong(),
          source.path("filtered").asLong(),
          source.path("lost").asLong(),
          Terminal.safe(state + " " + source.path("problem").asText()));
    }
    JsonNode f = s.path("findings");
    line(
        "%nfindings created %s = acknowledged %s + spooled %s + quarantined %s + dropped %s",
        f.path("created"),
        f.path("acknowledged"),
        f.path("spooled"),
        f.path("quarantined"),
        f.path("dropped"));
    JsonNode cost = s.path("cost");
    line(
        "cost: %d MiB resident, %.1f s of CPU, %s threads, %s open files",
        cost.path("resident_bytes").asLong() >> 20,
        cost.path("cpu_millis").asLong() / 1000.0,
        cost.path("threads"),
        cost.path("handles"));
    s.path("notices").forEach(notice -> line("notice: %s", notice));
  }

  private static String minutes(long millis) {
    long minutes = millis / 60_000;
    return minutes < 120 ? minutes + " min" : minutes / 60 + " h";
  }

  private static void line(String format, Object... values) {
    Object[] shown = values.clone();
    for (int i = 0; i < shown.length; i++) {
      if (shown[i] instanceof JsonNode node) {
        shown[i] = Terminal.safe(node.asText());
      }
    }
    System.out.println(String.format(format, shown));
  }
}
