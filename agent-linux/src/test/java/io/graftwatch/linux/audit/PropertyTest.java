package io.graftwatch.linux.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.source.SourceCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for any order, repetition and damage of the lines of a recording.
class PropertyTest {
  private static final Path CASES = Path.of("src/test/resources/audit");

  @ParameterizedTest
  @MethodSource("io.graftwatch.linux.audit.GoldenTest#cases")
  void anyOrderAndRepetitionGivesTheSameFacts(String name) throws IOException {
    List<byte[]> lines = Lines.of(Files.readAllBytes(CASES.resolve(name).resolve("audit.log")));
    var expected = new TreeSet<>(replay(lines).facts);
    for (long seed = 1; seed <= 20; seed++) {
      var random = new Random(seed);
      var shuffled = new ArrayList<>(lines);
      for (byte[] line : lines) {
        if (random.nextBoolean()) {
          shuffled.add(line);
        }
      }
      Collections.shuffle(shuffled, random);
      Result result = replay(shuffled);
      assertThat(new TreeSet<>(result.facts)).as("%s, seed %d", name, seed).isEqualTo(expected);
      assertThat(result.facts).as("%s, seed %d: once each", name, seed).doesNotHaveDuplicates();
      assertThat(result.count.read()).as("%s, seed %d", name, seed).isEqualTo(shuffled.size());
    }
  }

  @Test
  void aRecordCutAtAnyByteIsCountedAndHarmless() throws IOException {
    List<byte[]> lines = lines();
    for (int i = 0; i < Math.min(lines.size(), 60); i++) {
      byte[] line = lines.get(i);
      for (int length = 0; length < line.length; length++) {
        var cut = new ArrayList<>(lines.subList(0, i));
        cut.add(java.util.Arrays.copyOf(line, length));
        if (length % 7 != i % 7) {
          cut.subList(0, Math.max(0, i - 8)).clear();
        }
        assertThat(replay(cut).count.read()).isEqualTo(cut.size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void damageOfAnyKindIsCountedAndHarmless(long seed) throws IOException {
    damage(seed);
  }

  @Tag("fuzz")
  @ParameterizedTest
  @MethodSource
  void damageIsHarmlessWhateverItIs(long seed) throws IOException {
    damage(seed);
  }

  static LongStream damageIsHarmlessWhateverItIs() {
    return LongStream.rangeClosed(5, 400);
  }

  private static void damage(long seed) throws IOException {
    var random = new Random(seed);
    List<byte[]> lines = lines();
    var damaged = new ArrayList<byte[]>();
    for (int i = 0; i < 25_000; i++) {
      byte[] line = lines.get(random.nextInt(lines.size())).clone();
      for (int k = random.nextInt(4); k > 0; k--) {
        line[random.nextInt(line.length)] =
            random.nextBoolean()
                ? (byte) random.nextInt(256)
                : (byte) "\"=[]() \u001da0123".charAt(random.nextInt(13));
      }
      damaged.add(line);
    }
    Result result = replay(damaged);
    assertThat(result.count.read()).as("seed %d", seed).isEqualTo(damaged.size());
    assertThat(result.count.malformed()).as("seed %d", seed).isPositive();
  }

  /// B06: none of these may allocate by what it says, throw, or give a fact.
  @Test
  void hostileRecordsAreMalformed() {
    String stamp = " msg=audit(1760000021.540:22570): ";
    List<String> hostile =
        List.of(
            "type=EXECVE" + stamp + "argc=1 a0=\"no end",
            "type=EXECVE" + stamp + "argc=1 a0=414",
            "type=EXECVE" + stamp + "argc=4294967295 a0=\"x\"",
            "type=SYSCALL"
                + stamp
                + "arch=c000003e syscall=59 success=yes exit=0 a0=1 items=2"
                + " ppid=1 pid=-5 auid=0 uid=0 tty=(none) ses=1 comm=\"x\" exe=\"/x\" key=(null)",
            "type=SYSCALL arch=c000003e syscall=59",
            "type=SYSCALL msg=audit(1760000021.540:99999999999): arch=c000003e",
            "type=PATH" + stamp + "item=99999999999999999999 name=\"/x\" nametype=NORMAL",
            "type=PATH" + stamp + "item=0 name=\"/x\" nametype=",
            "type=SOCKADDR" + stamp + "saddr=0200115C5",
            "type=CWD" + stamp + "cwd=",
            "",
            "\0\0\0\0",
            "garbage");
    for (String line : hostile) {
      Result result = replay(List.of(line.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      boolean lenient = line.endsWith("nametype=") || line.endsWith("cwd=");
      assertThat(result.count.malformed()).as(line).isEqualTo(lenient ? 0 : 1);
      assertThat(result.count.read()).as(line).isEqualTo(1);
      assertThat(result.facts).as(line).isEmpty();
    }
  }

  private record Result(List<String> facts, SourceCounters.Snapshot count) {}

  private static Result replay(List<byte[]> lines) {
    var counters = new SourceCounters();
    var stream = AuditStream.ofRecording(counters);
    var facts = new ArrayList<String>();
    for (byte[] line : lines) {
      stream.line(line, 0, line.length, 0, fact -> facts.add(FactText.of(fact)));
    }
    stream.flush(fact -> facts.add(FactText.of(fact)));
    stream.settle();
    return new Result(facts, counters.snapshot());
  }

  private static List<byte[]> lines() throws IOException {
    return Lines.of(
        Files.readAllBytes(
            CASES.resolve("m02-apache-module-bash-reverse-shell").resolve("audit.log")));
  }
}
