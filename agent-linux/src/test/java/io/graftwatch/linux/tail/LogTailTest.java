package io.graftwatch.linux.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.line.LineReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// F33, F34, F35 of the fault cases.
class LogTailTest {
  @TempDir Path folder = Path.of("");
  private Path log = Path.of("");
  private final List<String> read = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private long now = 1_000_000_000L;
  private int written;
  private @Nullable LogTail tail;

  @BeforeEach
  void name() {
    log = folder.resolve("error.log");
  }

  @AfterEach
  void close() {
    if (tail != null) {
      tail.close();
    }
  }

  @Test
  void aRenamedFileIsReadToItsEndAndTheNewOneFromItsBeginning() throws IOException {
    write(3);
    open(null, 1 << 20);
    drain();
    write(2);
    Files.move(log, folder.resolve("error.log.1"));
    write(folder.resolve("error.log.1"), 1);
    write(2);
    drain();
    assertExact();
    // A worker that has not yet reopened its log still writes to the old file.
    write(folder.resolve("error.log.1"), 2);
    drain();
    assertExact();
    assertThat(gaps).isEmpty();
  }

  @Test
  void filesRotatedBetweenTwoLooksAreReadToo() throws IOException {
    write(3);
    open(null, 1 << 20);
    drain();
    for (int i = 0; i < 3; i++) {
      rotate();
      write(4);
    }
    drain();
    assertExact();
  }

  @Test
  void copyTruncateReadsTheCopyToItsEnd() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    write(3);
    Files.copy(log, folder.resolve("error.log.1"));
    truncate();
    write(1);
    drain();
    assertExact();
    assertThat(gaps).containsExactly("copytruncate");
  }

  @Test
  void aFileTruncatedInPlaceIsReadFromItsBeginning() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    truncate();
    write(7);
    drain();
    assertExact();
    assertThat(gaps).containsExactly("truncated");
  }

  @Test
  void aDeletedAndCreatedFileIsReadFromItsBeginning() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    write(1);
    Files.delete(log);
    drain();
    write(6);
    drain();
    assertExact();
  }

  @Test
  void threeRotationsWhileDownLoseNothing() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    String position = position();
    write(2);
    for (int i = 0; i < 3; i++) {
      rotate();
      write(3);
    }
    open(position, 0);
    drain();
    assertExact();
    assertThat(gaps).isEmpty();
  }

  @Test
  void rotatedFilesThatWereCompressedAreReadToo() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    String position = position();
    write(2);
    rotate();
    write(3);
    rotate();
    gzip(folder.resolve("error.log.2"));
    gzip(folder.resolve("error.log.1"));
    write(1);
    open(position, 0);
    drain();
    assertExact();
  }

  @Test
  void copyTruncateWhileDownContinuesInTheCopy() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    String position = position();
    write(3);
    Files.copy(log, folder.resolve("error.log.1"));
    truncate();
    write(2);
    open(position, 0);
    drain();
    assertExact();
    assertThat(gaps).containsExactly("copytruncate");
  }

  @Test
  void aLogThatIsGoneAfterARestartIsSaidToBeLost() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    String position = position();
    Files.delete(log);
    write(4);
    open(position, 0);
    drain();
    assertExact();
    assertThat(gaps).containsExactly("rotated_away");
  }

  @Test
  void anInodeThatIsUsedAgainIsAnotherFile() throws IOException {
    write(5);
    open(null, 1 << 20);
    drain();
    String position = position();
    // Same inode, other content, longer than before: only the first bytes can tell.
    truncate();
    write(9);
    open(position, 0);
    drain();
    assertExact();
  }

  @Test
  void aRestartInTheMiddleRepeatsNothing() throws IOException {
    write(10);
    open(null, 1 << 20);
    for (int i = 0; i < 4; i++) {
      step();
    }
    open(position(), 0);
    drain();
    assertExact();
  }

  @Test
  void theLingeringOldFileKeepsItsPlaceAcrossARestart() throws IOException {
    write(4);
    open(null, 1 << 20);
    drain();
    Path old = folder.resolve("error.log.1");
    Files.move(log, old);
    write(3);
    drain();
    String position = position();
    write(old, 2);
    write(1);
    open(position, 0);
    drain();
    assertExact();
  }

  @Test
  void aSwitchedSymlinkIsFollowed() throws IOException {
    Path first = folder.resolve("a");
    Path second = folder.resolve("b");
    write(first, 3);
    Files.createSymbolicLink(log, first);
    open(null, 1 << 20);
    drain();
    write(second, 2);
    Files.delete(log);
    Files.createSymbolicLink(log, second);
    drain();
    assertExact();
  }

  @Test
  void aDirectoryInItsPlaceIsWaitedOut() throws IOException {
    write(3);
    open(null, 1 << 20);
    drain();
    Files.delete(log);
    Files.createDirectory(log);
    drain();
    Files.delete(log);
    write(2);
    drain();
    assertExact();
  }

  @Test
  void aFileThatAppearsLaterIsReadFromItsBeginning() throws IOException {
    open(null, 0);
    drain();
    write(3);
    drain();
    assertExact();
  }

  @Test
  void theFirstStartEverBeginsAtTheEndOrALittleBefore() throws IOException {
    write(10);
    open(null, 0);
    drain();
    assertThat(read).isEmpty();
    open(null, 15);
    drain();
    assertThat(read).containsExactly("line 000010");
    write(1);
    drain();
    assertThat(read).containsExactly("line 000010", "line 000011");
  }

  @Test
  void halfALineWaitsForItsRest() throws IOException {
    append("complete\nhal");
    open(null, 1 << 20);
    drain();
    String position = position();
    append("f\r\nnext\n");
    drain();
    assertThat(read).containsExactly("complete", "half", "next");
    read.clear();
    open(position, 0);
    drain();
    assertThat(read).containsExactly("half", "next");
  }

  @Test
  void bytesArriveAsTheyAre() throws IOException {
    append("nul \0 inside\nesc \u001b[2J\ninvalid \u00FF\n\n");
    open(null, 1 << 20);
    drain();
    assertThat(read).containsExactly("nul \0 inside", "esc \u001b[2J", "invalid \u00FF", "");
  }

  @Test
  void aLineOfTenMegabytesIsCutOnce() throws IOException {
    append("before\n" + "x".repeat(10_000_000) + "\nafter\n");
    open(null, 1 << 30);
    drain();
    assertThat(read).hasSize(3);
    assertThat(read.get(1)).hasSize(LineReader.MAX_LINE + 1).endsWith("…");
    assertThat(read.get(2)).isEqualTo("after");
  }

  /// Any sequence of writes, rotations, restarts and reads: each line once, in order.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void anyHistoryGivesEachLineOnce(long seed) throws IOException {
    var random = new Random(seed);
    write(1);
    open(null, 1 << 20);
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> write(1 + random.nextInt(20));
        case 3 -> drain();
        case 4 -> {
          for (int k = random.nextInt(10); k > 0; k--) {
            step();
          }
        }
        case 5 -> {
          rotate();
          write(1 + random.nextInt(3));
        }
        case 6 -> open(position(), 0);
        default -> now += random.nextInt(3_000_000);
      }
    }
    drain();
    List<String> expected = expected();
    for (int i = 0; i < Math.min(read.size(), expected.size()); i++) {
      assertThat(read.get(i)).as("seed %d, line %d", seed, i).isEqualTo(expected.get(i));
    }
    assertThat(read).as("seed %d", seed).hasSameSizeAs(expected);
    assertThat(gaps).isEmpty();
  }

  private void assertExact() {
    assertThat(read).containsExactlyInAnyOrderElementsOf(expected());
  }

  private List<String> expected() {
    var lines = new ArrayList<String>();
    for (int i = 1; i <= written; i++) {
      lines.add("line %06d".formatted(i));
    }
    return lines;
  }

  private void open(@Nullable String position, long lookBack) throws IOException {
    close();
    tail = LogTail.open(log, position, lookBack, gaps::add);
  }

  private String position() throws IOException {
    String position = tail == null ? null : tail.position();
    assertThat(position).isNotNull();
    return position == null ? "" : position;
  }

  /// Reads what there is, as a source that has slept for two seconds.
  private void drain() throws IOException {
    now += 2_000_000;
    while (step()) {
      // reads on
    }
  }

  private boolean step() throws IOException {
    if (tail == null || !tail.next(now)) {
      return false;
    }
    LineReader line = tail.line();
    String text =
        new String(
            line.buffer(),
            line.from(),
            line.to() - line.from(),
            java.nio.charset.StandardCharsets.ISO_8859_1);
    read.add(line.cut() ? text + "…" : text);
    return true;
  }

  private void write(int lines) throws IOException {
    write(log, lines);
  }

  private void write(Path file, int lines) throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append("line %06d\n".formatted(++written));
    }
    Files.writeString(file, text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void append(String text) throws IOException {
    Files.write(
        log,
        text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /// As logrotate: `.1` becomes `.2` and so on.
  private void rotate() throws IOException {
    for (int i = 400; i > 0; i--) {
      Path from = folder.resolve("error.log." + i);
      if (Files.exists(from)) {
        Files.move(
            from, folder.resolve("error.log." + (i + 1)), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(log, folder.resolve("error.log.1"));
  }

  private void truncate() throws IOException {
    Files.newOutputStream(log, StandardOpenOption.TRUNCATE_EXISTING).close();
  }

  private void gzip(Path file) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(file + ".gz")))) {
      Files.copy(file, out);
    }
    Files.delete(file);
  }
}
