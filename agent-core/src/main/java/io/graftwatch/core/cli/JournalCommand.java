package io.graftwatch.core.cli;

import io.graftwatch.core.text.Terminal;
import io.graftwatch.delivery.config.ConfigException;
import io.graftwatch.delivery.journal.Inspection;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "graftwatch journal",
    mixinStandardHelpOptions = true,
    description = {
      "Looks into the spool without touching it, also while the agent runs.",
      "",
      "ls lists the findings with what became of each, verify reads every byte and says what is"
          + " damaged (exit 1), cat prints the findings as NDJSON."
    })
final class JournalCommand implements Callable<Integer> {
  enum Action {
    ls,
    verify,
    cat
  }

  @Parameters(paramLabel = "ls|verify|cat", description = "What to do.")
  @SuppressWarnings("NullAway.Init")
  private Action action;

  @Mixin private final ConfigOption option = new ConfigOption();

  @Override
  public Integer call() throws ConfigException, IOException {
    Path folder = option.load().agent().stateDir().resolve("journal");
    if (!Files.isDirectory(folder)) {
      System.err.println("graftwatch: " + folder + " does not exist: no agent has run here");
      return Exit.FAILED;
    }
    var journal = new Inspection(folder);
    return switch (action) {
      case ls -> list(journal);
      case verify -> verify(journal);
      case cat -> cat(journal);
    };
  }

  private static int list(Inspection journal) throws IOException {
    journal.records(record ->
        System.out.println(
            Terminal.safe(
                "%10d  %s  severity %d  %s  %s"
                    .formatted(
                        record.sequence(),
                        Instant.ofEpochMilli(record.time() / 1000),
                        record.severity(),
                        record.uid(),
                        record.fates().isEmpty() ? "waits" : record.fates()))));
    return Exit.OK;
  }

  private static int verify(Inspection journal) throws IOException {
    boolean sound = true;
    for (Inspection.FileReport file : journal.verify()) {
      System.out.println(
          Terminal.safe(
              "%s: %d records, %d bytes%s"
                  .formatted(
                      file.name(),
                      file.records(),
                      file.bytes(),
                      file.problems().isEmpty() ? "" : " DAMAGED " + file.problems())));
      sound &= file.problems().isEmpty();
    }
    return sound ? Exit.OK : Exit.FAILED;
  }

  /// JSON escapes C0; the rest is escaped when a person looks, not when a program reads.
  private static int cat(Inspection journal) throws IOException {
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    journal.records(
        record -> out.println(jsonSafe(new String(record.payload(), StandardCharsets.UTF_8))));
    out.flush();
    return Exit.OK;
  }

  /// Still the same JSON, with everything that could steer a terminal as JSON escapes.
  private static String jsonSafe(String json) {
    StringBuilder out = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if ((c >= ' ' && c < 0x7F) || (c > 0x9F && Character.getType(c) != Character.FORMAT)) {
        out.append(c);
      } else {
        out.append("\\u%04x".formatted((int) c));
      }
    }
    return out.toString();
  }
}
