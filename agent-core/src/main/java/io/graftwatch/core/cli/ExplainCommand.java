package io.graftwatch.core.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.core.config.Config;
import io.graftwatch.core.run.Observations;
import io.graftwatch.core.run.StatusReader;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.journal.Inspection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "graftwatch explain",
    mixinStandardHelpOptions = true,
    description = {
      "Says why a finding fired, or why nothing did for a process, a file or a time.",
      "",
      "WHAT is a finding's id or the beginning of it, a path, a command, or a process id; left out,"
          + " every finding in the journal is explained. The journal forgets a finding some time"
          + " after every output has it; the collector does not. What was not enough for a finding"
          + " is told as an observation, as of the agent's last commit; when there is none either,"
          + " it says what the agent could not see."
    })
final class ExplainCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "WHAT", description = "What to look for.")
  private @Nullable String what;

  @Option(names = "--from", paramLabel = "TIME", description = "As 2026-11-24T20:00:00Z.")
  private @Nullable Instant from;

  @Option(names = "--to", paramLabel = "TIME", description = "As 2026-11-24T22:00:00Z.")
  private @Nullable Instant to;

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws ConfigException, IOException {
    Config config = option.load();
    Path folder = config.agent().stateDir().resolve("journal");
    Map<String, JsonNode> newest = new LinkedHashMap<>();
    if (Files.isDirectory(folder)) {
      var journal = new Inspection(folder);
      journal.records(record -> {
        if (concerns(record.time() / 1000, record.uid(), record.payload())) {
          JsonNode finding = Json.mapper().readTree(record.payload());
          newest.merge(uid(finding), finding, ExplainCommand::later);
        }
      });
      for (DetectionFinding seen : Observations.read(config, journal, Version.TEXT)) {
        byte[] json = Json.bytes(seen);
        if (concerns(seen.time(), seen.metadata().uid(), json)) {
          JsonNode observation = Json.mapper().readTree(json);
          newest.putIfAbsent(uid(observation), observation);
        }
      }
    }
    newest.values().forEach(ExplainCommand::print);
    if (newest.isEmpty()) {
      System.out.println(
          what == null
              ? "The agent knows of no case here."
              : "No finding in the journal and no observation of the agent names it.");
      blindness(config);
    }
    return newest.isEmpty() ? Exit.FAILED : Exit.OK;
  }

  private boolean concerns(long millis, String uid, byte[] payload) {
    if ((from != null && millis < from.toEpochMilli())
        || (to != null && millis > to.toEpochMilli())) {
      return false;
    }
    if (what == null || uid.startsWith(what)) {
      return true;
    }
    String json = new String(payload, StandardCharsets.UTF_8);
    boolean number = !what.isEmpty() && what.chars().allMatch(Character::isDigit);
    return number
        ? json.contains("\"pid\":" + what + ",") || json.contains("\"pid\":" + what + "}")
        : json.contains(what);
  }

  private static String uid(JsonNode finding) {
    return finding.path("finding_info").path("uid").asText();
  }

  private static JsonNode later(JsonNode a, JsonNode b) {
    return sequence(b) > sequence(a) ? b : a;
  }

  private static long sequence(JsonNode finding) {
    return finding.path("metadata").path("sequence").asLong();
  }

  private static void print(JsonNode finding) {
    boolean told = finding.path("metadata").has("sequence");
    System.out.printf(
        "%s  %s  %s%n%s%n%n%s%n%n",
        told
            ? Terminal.safe(finding.path("metadata").path("uid").asText())
            : "known to the agent, not or not lately told",
        Terminal.safe(finding.path("severity").asText()),
        Terminal.safe(finding.path("unmapped").path("graftwatch").path("state").asText()),
        Terminal.safe(finding.path("message").asText()),
        Terminal.safeLines(finding.path("finding_info").path("desc").asText()));
  }

  /// Why nothing may have been found: what could not be seen.
  private static void blindness(Config config) {
    try {
      for (JsonNode coverage : StatusReader.read(config).path("coverage")) {
        System.out.println(
            "Coverage of "
                + Terminal.safe(coverage.path("analytic").asText())
                + " is "
                + Terminal.safe(coverage.path("level").asText()));
        coverage
            .path("reasons")
            .forEach(reason -> System.out.println("  " + Terminal.safe(reason.asText())));
      }
    } catch (IOException e) {
      System.out.println(Terminal.safe(String.valueOf(e.getMessage())));
    }
  }
}
