package io.graftwatch.windows.evtx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.graftwatch.core.source.Recording;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.windows.cases.Replays;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// .evtx files: the same findings as their XML, and whatever damage, an end and a count.
final class EvtxTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final int RECORDS = 4096 + 512;

  @TempDir private Path scratch;

  static List<Path> recordings() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.filter(file -> file.toString().endsWith(".xml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void givesTheFindingsOfItsXml(Path recording) throws IOException {
    Path evtx = scratch.resolve("log.evtx");
    EvtxWriter.write(Files.readAllLines(recording), evtx, 1);
    Path expected = CASES.resolve(recording.getFileName().toString().replace(".xml", ".txt"));

    assertThat(Replays.summary(Replays.finalStates("evtx", evtx)))
        .isEqualTo(Files.readString(expected));
  }

  @Test
  void readsBothMinorVersions() throws IOException {
    for (int minor : new int[] {1, 2}) {
      SourceCounters.Snapshot counters = read(write(lines("m22-storm-of-starts"), minor));
      assertThat(counters.parsed()).isEqualTo(140);
      assertThat(counters.malformed()).isZero();
    }
  }

  @Test
  void whatIsNoEventLogIsRefusedWithASentence() throws IOException {
    Path text = Files.writeString(scratch.resolve("log.evtx"), "not an event log");
    assertThatThrownBy(() -> read(text)).hasMessageContaining("is no .evtx file");
  }

  @Test
  void aRecordOfLengthZeroCostsItself() throws IOException {
    Path file = write(lines("m22-storm-of-starts"), 1);
    edit(file, buffer -> buffer.putInt(RECORDS + 4, 0));
    SourceCounters.Snapshot counters = read(file);
    assertThat(counters.malformed()).isEqualTo(1);
    assertThat(counters.read()).isEqualTo(140);
  }

  @Test
  void aRecordLongerThanItsChunkCostsItself() throws IOException {
    Path file = write(lines("m22-storm-of-starts"), 1);
    edit(file, buffer -> buffer.putInt(RECORDS + 4, 0x7FFF_FFFF));
    assertThat(read(file).malformed()).isEqualTo(1);
  }

  @Test
  void aWrongChecksumIsNotedAndTheRecordsAreRead() throws IOException {
    Path file = write(lines("m22-storm-of-starts"), 1);
    edit(file, buffer -> buffer.putInt(4096 + 52, 4711));
    SourceCounters.Snapshot counters = read(file);
    assertThat(counters.parsed()).isEqualTo(140);
    assertThat(counters.notes()).containsEntry("unsealed_chunk", 1L);
  }

  @Test
  void aTemplateThatHoldsItselfIsNoRecord() throws IOException {
    Path file = write(lines("m05-iis-module-by-worker"), 1);
    // The template's body becomes an instance of that very template.
    int body = RECORDS + 24 + 14 + 24 + 4;
    edit(
        file,
        buffer -> {
          buffer.put(body, (byte) 0x0C);
          buffer.putInt(body + 6, RECORDS - 4096 + 24 + 14);
          buffer.putInt(body + 10, 0);
        });
    SourceCounters.Snapshot counters = read(file);
    assertThat(counters.parsed()).isZero();
    assertThat(counters.malformed()).isEqualTo(1);
  }

  @Test
  void whateverTheDamageItEndsAndCounts() throws IOException {
    byte[] sound = Files.readAllBytes(write(lines("m22-storm-of-starts"), 1));
    var random = new Random(815);
    Path file = scratch.resolve("damaged.evtx");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int round = 0; round < 200; round++) {
            byte[] bytes = sound.clone();
            int flips = 1 << random.nextInt(12);
            for (int i = 0; i < flips; i++) {
              bytes[4096 + random.nextInt(bytes.length - 4096)] = (byte) random.nextInt(256);
            }
            int length = 4096 + random.nextInt(bytes.length - 4096);
            Files.write(
                file, java.util.Arrays.copyOf(bytes, round % 3 == 0 ? length : bytes.length));
            assertThat(read(file).read()).as("round %d", round).isBetween(0L, 20_000L);
          }
        });
  }

  /// libevtx reads what the writer wrote, so that both are held to a third.
  @Test
  @Tag("peers")
  void libevtxCountsTheSameRecords() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/evtxexport")), "needs the program evtxexport");
    for (Path recording : recordings()) {
      Path file = write(Files.readAllLines(recording), 1);
      Process export =
          new ProcessBuilder("evtxexport", file.toString()).redirectErrorStream(true).start();
      String text =
          new String(
              export.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      export.waitFor();
      long theirs = text.lines().filter(line -> line.startsWith("Event number")).count();
      assertThat(read(file).read()).as(recording.toString()).isEqualTo(theirs);
    }
  }

  private static List<String> lines(String name) throws IOException {
    return Files.readAllLines(CASES.resolve(name + ".xml"));
  }

  private Path write(List<String> events, int minor) throws IOException {
    Path file = scratch.resolve("written.evtx");
    EvtxWriter.write(events, file, minor);
    return file;
  }

  private interface Edit {
    void on(ByteBuffer buffer);
  }

  private static void edit(Path file, Edit edit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    edit.on(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    Files.write(file, bytes);
  }

  private static SourceCounters.Snapshot read(Path file) throws IOException {
    var recording = new Recording(file, "log", ZoneOffset.UTC, Instant.EPOCH, SourceConfig.AUTO);
    var facts = new ArrayList<Object>();
    try (Source source = Objects.requireNonNull(new EvtxKind().replay(recording))) {
      while (source.pump(facts::add, 100) >= 0) {
        // Reads on.
      }
      return source.counters().snapshot();
    }
  }
}
