package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Heartbeat.FindingLedger;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal.Appended;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// F07 and F09 to F13: a file system that fails, is full, or gives back something else.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DamageTest {
  private static final Path FOLDER = Path.of("/journal");
  private static final Limits LIMITS = new Limits(1 << 20, Duration.ofDays(9), 0);
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_760_000_000_000L));

  private static Journal open(MemoryDisk disk) throws IOException {
    return new Journal(disk, FOLDER, LIMITS, List.of("c"), CLOCK, () -> {});
  }

  private static List<DetectionFinding> findings(int from, int to, Severity severity, int size) {
    return IntStream.range(from, to).mapToObj(i -> Findings.numbered(i, severity, size)).toList();
  }

  private static Map<String, byte[]> all(Journal journal) {
    Map<String, byte[]> found = new TreeMap<>();
    for (Pending record : journal.queue("c").take(100_000, Integer.MAX_VALUE)) {
      assertThat(found.put(record.uid(), record.payload())).isNull();
    }
    return found;
  }

  private static MemoryDisk.Node segment(MemoryDisk disk, int number) {
    return disk.names.entrySet().stream()
        .filter(entry -> entry.getKey().toString().endsWith(Segment.SUFFIX))
        .skip(number)
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private static Path path(MemoryDisk disk, MemoryDisk.Node node) {
    return disk.names.entrySet().stream()
        .filter(entry -> entry.getValue() == node)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  @Test
  void f10EveryFlippedByteIsHarmlessOrReported() throws IOException {
    MemoryDisk whole = new MemoryDisk();
    Journal journal = open(whole);
    journal.append(findings(0, 4, Severity.HIGH, 20));
    Queue queue = journal.queue("c");
    queue.acknowledge(queue.take(1, 1));
    Map<String, byte[]> original = all(journal);
    byte[] bytes = segment(whole, 0).data;
    for (int at = 0; at < bytes.length; at++) {
      for (int flip : new int[] {0x01, 0xFF}) {
        MemoryDisk disk = whole.afterKill();
        segment(disk, 0).data = bytes.clone();
        segment(disk, 0).data[at] ^= (byte) flip;
        Journal again = open(disk);
        Map<String, byte[]> found = all(again);
        found.forEach((uid, payload) -> {
          if (!uid.equals("gw-%032x-1".formatted(0))) {
            assertThat(payload).isEqualTo(original.get(uid));
          }
        });
        FindingLedger ledger = again.ledger();
        assertThat(ledger.remainder()).isZero();
        assertThat(found.size()).as("byte %d", at).isGreaterThanOrEqualTo(2);
        if (found.size() + ledger.acknowledged() < 4) {
          assertThat(again.notices()).as("byte %d", at).isNotEmpty();
          assertThat(ledger.dropped() == 1 || ledger.created() == 3).isTrue();
        }
        assertThat(again.append(Findings.numbered(99, Severity.HIGH, 1)))
            .isEqualTo(Appended.STORED);
      }
    }
  }

  @Test
  void f11TruncatedAtAnyLengthTheWholeRecordsBeforeAreKept() throws IOException {
    MemoryDisk whole = new MemoryDisk();
    open(whole).append(findings(0, 4, Severity.HIGH, 20));
    byte[] bytes = segment(whole, 0).data;
    int frame = (bytes.length - SegmentReader.SEGMENT_HEADER) / 4;
    for (int length = 0; length < bytes.length; length++) {
      MemoryDisk disk = whole.afterKill();
      segment(disk, 0).data = Arrays.copyOf(bytes, length);
      Journal journal = open(disk);
      int expected = Math.max(0, length - SegmentReader.SEGMENT_HEADER) / frame;
      assertThat(all(journal)).as("length %d", length).hasSize(expected);
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(expected, 0, expected, 0, 0));
      assertThat(journal.append(findings(0, 4, Severity.HIGH, 20)))
          .hasSize(4)
          .doesNotContain(Appended.DROPPED);
      assertThat(all(journal)).hasSize(4);
    }
  }

  @Test
  void f12MissingSegmentsAreACountedGap() throws IOException {
    MemoryDisk whole = new MemoryDisk();
    Journal journal = open(whole);
    journal.append(findings(0, 12, Severity.HIGH, 20_000));
    journal.commit(Map.of("a", "1"), new byte[0]);
    for (int missing : new int[] {1, 3}) {
      MemoryDisk disk = whole.afterKill();
      disk.names.remove(path(disk, segment(disk, missing)));
      Journal again = open(disk);
      assertThat(again.ledger()).isEqualTo(new FindingLedger(12, 0, 9, 0, 3));
      assertThat(again.notices()).anyMatch(n -> n.startsWith("3 findings of sequence 1 to 12"));
      again.append(Findings.numbered(99, Severity.HIGH, 1));
      assertThat(again.ledger()).isEqualTo(new FindingLedger(13, 0, 10, 0, 3));
    }
    MemoryDisk disk = whole.afterKill();
    disk.names.keySet().removeIf(path -> path.toString().endsWith(Segment.SUFFIX));
    assertThat(open(disk).ledger()).isEqualTo(new FindingLedger(12, 0, 0, 0, 12));
    disk = whole.afterKill();
    disk.names.clear();
    assertThat(open(disk).ledger()).isEqualTo(new FindingLedger(0, 0, 0, 0, 0));
  }

  @Test
  void f12WhatIsNoFileIsSetAsideUnread() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    open(disk).append(findings(0, 6, Severity.HIGH, 20_000));
    Path path = path(disk, segment(disk, 0));
    disk.put(path, new byte[0], false);
    Journal journal = open(disk);
    assertThat(journal.ledger()).isEqualTo(new FindingLedger(6, 0, 3, 0, 3));
    assertThat(journal.notices())
        .contains(path + " is not a regular file and was set aside unread");
    assertThat(disk.names).doesNotContainKey(path);
  }

  @Test
  void aSegmentOfZerosOrNoiseIsSetAside() throws IOException {
    byte[] noise = new byte[50_000];
    new Random(3).nextBytes(noise);
    for (byte[] content : List.of(new byte[50_000], noise)) {
      MemoryDisk disk = new MemoryDisk();
      open(disk).append(findings(0, 6, Severity.HIGH, 20_000));
      Path path = path(disk, segment(disk, 0));
      segment(disk, 0).data = content;
      Journal journal = open(disk);
      assertThat(journal.ledger()).isEqualTo(new FindingLedger(6, 0, 3, 0, 3));
      assertThat(journal.notices()).contains(path + " holds no readable record and was set aside");
      assertThat(disk.names.keySet()).anyMatch(p -> p.toString().contains("quarantine"));
    }
  }

  @Test
  void framesOfAnotherPlaceAreNotBelieved() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    open(disk).append(findings(0, 6, Severity.HIGH, 20_000));
    segment(disk, 1).data = segment(disk, 0).data;
    Journal journal = open(disk);
    assertThat(all(journal)).hasSize(3);
    assertThat(journal.ledger()).isEqualTo(new FindingLedger(3, 0, 3, 0, 0));
  }

  @Test
  void f13ADamagedCommitGivesWayToTheOneBefore() throws IOException {
    byte[] noise = new byte[300];
    new Random(3).nextBytes(noise);
    for (byte[] content : List.of(new byte[0], new byte[300], noise)) {
      MemoryDisk disk = new MemoryDisk();
      Journal journal = open(disk);
      journal.commit(Map.of("s", "1"), "one".getBytes(UTF_8));
      journal.append(findings(0, 1, Severity.HIGH, 1));
      journal.commit(Map.of("s", "2"), "two".getBytes(UTF_8));
      Path newest = FOLDER.resolve("commit-%016d".formatted(2));
      disk.node(newest).data = content;
      Journal again = open(disk);
      assertThat(again.checkpoints()).isEqualTo(Map.of("s", "1"));
      assertThat(new String(again.state(), UTF_8)).isEqualTo("one");
      assertThat(again.notices())
          .contains("commit " + newest + " is damaged; the one before it is used");
      assertThat(again.append(findings(0, 1, Severity.HIGH, 1))).containsExactly(Appended.KNOWN);
      again.commit(Map.of("s", "3"), "three".getBytes(UTF_8));
      assertThat(open(disk).checkpoints()).isEqualTo(Map.of("s", "3"));
    }
  }

  @Test
  void f13AHalfWrittenCommitAndEachFlippedByteGiveWayToo() throws IOException {
    MemoryDisk whole = new MemoryDisk();
    Journal journal = open(whole);
    journal.commit(Map.of("s", "1"), "one".getBytes(UTF_8));
    journal.commit(Map.of("s", "2"), "two".getBytes(UTF_8));
    Path newest = FOLDER.resolve("commit-%016d".formatted(2));
    byte[] bytes = whole.node(newest).data;
    for (int at = 0; at < bytes.length; at++) {
      MemoryDisk cut = whole.afterKill();
      cut.node(newest).data = Arrays.copyOf(bytes, at);
      assertThat(open(cut).checkpoints()).isEqualTo(Map.of("s", "1"));
      MemoryDisk flipped = whole.afterKill();
      flipped.node(newest).data = bytes.clone();
      flipped.node(newest).data[at] ^= 0x10;
      if (at != 7) {
        assertThat(open(flipped).checkpoints()).as("byte %d", at).isEqualTo(Map.of("s", "1"));
      }
    }
  }

  @Test
  void f13WhatANewerVersionWroteIsLeftAlone() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Journal journal = open(disk);
    journal.append(findings(0, 1, Severity.HIGH, 1));
    journal.commit(Map.of("s", "1"), "one".getBytes(UTF_8));
    disk.node(FOLDER.resolve("commit-%016d".formatted(1))).data[7] = 2;
    Map<Path, ByteBuffer> before = contents(disk);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "/journal/commit-0000000000000001 was written by a newer Graftwatch (format 2, this one"
                + " knows 1): install that version again, or move the folder away");
    assertThat(contents(disk)).isEqualTo(before);
    disk.node(FOLDER.resolve("commit-%016d".formatted(1))).data[7] = 1;
    segment(disk, 0).data[7] = 9;
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("format 9, this one knows 1");
  }

  private static Map<Path, ByteBuffer> contents(MemoryDisk disk) {
    Map<Path, ByteBuffer> contents = new TreeMap<>();
    disk.names.forEach((path, node) -> contents.put(path, ByteBuffer.wrap(node.data.clone())));
    return contents;
  }

  @Test
  void f09AnyFailingOperationIsSurvivedAndCounted() throws IOException {
    MemoryDisk dry = new MemoryDisk();
    work(dry);
    int operations = dry.operations;
    assertThat(operations).isGreaterThan(60);
    for (int at = 20; at < operations; at++) {
      int failing = at;
      MemoryDisk disk = new MemoryDisk();
      disk.fault =
          (operation, path) -> {
            if (disk.operations == failing) {
              disk.operations++;
              throw new IOException("I/O error in " + operation + " of " + path);
            }
          };
      Journal journal = work(disk);
      FindingLedger ledger = journal.ledger();
      assertThat(ledger.remainder()).as("operation %d", at).isZero();
      assertThat(ledger.created()).isEqualTo(13);
      assertThat(journal.notices()).as("operation %d", at).isNotEmpty();
      MemoryDisk next = disk.afterPowerCut(new Random(at));
      Journal again = open(next);
      FindingLedger after = again.ledger();
      assertThat(after.remainder()).isZero();
      assertThat(all(again)).as("operation %d", at).hasSize((int) after.spooled());
      // A mark that was lost is sent again; nothing that was promised is missing.
      assertThat(after.spooled() + after.acknowledged())
          .as("operation %d %s", at, journal.notices())
          .isGreaterThanOrEqualTo(ledger.spooled() + ledger.acknowledged());
    }
  }

  private static Journal work(MemoryDisk disk) throws IOException {
    Journal journal = open(disk);
    Queue queue = journal.queue("c");
    for (int i = 0; i < 13; i++) {
      journal.append(findings(i, i + 1, i % 3 == 0 ? Severity.LOW : Severity.HIGH, 20_000));
      if (i % 2 == 1) {
        queue.acknowledge(queue.take(2, 1 << 20));
        journal.commit(Map.of("i", String.valueOf(i)), new byte[10]);
      }
    }
    return journal;
  }

  @Test
  void f07AFullDiskCostsTheLowestFirstAndHealsByItself() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Journal journal = open(disk);
    journal.append(findings(0, 6, Severity.LOW, 20_000));
    journal.append(findings(10, 16, Severity.HIGH, 20_000));
    disk.capacity = disk.used();
    assertThat(journal.append(findings(20, 22, Severity.CRITICAL, 20_000)))
        .containsOnly(Appended.STORED);
    disk.capacity = disk.used();
    assertThat(journal.append(findings(30, 31, Severity.LOW, 20_000)))
        .containsExactly(Appended.DROPPED);
    assertThat(journal.commit(Map.of("a", "1"), new byte[100_000])).isFalse();
    FindingLedger full = journal.ledger();
    assertThat(full.remainder()).isZero();
    assertThat(full.dropped()).isEqualTo(4);
    disk.capacity = disk.used();
    Queue queue = journal.queue("c");
    queue.acknowledge(queue.take(8, 1 << 20));
    assertThat(journal.ledger().acknowledged()).isEqualTo(8);
    assertThat(open(disk.afterKill()).ledger().acknowledged()).isEqualTo(8);
    disk.capacity = Long.MAX_VALUE;
    assertThat(journal.append(findings(40, 41, Severity.LOW, 20_000)))
        .containsExactly(Appended.STORED);
    assertThat(journal.commit(Map.of("a", "1"), new byte[100_000])).isTrue();
    assertThat(journal.ledger().remainder()).isZero();
    assertThat(open(disk.afterKill()).ledger().remainder()).isZero();
  }

  @Test
  void f07SegmentsAreGivenBackWithNoByteFree() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Journal journal = open(disk);
    journal.append(findings(0, 30, Severity.HIGH, 20_000));
    journal.commit(Map.of(), new byte[0]);
    journal.commit(Map.of(), new byte[0]);
    disk.capacity = disk.used();
    Queue queue = journal.queue("c");
    queue.acknowledge(queue.take(100, 1 << 30));
    assertThat(disk.names.keySet().stream().filter(p -> p.toString().endsWith(".seg"))).hasSize(1);
    assertThat(journal.ledger()).isEqualTo(new FindingLedger(30, 30, 0, 0, 0));
    assertThat(open(disk.afterKill()).ledger()).isEqualTo(new FindingLedger(30, 30, 0, 0, 0));
  }

  @Test
  void lostCountersCostNothingButCertainty() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Journal journal = open(disk);
    journal.append(findings(0, 30, Severity.HIGH, 20_000));
    journal.commit(Map.of(), new byte[0]);
    journal.commit(Map.of(), new byte[0]);
    Queue queue = journal.queue("c");
    queue.acknowledge(queue.take(15, 1 << 30));
    assertThat(journal.ledger()).isEqualTo(new FindingLedger(30, 15, 15, 0, 0));
    disk.node(FOLDER.resolve(Counters.FILE)).data = new byte[1024];
    FindingLedger after = open(disk).ledger();
    assertThat(after.created()).isEqualTo(30);
    assertThat(after.spooled()).isEqualTo(15);
    assertThat(after.remainder()).isZero();
  }

  @Test
  void recordsBeyondTheAgeAreGivenUp() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Journal journal = open(disk);
    journal.append(findings(0, 6, Severity.CRITICAL, 20_000));
    Journal later =
        new Journal(
            disk,
            FOLDER,
            LIMITS,
            List.of("c"),
            InstantSource.fixed(CLOCK.instant().plus(Duration.ofDays(10))),
            () -> {});
    later.commit(Map.of(), new byte[0]);
    assertThat(later.ledger()).isEqualTo(new FindingLedger(6, 0, 0, 0, 6));
  }
}
