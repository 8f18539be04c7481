package io.graftwatch.linux.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  private static final long NOW = 1_000_000;

  @TempDir private Path folder;

  /// Whoever may write into a log's folder chooses names there: none of them stops the watch, and
  /// the log's own rename is still seen.
  @Test
  void namesInTheFolderAreCompared() throws Exception {
    Path log = Files.writeString(folder.resolve("error.log"), "one\n");
    LogTail tail = LogTail.open(log, "", 0, _ -> {});
    try (var watch = new FileWatch()) {
      watch.add(log, tail);
      assertThat(tail.next(NOW)).isTrue();
      assertThat(tail.next(NOW)).isFalse();
      odd("printf x > \"$(printf 'a\\377\\nb')\"; touch '..error.log' 'error.log ' 'ünï'");
      watch.await(1_000);
      assertThat(tail.next(NOW)).isFalse();
      Files.move(log, folder.resolve("error.log.1"));
      Files.writeString(log, "two\n");
      watch.await(1_000);
      assertThat(tail.next(NOW)).as("looked at although no time has passed").isTrue();
    } finally {
      tail.close();
    }
  }

  private void odd(String script) throws Exception {
    Process shell = new ProcessBuilder("/bin/sh", "-c", script).directory(folder.toFile()).start();
    assertThat(shell.waitFor()).isZero();
  }
}
