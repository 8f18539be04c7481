package io.graftwatch.macos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The live source on a stand-in `log`: a script whose store is a file that the test appends to.
@Timeout(120)
final class UnifiedLogSourceTest {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxx").withZone(ZoneOffset.UTC);
  private static final int FIRST_PORT = 50_000;

  /// What the real one prints, from and to a file: the stream begins at its end.
  private static final String STORE =
      """
      echo "$@" >>FOLDER/calls
      case $1 in
      stream) echo 'Filtering the log data using "x"'; exec tail -n 0 -F FOLDER/store 2>/dev/null ;;
      show) cat FOLDER/store; echo '{"count":1,"finished":1}' ;;
      esac
      """;

  @TempDir private Path folder;

  private int written;

  @Test
  void whatIsWrittenWhileNoStreamRunsComesOnceAfterARestart() throws IOException {
    assertThat(ports(2)).containsExactlyInAnyOrderElementsOf(all());
  }

  @Test
  @Tag("faults")
  void twentyKillsLoseNothingAndRepeatNothing() throws IOException {
    assertThat(ports(20)).containsExactlyInAnyOrderElementsOf(all());
  }

  @Test
  @Tag("faults")
  void aLogThatFailsAtOnceIsAnErrorAndNoLoop() throws IOException {
    Path log = script("echo run >>FOLDER/calls; echo 'log: bad predicate' >&2; exit 64");
    try (UnifiedLogSource source = source(log, null)) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  source.pump(_ -> {}, 100);
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ended at once 5 times")
          .hasMessageContaining("log: bad predicate");
    }
    // Each of the last four starts asks for the time between, too.
    assertThat(Files.readAllLines(folder.resolve("calls")).size()).isLessThanOrEqualTo(17);
  }

  @Test
  void aRestartOfTheAgentReadsOnFromTheExactTimeAndGoesOnCounting() throws IOException {
    Path log = script(STORE);
    write(100);
    Checkpoint reached = new Checkpoint("1789369200123456 95 1789369200000000 1");
    var facts = new ArrayList<Fact>();
    try (UnifiedLogSource source = source(log, reached, clockAt("2026-09-14T07:30:00Z"))) {
      while (facts.stream().noneMatch(Connection.class::isInstance)) {
        source.pump(facts::add, 100);
      }
      assertThat(source.counters().snapshot().lost()).isEqualTo(5);
    }
    assertThat(facts)
        .filteredOn(SourceGap.class::isInstance)
        .extracting(fact -> ((SourceGap) fact).reason())
        .containsExactly("source_loss");
    assertThat(Files.readAllLines(folder.resolve("calls")))
        .anyMatch(
            call -> call.contains("show --style ndjson --start 2026-09-14 06:59:58.123456+0000"));
  }

  @Test
  void switchesAreReadEachMinute() throws IOException {
    Path log = script(STORE);
    Path sysctl = folder.resolve("sysctl");
    Files.writeString(sysctl, "#!/bin/sh\ncat " + folder + "/$2\n");
    Files.setPosixFilePermissions(sysctl, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(folder.resolve("store"));
    Files.writeString(folder.resolve("security.mac.platform_exec_logging"), "1\n");
    Files.writeString(folder.resolve("net.inet.tcp.log.enable"), "0\n");
    var now = new long[] {1_789_369_200_000L};
    var gaps = new ArrayList<String>();
    FactSink sink =
        fact -> {
          if (fact instanceof SourceGap gap) {
            gaps.add(gap.reason());
          }
        };
    try (var source =
        new UnifiedLogSource(
            log.toString(),
            "x",
            new Switches(sysctl.toString()),
            (_, _) -> LookUp.NONE,
            () -> Instant.ofEpochMilli(now[0]),
            null)) {
      source.pump(sink, 100);
      assertThat(source.condition()).as("as the probe said").isNull();
      now[0] += 60_000;
      source.pump(sink, 100);
      assertThat(source.condition())
          .isInstanceOfSatisfying(
              Applicability.Usable.class,
              usable ->
                  assertThat(usable.lacks())
                      .extracting(Applicability.Lack::remedy)
                      .containsExactly("sudo sysctl -w net.inet.tcp.log.enable=0x61"));
      assertThat(gaps).containsExactly("tcp_log_off");

      Files.writeString(folder.resolve("net.inet.tcp.log.enable"), "97\n");
      now[0] += 60_000;
      source.pump(sink, 100);
      assertThat(source.condition()).isEqualTo(Applicability.usable());
      assertThat(gaps).hasSize(1);
    }
  }

  @Test
  void whatLiesTooFarBackIsAGap() throws IOException {
    Path log = script(STORE);
    Files.createFile(folder.resolve("store"));
    var facts = new ArrayList<Fact>();
    Checkpoint old = new Checkpoint("1789369200123456 -1 0 0");
    try (UnifiedLogSource source = source(log, old, clockAt("2026-09-15T07:30:00Z"))) {
      source.pump(facts::add, 100);
    }
    assertThat(facts)
        .singleElement()
        .isInstanceOfSatisfying(
            SourceGap.class, gap -> assertThat(gap.reason()).isEqualTo("look_back"));
  }

  @Test
  void aPositionThatNobodyWroteMeansNow() {
    assertThat(LogPosition.read("1;$(id)", 7)).isEqualTo(LogPosition.at(7));
    assertThat(LogPosition.read("a b c d", 7)).isEqualTo(LogPosition.at(7));
    assertThat(LogPosition.read("1 2 3 4", 7).toString()).isEqualTo("1 2 3 4");
  }

  @Test
  void aNameCannotEndThePredicatesQuotes() {
    assertThat(Predicate.of(true, List.of("edged", "x\" OR TRUEPREDICATE OR \"")))
        .contains("process: edged:")
        .doesNotContain("TRUEPREDICATE");
  }

  /// Writes a row, reads, and kills the stream again and again.
  private List<Integer> ports(int kills) throws IOException {
    Path log = script(STORE);
    Files.createFile(folder.resolve("store"));
    var ports = new ArrayList<Integer>();
    int killed = 0;
    try (UnifiedLogSource source = source(log, null)) {
      source.pump(fact -> port(fact, ports), 100);
      int sinceKill = 0;
      while (killed < kills || ports.size() < written) {
        if (killed < kills) {
          write(0);
        }
        int before = ports.size();
        source.pump(fact -> port(fact, ports), 100);
        sinceKill += ports.size() - before;
        Optional<ProcessHandle> child = child();
        if (killed < kills && sinceKill > 2 && child.isPresent()) {
          child.get().destroyForcibly();
          child.get().onExit().join();
          long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
          write(0);
          while (child().isEmpty()) {
            source.pump(fact -> port(fact, ports), 100);
          }
          assertThat(System.nanoTime()).as("started again within 5 s").isLessThan(end);
          killed++;
          sinceKill = 0;
        }
      }
      assertThat(source.counters().snapshot().notes()).containsEntry("child_restart", (long) kills);
    }
    return ports;
  }

  private List<Integer> all() {
    return IntStream.range(0, written).mapToObj(i -> FIRST_PORT + i).toList();
  }

  private static void port(Fact fact, List<Integer> ports) {
    if (fact instanceof Connection connection) {
      ports.add(connection.local().port());
    }
  }

  private Optional<ProcessHandle> child() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(folder + "/store"))
        .findFirst();
  }

  private void write(int skipped) throws IOException {
    String row =
        """
        {"eventType":"logEvent","subsystem":"","threadID":%d,"processImagePath":"/kernel",\
        "timestamp":"%s","machTimestamp":%d,"eventMessage":"tcp connect outgoing: \
        [<IPv4-redacted>:%d<-><IPv4-redacted>:443] interface: en0 (skipped: %d)\\n\
        so_gencnt: 1 t_state: SYN_SENT process: nginx:5796 SYN in/out: 0/1 ","processID":0}
        """
            .formatted(
                written,
                STAMP.format(Instant.now()),
                1000 + written,
                FIRST_PORT + written,
                skipped);
    written++;
    Files.writeString(
        folder.resolve("store"), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private Path script(String text) throws IOException {
    Path log = folder.resolve("log");
    Files.writeString(log, "#!/bin/sh\n" + text.replace("FOLDER", folder.toString()));
    return Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static InstantSource clockAt(String time) {
    return InstantSource.fixed(Instant.parse(time));
  }

  private static UnifiedLogSource source(Path log, @Nullable Checkpoint from) {
    return source(log, from, InstantSource.system());
  }

  private static UnifiedLogSource source(Path log, @Nullable Checkpoint from, InstantSource clock) {
    return new UnifiedLogSource(
        log.toString(), "x", new Switches("/bin/false"), (_, _) -> LookUp.NONE, clock, from);
  }
}
