package io.graftwatch.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.audit.AuditStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbsenceTest {
  private static final long S = 1_000_000;
  private static final long COMMITTED = 1_760_000_100 * S;

  @TempDir Path folder;

  private final SourceCounters counters = new SourceCounters();
  private final AuditStream stream = AuditStream.ofLog(counters);
  private final List<Fact> facts = new ArrayList<>();

  @Test
  void theLogFillsTheTimeAwayAcrossARotation() throws IOException {
    Files.writeString(
        folder.resolve("audit.log.1"),
        exec(1_760_000_050, 10, "old") + exec(1_760_000_110, 11, "first"));
    Files.writeString(folder.resolve("audit.log"), exec(1_760_000_120, 12, "second"));
    var absence = absence(new Position(COMMITTED, 10, -1));
    read(absence);

    assertThat(programs()).containsExactly("first", "second");
    assertThat(absence.first(20, COMMITTED + 60 * S)).as("nothing is missing").isEmpty();
    assertThat(counters.snapshot().lost()).isZero();
  }

  @Test
  void aLogThatDoesNotReachBackLeavesACountedGap() throws IOException {
    Files.writeString(folder.resolve("audit.log"), exec(1_760_000_120, 15, "second"));
    var absence = absence(new Position(COMMITTED, 10, -1));
    read(absence);

    assertThat(programs()).containsExactly("second");
    assertThat(absence.first(21, COMMITTED + 60 * S))
        .hasValueSatisfying(gap -> {
          assertThat(gap.reason()).isEqualTo("restart");
          assertThat(gap.lost()).isEqualTo(10);
          assertThat(gap.from()).isEqualTo(COMMITTED);
        });
    assertThat(counters.snapshot().lost()).isEqualTo(10);
  }

  @Test
  void withoutALogTheSerialsTellHowManyEventsPassed() throws IOException {
    var absence = absence(new Position(COMMITTED, 100, -1));
    read(absence);
    assertThat(absence.first(100, COMMITTED + S)).as("no record has come yet").isEmpty();
    assertThat(absence.first(151, COMMITTED + 2 * S))
        .hasValueSatisfying(gap -> assertThat(gap.lost()).isEqualTo(50));
    assertThat(absence.first(152, COMMITTED + 3 * S)).as("told once").isEmpty();
  }

  @Test
  void afterARebootNobodyKnowsHowMany() throws IOException {
    var absence = absence(new Position(COMMITTED, 100_000, -1));
    read(absence);
    assertThat(absence.first(7, COMMITTED + 2 * S))
        .hasValueSatisfying(gap -> assertThat(gap.lost()).isEqualTo(-1));
    assertThat(counters.snapshot().lost()).isZero();
  }

  @Test
  void theFirstStartOfAllMissesNothing() throws IOException {
    Files.writeString(folder.resolve("audit.log"), exec(1_760_000_120, 12, "before"));
    var absence = absence(Position.of(null));
    read(absence);
    assertThat(facts).isEmpty();
    assertThat(absence.first(13, COMMITTED)).isEmpty();
  }

  private Absence absence(Position before) {
    return new Absence(before, folder.resolve("audit.log"), new Losses(counters));
  }

  /// Two looks: the second comes when the daemon has had time to write.
  private void read(Absence absence) throws IOException {
    for (long now : new long[] {COMMITTED + 30 * S, COMMITTED + 40 * S}) {
      while (absence.pump(stream, now, facts::add, 512) > 0) {}
    }
    stream.flush(facts::add);
    stream.settle();
  }

  private List<String> programs() {
    return facts.stream()
        .filter(ProcessStart.class::isInstance)
        .map(fact -> ((ProcessStart) fact).argv().getFirst())
        .toList();
  }

  private static String exec(long second, int serial, String program) {
    String head = "msg=audit(" + second + ".000:" + serial + "): ";
    return "type=SYSCALL "
        + head
        + "arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4 pid=5"
        + " auid=4294967295 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33"
        + " tty=(none) ses=4294967295 comm=\"x\" exe=\"/usr/bin/x\" key=\"gw_exec\"\n"
        + "type=EXECVE "
        + head
        + "argc=1 a0=\""
        + program
        + "\"\n"
        + "type=CWD "
        + head
        + "cwd=\"/\"\n"
        + "type=PATH "
        + head
        + "item=0 name=\"/usr/bin/x\" inode=1 dev=00:01 mode=0100755 ouid=0 ogid=0 rdev=00:00"
        + " nametype=NORMAL\n"
        + "type=PATH "
        + head
        + "item=1 name=\"/lib64/ld-linux-x86-64.so.2\" inode=2 dev=00:01 mode=0100755 ouid=0"
        + " ogid=0 rdev=00:00 nametype=NORMAL\n";
  }
}
