package io.graftwatch.linux.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.graftwatch.core.source.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The live tail of `audit.log`, written in pieces as the daemon does.
class AuditLogSourceTest {
  private static final Path RECORDED =
      Path.of("src/test/resources/audit/m02-apache-module-bash-reverse-shell/audit.log");

  @TempDir Path folder = Path.of("");
  private final List<String> facts = new ArrayList<>();

  @BeforeEach
  void linux() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "needs Linux: inotify");
  }

  @Test
  void rotationAndRestartInTheMiddleLoseAndRepeatNothing() throws IOException {
    List<byte[]> lines = Lines.of(Files.readAllBytes(RECORDED));
    Path log = folder.resolve("audit.log");
    append(log, lines, 0, 40);
    Checkpoint position;
    try (var source = open(log, null)) {
      pump(source, 40);
      Files.move(log, folder.resolve("audit.log.1"));
      append(log, lines, 40, 90);
      pump(source, 90);
      position = source.position();
    }
    Files.move(folder.resolve("audit.log.1"), folder.resolve("audit.log.2"));
    append(log, lines, 90, 100);
    Files.move(log, folder.resolve("audit.log.1"));
    append(log, lines, 100, lines.size());
    try (var source = open(log, position)) {
      while (source.counters().snapshot().read() == 0 || !all()) {
        source.pump(fact -> facts.add(FactText.of(fact)), 1000);
      }
    }
    assertThat(facts.stream().distinct().toList()).containsExactlyElementsOf(expected());
  }

  private boolean all() throws IOException {
    return facts.containsAll(expected());
  }

  private static List<String> expected() throws IOException {
    List<String> golden = GoldenTest.facts(Files.readAllBytes(RECORDED));
    return golden.subList(0, golden.size() - 1);
  }

  private AuditLogSource open(Path log, @org.jspecify.annotations.Nullable Checkpoint from)
      throws IOException {
    return new AuditLogSource(log, from, InstantSource.system());
  }

  /// Pumps until so many lines were read; an incomplete event's records are counted with it.
  private void pump(AuditLogSource source, int lines) throws IOException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    int read = 0;
    int before = (int) source.counters().snapshot().read();
    while (read + before < lines - 8 && System.nanoTime() < deadline) {
      source.pump(fact -> facts.add(FactText.of(fact)), 1000);
      read = (int) source.counters().snapshot().read() - before;
    }
  }

  private static void append(Path log, List<byte[]> lines, int from, int to) throws IOException {
    try (var out =
        Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (byte[] line : lines.subList(from, to)) {
        out.write(line);
        out.write('\n');
      }
    }
  }
}
