package io.graftwatch.windows.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing lost, nothing twice, no handle left open, whatever the service answers.
@Execution(ExecutionMode.SAME_THREAD)
final class EventLogSourceTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-02T10:00:00Z"));
  private static final List<Channel> SECURITY = Channel.ALL.subList(0, 1);

  @TempDir private static Path folder;

  private static Contract contract;

  private final List<Fact> facts = new ArrayList<>();
  private int channel;
  private int handles;
  private long written;

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    assumeTrue(Contract.canBeBuilt(), "needs the program gcc");
    contract = Contract.build(folder);
  }

  @BeforeEach
  void aLogWithThreeRecords() {
    contract.control.test_reset();
    channel = contract.control.test_channel("Security", 1, 1_000_000);
    handles = contract.control.test_open_handles();
    write(3);
  }

  @AfterEach
  void noHandleIsLeftOpen() {
    if (contract != null) {
      assertThat(contract.control.test_open_handles()).isEqualTo(handles);
    }
  }

  @Test
  void theFirstStartAnchorsAtTheNewestRecordAtOnce() throws Exception {
    Checkpoint anchor;
    try (Source source = open(null)) {
      assertThat(source.pump(facts::add, 100)).isZero();
      anchor = source.position();
    }
    write(2);
    try (Source source = open(anchor)) {
      assertThat(source.pump(facts::add, 100)).isEqualTo(2);
      assertThat(source.position()).isEqualTo(new Checkpoint("Security=5\n"));
    }
    assertThat(records()).containsExactly(4L, 5L);
  }

  @Test
  void aLongRecordGrowsTheBuffer() throws Exception {
    contract.start(channel, ++written, 4, "x".repeat(40_000));
    try (Source source = open(new Checkpoint("Security=3\n"))) {
      assertThat(source.pump(facts::add, 100)).isEqualTo(1);
    }
    assertThat(((ProcessStart) facts.getFirst()).argv().getFirst()).hasSize(40_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1734, 15011, 15012})
  void whatBreaksASubscriptionLosesNothing(int code) throws Exception {
    write(600);
    contract.control.test_fail("EvtNext", code, 1);
    try (Source source = open(new Checkpoint("Security=3\n"))) {
      for (int i = 0; i < 4; i++) {
        source.pump(facts::add, 1000);
      }
    }
    assertThat(records())
        .containsExactlyElementsOf(LongStream.rangeClosed(4, 603).boxed().toList());
  }

  @Test
  void anInvalidPollIsAnEmptyOne() throws Exception {
    contract.control.test_fail("EvtNext", 4317, 0);
    try (Source source = open(new Checkpoint("Security=2\n"))) {
      assertThat(source.pump(facts::add, 100)).isZero();
      assertThat(source.pump(facts::add, 100)).isEqualTo(1);
    }
  }

  @Test
  void whatElseFailsIsTheSupervisorsToMend() throws Exception {
    contract.control.test_fail("EvtRender", 8, 0);
    try (Source source = open(new Checkpoint("Security=2\n"))) {
      assertThatThrownBy(() -> source.pump(facts::add, 100)).hasMessage("EvtRender failed with 8");
      assertThat(source.position()).isEqualTo(new Checkpoint("Security=2\n"));
    }
  }

  @Test
  void recordsThatWereOverwrittenAreACountedGap() throws Exception {
    write(100);
    contract.control.test_drop(channel, 50);
    try (Source source = open(new Checkpoint("Security=10\n"))) {
      source.pump(facts::add, 1000);
      assertThat(source.counters().snapshot().lost()).isEqualTo(39);
    }
    SourceGap gap = (SourceGap) facts.getFirst();
    assertThat(gap.lost()).isEqualTo(39);
    assertThat(records().getFirst()).isEqualTo(50);
  }

  @Test
  void recordNumbersThatBeginAnewAreAGapAndAreRead() throws Exception {
    contract.control.test_restart(channel);
    written = 0;
    write(1);
    try (Source source = open(new Checkpoint("Security=90\n"))) {
      source.pump(facts::add, 1000);
    }
    assertThat(((SourceGap) facts.getFirst()).reason()).isEqualTo("record_ids_restart");
    assertThat(records()).containsExactly(1L);
  }

  @Test
  void aBookmarkThatIsGoneReadsOnBehindTheLastRecord() throws Exception {
    contract.control.test_fail("EvtSubscribe", 1168, 0);
    try (Source source = open(new Checkpoint("Security=2\n"))) {
      source.pump(facts::add, 1000);
      assertThat(source.counters().snapshot().notes()).containsKey("bookmark_gone");
    }
    assertThat(records()).containsExactly(3L);
  }

  @Test
  void aMissingChannelTakesNoOtherDown() throws Exception {
    try (var source = new EventLogSource(contract.log(), Channel.ALL, security(2), CLOCK)) {
      source.pump(facts::add, 1000);
      assertThat(source.counters().snapshot().notes())
          .containsKey("absent: Microsoft-Windows-Sysmon/Operational");
    }
    assertThat(records()).containsExactly(3L);
  }

  @Test
  void theProbeNamesWhatIsOffAndTheCommandThatSwitchesItOn() throws Exception {
    contract.control.test_channel("Microsoft-IIS-Configuration/Operational", 0, 10);
    Applicability fit;
    try (var log = contract.log()) {
      fit = EventLogType.probe(log);
    }
    assertThat(((Applicability.Usable) fit).lacks())
        .extracting(Applicability.Lack::remedy)
        .contains(
            "sysmon64 -accepteula -i",
            "wevtutil sl Microsoft-IIS-Configuration/Operational /e:true");
  }

  @Test
  void aRecordThatComesInWhileItWaitsWakesIt() throws Exception {
    try (Source source = open(new Checkpoint("Security=3\n"))) {
      source.pump(facts::add, 100);
      Thread writer = Thread.ofPlatform().start(() -> write(1));
      assertThat(source.pump(facts::add, 100)).isEqualTo(1);
      writer.join();
      assertThat(source.pump(facts::add, 100)).isZero();
      source.wake();
      assertThat(source.pump(facts::add, 100)).isZero();
    }
  }

  /// A kill loses what was not committed; what was committed with its facts counts.
  @Test
  void aHundredKillsLoseNothingAndRepeatNothing() throws Exception {
    var random = new Random(1507);
    int[] codes = {1734, 15011, 15012, 4317, 0, 0, 0};
    Checkpoint committed = new Checkpoint("Security=3\n");
    var kept = new ArrayList<Fact>();
    for (int kill = 0; kill < 100; kill++) {
      write(random.nextInt(40));
      int code = codes[random.nextInt(codes.length)];
      if (code != 0) {
        contract.control.test_fail("EvtNext", code, random.nextInt(3));
      }
      try (Source source = open(committed)) {
        var uncommitted = new ArrayList<Fact>();
        for (int pump = random.nextInt(4); pump >= 0; pump--) {
          source.pump(uncommitted::add, 1 + random.nextInt(20));
          if (random.nextBoolean()) {
            kept.addAll(uncommitted);
            uncommitted.clear();
            committed = source.position();
          }
          write(random.nextInt(3) + 1); // so that no pump waits
        }
      }
      contract.control.test_fail("none", 0, 0);
    }
    try (Source source = open(committed)) {
      while (source.pump(kept::add, 1000) > 0) {
        // Catches up.
      }
    }
    facts.addAll(kept);
    assertThat(records())
        .containsExactlyElementsOf(LongStream.rangeClosed(4, written).boxed().toList());
  }

  private Source open(@Nullable Checkpoint from) throws IOException {
    return new EventLogSource(contract.log(), SECURITY, from, CLOCK);
  }

  private static Checkpoint security(long record) {
    return new Checkpoint("Security=" + record + "\n");
  }

  private void write(int count) {
    for (int i = 0; i < count; i++) {
      written++;
      contract.start(channel, written, (int) written, "cmd.exe /c " + written);
    }
  }

  private List<Long> records() {
    return facts.stream()
        .filter(ProcessStart.class::isInstance)
        .map(fact -> Long.parseLong(fact.provenance().shown()))
        .toList();
  }
}
