package io.graftwatch.linux.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.Host;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.core.source.SourceType;
import io.graftwatch.linux.LinuxPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailSourceTest {
  @TempDir private Path folder;

  @Test
  void firstStartBeginsAtTheEndAndARestartWhereItLeftOff() throws IOException {
    Path log = folder.resolve("error.log");
    crash(log, 1);
    Checkpoint left;
    try (Source source = open(log, null)) {
      crash(log, 2);
      assertThat(pids(source)).containsExactly(2);
      left = source.position();
    }
    crash(log, 3);
    Files.move(log, folder.resolve("error.log.1"));
    crash(log, 4);
    try (Source source = open(log, left)) {
      assertThat(pids(source)).containsExactly(3, 4);
      assertThat(source.counters().snapshot().read()).isEqualTo(2);
    }
  }

  @Test
  void aFileThatWasNotThereBeforeIsReadFromItsBeginning() throws IOException {
    Path log = folder.resolve("other.log");
    crash(log, 7);
    try (Source source = open(log, new Checkpoint(""))) {
      assertThat(pids(source)).containsExactly(7);
    }
  }

  private static void crash(Path log, int pid) throws IOException {
    Files.writeString(
        log,
        "2026/11/24 03:00:0%d [alert] 1#1: worker process %d exited on signal 11\n"
            .formatted(pid, pid),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static Source open(Path log, @Nullable Checkpoint from) throws IOException {
    SourceType type =
        new LinuxPlatform()
            .sources().stream()
                .filter(s -> s.kind().equals("nginx-error"))
                .findFirst()
                .orElseThrow();
    return type.open(
        new SourceConfig("auto", Map.of("log", log.toString())),
        new Host("web01", "linux", Path.of("/run"), List.of()),
        from);
  }

  private static List<Integer> pids(Source source) throws IOException {
    var facts = new ArrayList<Fact>();
    source.pump(facts::add, 100);
    return facts.stream().map(fact -> ((ServerLog) fact).pid()).toList();
  }
}
