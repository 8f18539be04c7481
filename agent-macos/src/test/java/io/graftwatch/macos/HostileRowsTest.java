package io.graftwatch.macos;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.line.Line;
import io.graftwatch.core.line.LineParser;
import io.graftwatch.core.line.Origin;
import io.graftwatch.macos.es.EsloggerParser;
import io.graftwatch.macos.unified.UnifiedLogParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows as nobody should write them: each is one outcome, and the next row is read as if nothing
/// had been.
final class HostileRowsTest {
  private static final Path ROWS = Path.of("src/test/resources/rows");
  private static final String GOOD =
      "{\"eventType\":\"logEvent\",\"processImagePath\":\"/sbin/launchd\",\"processID\":1,"
          + "\"timestamp\":\"2026-09-14 09:00:00+0200\","
          + "\"eventMessage\":\"Successfully spawned nginx[5794] because speculative\"}";

  @Test
  @Tag("fuzz")
  void aHundredThousandMutatedRowsOfEachFormOfTheUnifiedLog() throws IOException {
    for (String row : Files.readAllLines(ROWS.resolve("unifiedlog.ndjson"))) {
      mutate(row, new UnifiedLogParser(origin("unifiedlog")), 100_000);
    }
  }

  @Test
  @Tag("fuzz")
  void aHundredThousandMutatedEventsOfEachFormOfEslogger() throws IOException {
    for (String row : Files.readAllLines(ROWS.resolve("eslogger.jsonl"))) {
      mutate(row, new EsloggerParser(origin("eslogger")), 100_000);
    }
  }

  @Test
  void someMutatedRowsOfEachForm() throws IOException {
    for (String row : Files.readAllLines(ROWS.resolve("unifiedlog.ndjson"))) {
      mutate(row, new UnifiedLogParser(origin("unifiedlog")), 500);
    }
    for (String row : Files.readAllLines(ROWS.resolve("eslogger.jsonl"))) {
      mutate(row, new EsloggerParser(origin("eslogger")), 500);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{\"timestamp\":NaN}",
        "{\"timestamp\":\"2026-09-14 09:00:00+0200\"",
        "{\"timestamp\":\"2026-13-14 09:00:00+0200\",\"eventType\":\"logEvent\"}",
        "{\"timestamp\":\"yesterday\",\"eventType\":\"logEvent\"}",
        "{\"eventType\":\"logEvent\",\"timestamp\":\"2026-09-14 09:00:00+0200\",\"processID\":\"1\"}",
        "{\"eventType\":\"a\",\"eventType\":\"b\",\"timestamp\":\"2026-09-14 09:00:00+0200\"}",
        "{\"eventType\":\"logEvent\",\"timestamp\":\"2026-09-14 09:00:00+0200\",\"processID\":1e9}",
        "{\"eventType\":\"logEvent\",\"timestamp\":\"2026-09-14 09:00:00+0200\"} more",
        "{\"eventType\":\"\\x\",\"timestamp\":\"2026-09-14 09:00:00+0200\"}",
        "something else",
      })
  void whatIsNoRowIsMalformedAndTheNextOneIsRead(String row) {
    var parser = new UnifiedLogParser(origin("unifiedlog"));
    assertThat(parser.parse(Line.of(row), _ -> {})).isEqualTo(LineParser.Outcome.MALFORMED);
    assertThat(parser.parse(Line.of(GOOD), _ -> {})).isEqualTo(LineParser.Outcome.PARSED);
  }

  @Test
  void depthAndLengthAreBounded() {
    var parser = new UnifiedLogParser(origin("unifiedlog"));
    String deep = "{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
    assertThat(parser.parse(Line.of(deep), _ -> {})).isEqualTo(LineParser.Outcome.MALFORMED);
    String open = "{\"a\":" + "[".repeat(100_000);
    assertThat(parser.parse(Line.of(open), _ -> {})).isEqualTo(LineParser.Outcome.MALFORMED);
    String huge = GOOD.replace("nginx", "n".repeat(5_000_000));
    assertThat(parser.parse(Line.of(huge), _ -> {})).isEqualTo(LineParser.Outcome.PARSED);
  }

  private static Origin origin(String kind) {
    return new Origin(kind, kind, ZoneOffset.UTC, () -> 0, time -> time);
  }

  private static void mutate(String row, LineParser parser, int times) {
    var random = new Random(row.hashCode());
    Map<LineParser.Outcome, Integer> outcomes = new EnumMap<>(LineParser.Outcome.class);
    byte[] original = row.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < times; i++) {
      byte[] mutant = MUTATIONS.get(random.nextInt(MUTATIONS.size())).apply(random).apply(original);
      var line = new Line().at(mutant, 0, mutant.length, i, false, true);
      outcomes.merge(parser.parse(line, _ -> {}), 1, Integer::sum);
    }
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(times);
    assertThat(outcomes.getOrDefault(LineParser.Outcome.MALFORMED, 0))
        .as("rejects are counted")
        .isPositive();
  }

  /// Bytes changed, cut out, doubled, cut off, put in.
  private static final List<Function<Random, Function<byte[], byte[]>>> MUTATIONS =
      List.of(
          random ->
              row -> {
                byte[] changed = row.clone();
                for (int i = random.nextInt(4); i >= 0; i--) {
                  changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                return changed;
              },
          random ->
              row -> {
                int from = random.nextInt(row.length);
                int to = from + random.nextInt(row.length - from);
                return joined(row, from, row, to);
              },
          random -> row -> joined(row, random.nextInt(row.length), row, random.nextInt(row.length)),
          random -> row -> java.util.Arrays.copyOf(row, random.nextInt(row.length)),
          random ->
              row -> {
                byte[] token =
                    List.of("\"", "\\", "{", "}", "null", "-1", "99999999999999999999", "\\u0000")
                        .get(random.nextInt(8))
                        .getBytes(StandardCharsets.UTF_8);
                int at = random.nextInt(row.length);
                byte[] head = joined(row, at, token, 0);
                return joined(head, head.length, row, at);
              });

  /// The first `length` bytes of one and what follows `from` in the other.
  private static byte[] joined(byte[] head, int length, byte[] tail, int from) {
    byte[] all = java.util.Arrays.copyOf(head, length + tail.length - from);
    System.arraycopy(tail, from, all, length, tail.length - from);
    return all;
  }
}
