package io.graftwatch.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.linux.process.Capabilities.Capability;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcFsTest {
  @Test
  void aNameWithBlanksAndBracketsShiftsNoField() {
    String line =
        "4711 (a) R 1 (b) S 17 4711 4711 34817 0 4194304 97 0 0 0 1 2 0 0 20 0 1 0 445000 1 2 3\n";
    assertThat(ProcStat.parse(line.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new ProcStat(4711, "a) R 1 (b", 'S', 17, 4711, 34817, 445000));
  }

  @ParameterizedTest
  @CsvSource({"''", "4711", "4711 (a", "4711 (a)", "4711 (a) S 1 2 3", "x (a) S 1"})
  void whatIsNoStatLineIsNone(String line) {
    assertThat(ProcStat.parse(line.getBytes(StandardCharsets.UTF_8))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0::/system.slice/nginx.service                                   | nginx.service
          0::/user.slice/user-0.slice/user@0.service/app.slice/run-4.scope | run-4.scope
          0::/docker/0123abc                                               | /docker/0123abc
          0::/                                                             |
          12:cpu:/a;1:name=systemd:/system.slice/ssh.service;0::/          | ssh.service
          rubbish                                                          |
          """)
  void theInnermostUnitHoldsTheProcess(String cgroup, String unit) {
    assertThat(Cgroup.unit(cgroup.replace(';', '\n') + "\n")).isEqualTo(unit);
  }

  @ParameterizedTest
  @CsvSource({"0,", "34816, pts/0", "34819, pts/3", "1025, tty1", "1088, ttyS0", "1281, 5:1"})
  void terminals(int device, String name) {
    assertThat(ProcFacts.tty(device)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "socket:[123], 123",
    "socket:[], 0",
    "socket:[x], -1",
    "pipe:[5], -1",
    "/dev/null, -1",
    "socket:[99999999999999999999999999999], -1"
  })
  void socketInodes(String link, long inode) {
    assertThat(ProcFs.socketInode(link)).isEqualTo(inode);
  }

  @Test
  void argumentsKeepTheirBlanksAndTheirEmptiness() {
    assertThat(ProcFs.arguments("sh\0-c\0echo a b\0\0".getBytes(StandardCharsets.UTF_8)))
        .containsExactly("sh", "-c", "echo a b", "");
    assertThat(ProcFs.arguments("nginx: worker process".getBytes(StandardCharsets.UTF_8)))
        .containsExactly("nginx: worker process");
  }

  @Test
  void capabilitiesByTheirBits() {
    var some = Capabilities.parse("Name:\tx\nCapEff:\t0000002000001000\nCapBnd:\tff\n");
    assertThat(some.has(Capability.AUDIT_READ)).isTrue();
    assertThat(some.has(Capability.NET_ADMIN)).isTrue();
    assertThat(some.has(Capability.AUDIT_CONTROL)).isFalse();
    assertThat(Capabilities.parse("CapEff:\tzz\n").bits()).isZero();
  }

  @Test
  void bothClocksGiveTheSameStart() {
    // Booted at 1000 s; slept 50 s; now 1160 s.
    BootClock boot = BootClock.of(1_160_000_000, 110_000_000, 160_000_000);
    assertThat(boot.ofTicks(15_000)).isEqualTo(1_150_000_000);
    assertThat(boot.ofMonotonic(100_000_000_000L)).isEqualTo(1_150_000_000);
  }

  @Test
  void parentsComeBeforeTheirChildrenWhateverTheirNumbers() {
    List<ProcStat> stats =
        List.of(stat(5, 900), stat(7, 5), stat(900, 1), stat(1, 0), stat(3, 77777));
    assertThat(ProcSnapshot.parentsFirst(stats).stream().map(ProcStat::pid))
        .containsExactly(1, 3, 900, 5, 7);
  }

  private static ProcStat stat(int pid, int ppid) {
    return new ProcStat(pid, "x", 'S', ppid, pid, 0, pid);
  }
}
