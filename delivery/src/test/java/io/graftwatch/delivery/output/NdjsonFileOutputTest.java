package io.graftwatch.delivery.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.journal.Limits;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.Output.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NdjsonFileOutputTest {
  @TempDir Path temp;

  private List<Pending> records(int count) throws IOException {
    try (Journal journal =
        Journal.open(
            temp.resolve("j"),
            new Limits(8 << 20, Duration.ofDays(9), 0),
            List.of("f"),
            InstantSource.system())) {
      journal.append(
          IntStream.range(0, count)
              .mapToObj(i -> Findings.numbered(i, Severity.HIGH, 10))
              .toList());
      return journal.queue("f").take(500, 1 << 20);
    }
  }

  @Test
  void writesALineForEachRecord() throws IOException {
    Path file = temp.resolve("findings.ndjson");
    List<Pending> records = records(3);
    try (var output = new NdjsonFileOutput(file, 1 << 20, 2)) {
      assertThat(((Answer.Verdicts) output.send("a", records.subList(0, 2))).verdicts()).hasSize(2);
      output.send("b", records.subList(2, 3));
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3);
    assertThat(Json.mapper().readTree(lines.get(2)).path("metadata").path("sequence").asInt())
        .isEqualTo(3);
  }

  @Test
  void keepsSoManyOlderFiles() throws IOException {
    Path file = temp.resolve("findings.ndjson");
    List<Pending> records = records(5);
    try (var output = new NdjsonFileOutput(file, 1, 2)) {
      records.forEach(record -> output.send("x", List.of(record)));
    }
    assertThat(Files.readString(file)).contains("\"sequence\":5");
    assertThat(Files.readString(temp.resolve("findings.ndjson.1"))).contains("\"sequence\":4");
    assertThat(Files.readString(temp.resolve("findings.ndjson.2"))).contains("\"sequence\":3");
    assertThat(temp.resolve("findings.ndjson.3")).doesNotExist();
  }

  @Test
  void aTornLineOfAnEarlierLifeStaysAlone() throws IOException {
    Path file = temp.resolve("findings.ndjson");
    Files.writeString(file, "{\"torn");
    try (var output = new NdjsonFileOutput(file, 1 << 20, 2)) {
      output.send("x", records(1));
    }
    assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("{\"torn");
  }

  @Test
  void whatIsNoFileIsNotWritten() throws IOException {
    Path file = temp.resolve("findings.ndjson");
    Files.createSymbolicLink(file, temp.resolve("elsewhere"));
    try (var output = new NdjsonFileOutput(file, 1 << 20, 2)) {
      assertThat(output.send("x", records(1)))
          .isEqualTo(
              new Answer.Failed(file + " cannot be written: it is not a regular file", null));
    }
    assertThat(temp.resolve("elsewhere")).doesNotExist();
  }
}
