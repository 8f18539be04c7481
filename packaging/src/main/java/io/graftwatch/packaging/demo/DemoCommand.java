package io.graftwatch.packaging.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.core.cli.Exit;
import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Entry of `graftwatch demo`.
@Command(
    name = "graftwatch demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the whole thing on this machine: starts a collector and an agent on this host's real"
          + " sources, stages a harmless attack, prints the finding that comes of it and the"
          + " console's address, and keeps running until Ctrl-C.",
      "",
      "As root the kernel's audit records are used, with a few narrow rules that are removed at the"
          + " end; without root or audit the process table, file watches and the connection table."
          + " Everything lies in a temporary folder, which is deleted at the end."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration FINDING = Duration.ofSeconds(60);

  /// The last word on a case comes shortly after the first.
  private static final Duration SETTLE = Duration.ofSeconds(3);

  private static final int CLOSED = 3;

  @Option(
      names = "--once",
      description =
          "End after the collector's receipt for the finding; fail if there is none 60 s after the"
              + " attack.")
  private boolean once;

  private final long began = System.nanoTime();

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new DemoCommand())
            .setUsageHelpWidth(100)
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler((e, _, _) -> failed(e))
            .execute(args.length > 0 && args[0].equals("demo") ? tail(args) : args));
  }

  private static String[] tail(String[] args) {
    return java.util.Arrays.copyOfRange(args, 1, args.length);
  }

  private static int failed(Exception failure) {
    System.err.println(
        "graftwatch demo: " + Terminal.safeLines(String.valueOf(failure.getMessage())));
    return Exit.FAILED;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var stopped = new CountDownLatch(1);
    var cleaned = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopped.countDown();
                  main.interrupt();
                  try {
                    cleaned.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop"));
    try (Stage stage = Stage.create(System.getProperty("graftwatch.launcher", "graftwatch"))) {
      return onStage(stage, stopped);
    } catch (InterruptedException e) {
      return Exit.OK; // Ctrl-C
    } finally {
      cleaned.countDown();
    }
  }

  private Integer onStage(Stage stage, CountDownLatch stopped)
      throws IOException, InterruptedException {
    say("starting a collector in " + stage.root());
    try (Child collector = Child.start("collector", stage.root(), stage.collector("run"))) {
      String url = collector.await("agents send to ", START).strip();
      var _ = collector.await("console at ", START);
      say("enrolling an agent at " + url);
      stage.writeAgentConfig(url);
      String token = Child.run(stage.collector("token", "create"), stage.root(), null);
      var _ = Child.run(stage.agent("enroll"), stage.root(), token);
      try (var attack = new Attack(stage)) {
        String blind = attack.audit();
        say(
            "starting the agent on this host's sources: "
                + (blind == null
                    ? "kernel audit, process events, connections"
                    : "the process table, file watches and the connection table (no audit: "
                        + blind
                        + ")"));
        try (Child agent = Child.start("agent", stage.root(), stage.agent("run"))) {
          agent.until(START, "was not ready", () -> ready(stage));
          return attack(stage, agent, attack, stopped);
        }
      }
    }
  }

  private Integer attack(Stage stage, Child agent, Attack attack, CountDownLatch stopped)
      throws IOException, InterruptedException {
    say("attack: a module is copied beside the server and registered");
    attack.place();
    attack.load();
    say("attack: the server has loaded it; now it starts a shell, which connects out");
    attack.run(Stage.ownAddress(), Duration.ofSeconds(12));
    long detonated = System.nanoTime();
    JsonNode finding = agent.until(FINDING, "found nothing", () -> last(stage));
    say("found after %.1f s; waiting for the collector's receipt".formatted(seconds(detonated)));
    JsonNode settled = settle(stage, finding);
    Duration left = FINDING.minusNanos(System.nanoTime() - detonated);
    agent.until(left, "got no receipt from the collector", () -> receipt(stage));
    print(settled);
    say("the collector's receipt came %.1f s after the attack".formatted(seconds(detonated)));
    sources(stage);
    if (once) {
      return Exit.OK;
    }
    String link = Child.run(stage.collector("admin-link"), stage.root(), null);
    System.out.println("\nConsole (this link lets you set a name and a password, once): " + link);
    System.out.println("Running until Ctrl-C.");
    stopped.await();
    return Exit.OK;
  }

  /// Ready when no source is being tried any more.
  private static Optional<Boolean> ready(Stage stage) {
    JsonNode status = status(stage);
    if (status == null || status.path("sources").isEmpty()) {
      return Optional.empty();
    }
    for (JsonNode source : status.path("sources")) {
      if (source.path("state").asText().equals("starting")) {
        return Optional.empty();
      }
    }
    return Optional.of(true);
  }

  private static @Nullable JsonNode status(Stage stage) {
    try {
      return Json.mapper().readTree(Files.readAllBytes(stage.status()));
    } catch (IOException e) {
      return null;
    }
  }

  /// The gravest open alert about the stand-in, in its newest state.
  private static Optional<JsonNode> last(Stage stage) {
    var newest = new java.util.LinkedHashMap<String, JsonNode>();
    try {
      for (String line : Files.readAllLines(stage.findings())) {
        if (line.contains(stage.httpd("").toString())) {
          JsonNode finding = Json.mapper().readTree(line);
          newest.put(finding.path("finding_info").path("uid").asText(), finding);
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return newest.values().stream()
        .filter(finding -> finding.path("is_alert").asBoolean())
        .filter(finding -> finding.path("activity_id").asInt() != CLOSED)
        .max(
            java.util.Comparator.comparingInt(DemoCommand::severity)
                .thenComparingInt(DemoCommand::classes));
  }

  /// Kinds of evidence: with the placed component there is one more.
  private static int classes(JsonNode finding) {
    return finding.path("unmapped").path("graftwatch").path("classes").size();
  }

  private static int severity(JsonNode finding) {
    return finding.path("severity_id").asInt();
  }

  private static JsonNode settle(Stage stage, JsonNode first) throws InterruptedException {
    JsonNode settled = first;
    long quiet = System.nanoTime();
    while (System.nanoTime() - quiet < SETTLE.toNanos()) {
      Thread.sleep(200);
      JsonNode newer = last(stage).orElse(settled);
      if (!newer.equals(settled)) {
        settled = newer;
        quiet = System.nanoTime();
      }
    }
    return settled;
  }

  /// All that was found has its receipt.
  private static Optional<Boolean> receipt(Stage stage) {
    JsonNode status = status(stage);
    JsonNode ledger = status == null ? Json.mapper().nullNode() : status.path("findings");
    return ledger.path("acknowledged").asLong() > 0 && ledger.path("spooled").asLong() == 0
        ? Optional.of(true)
        : Optional.empty();
  }

  private static void print(JsonNode finding) {
    System.out.printf(
        "%n%s  %s (%s)%n%n%s%n%n",
        finding.path("severity").asText().toUpperCase(java.util.Locale.ROOT),
        Terminal.safe(finding.path("message").asText()),
        Terminal.safe(finding.path("metadata").path("uid").asText()),
        Terminal.safeLines(finding.path("finding_info").path("desc").asText()));
    String advice = finding.path("remediation").path("desc").asText();
    if (!advice.isEmpty()) {
      System.out.println("What to do: " + Terminal.safeLines(advice) + "\n");
    }
  }

  private static void sources(Stage stage) {
    JsonNode status = status(stage);
    if (status == null) {
      return;
    }
    var running = new java.util.ArrayList<String>();
    for (JsonNode source : status.path("sources")) {
      if (source.path("state").asText().equals("running")) {
        running.add(source.path("source").asText() + " (" + source.path("parsed") + " records)");
      }
    }
    System.out.println("Sources: " + String.join(", ", running));
    for (JsonNode coverage : status.path("coverage")) {
      if (coverage.path("analytic").asText().equals("AN1508")) {
        System.out.println("Coverage of AN1508: " + coverage.path("level").asText());
        coverage
            .path("reasons")
            .forEach(reason -> System.out.println("  " + Terminal.safe(reason.asText())));
      }
    }
  }

  private void say(String text) {
    System.err.printf("%6.1f s  %s%n", seconds(began), text);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
