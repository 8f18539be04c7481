package io.graftwatch.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.graftwatch.core.source.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against what the kernel shows of a service with its unit's sandbox and of a shell of root's:
/// resources/sandbox.
class SandboxTest {
  @TempDir private Path folder;

  @BeforeEach
  void controlGroup() throws IOException {
    Path group = Files.createDirectories(folder.resolve("system.slice/graftwatch.service"));
    Files.writeString(group.resolve("memory.max"), "201326592\n");
    Files.writeString(group.resolve("cpu.max"), "60000 100000\n");
    Files.writeString(group.resolve("pids.max"), "64\n");
  }

  private List<Measure> measures(String process) throws IOException {
    Path proc = Files.createDirectories(folder.resolve("proc/7"));
    for (String file : List.of("status", "mountinfo", "limits", "cgroup")) {
      Files.copy(Path.of("src/test/resources/sandbox", process, file), proc.resolve(file));
    }
    return Sandbox.of(folder.resolve("proc"), folder, 7);
  }

  @Test
  void every_measure_of_the_unit_is_seen() throws IOException {
    assertThat(measures("service")).hasSize(15).allMatch(Measure::holds);
  }

  @Test
  void a_process_that_somebody_started_by_hand_has_none() throws IOException {
    assertThat(measures("shell")).hasSize(15).noneMatch(Measure::holds);
  }

  @Test
  void a_right_too_many_is_seen() throws IOException {
    Path proc = Files.createDirectories(folder.resolve("proc/7"));
    assertThat(measures("service")).allMatch(Measure::holds);
    String status = Files.readString(proc.resolve("status"));
    // CAP_SYS_ADMIN is 21.
    Files.writeString(
        proc.resolve("status"),
        status.replace("CapBnd:\t0000002040081004", "CapBnd:\t0000002040281004"));
    assertThat(Sandbox.of(folder.resolve("proc"), folder, 7))
        .filteredOn(measure -> !measure.holds())
        .extracting(Measure::what)
        .containsExactly("it can get no right that no source needs");
  }

  @Test
  void a_process_that_is_gone_is_said() {
    assertThatThrownBy(() -> Sandbox.of(folder, folder, 8)).hasMessage("the agent has just ended");
  }

  @Test
  void this_process_can_be_looked_at() throws IOException {
    long self = ProcessHandle.current().pid();
    assertThat(Sandbox.of(Path.of("/proc"), Path.of("/sys/fs/cgroup"), self)).hasSize(15);
  }
}
