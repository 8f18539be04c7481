package io.graftwatch.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class InotifyTest {
  @Test
  void tellsWhatHappenedInAFolder(@TempDir Path folder) throws Exception {
    try (var inotify = new Inotify();
        var waiter = new Waiter(inotify)) {
      int watch = inotify.watch(folder, Inotify.CLOSE_WRITE | Inotify.MOVED_TO | Inotify.DELETE);
      assertThat(waiter.await(0)).isZero();

      Files.writeString(folder.resolve("mod_ü.so"), "x");
      Files.move(folder.resolve("mod_ü.so"), folder.resolve("b.so"));
      Files.delete(folder.resolve("b.so"));

      assertThat(waiter.await(5000)).isEqualTo(1);
      List<String> seen = new ArrayList<>();
      inotify.read((number, mask, _, name) -> {
        assertThat(number).isEqualTo(watch);
        seen.add(Integer.toHexString(mask) + " " + name);
      });
      assertThat(seen).containsExactly("8 mod_ü.so", "80 b.so", "200 b.so");
    }
  }

  @Test
  void aWakeUpEndsTheWaitAndIsTakenOnce(@TempDir Path folder) throws Exception {
    try (var inotify = new Inotify();
        var waiter = new Waiter(inotify)) {
      inotify.watch(folder, Inotify.CREATE);
      var thread = new Thread(waiter::wake);
      thread.start();
      assertThat(waiter.await(10_000)).isEqualTo(Waiter.WOKEN);
      thread.join();
      assertThat(waiter.await(0)).isZero();
    }
  }

  @Test
  void namesWhatCannotBeWatched(@TempDir Path folder) throws Exception {
    try (var inotify = new Inotify()) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> inotify.watch(folder.resolve("none"), Inotify.CREATE))
          .hasMessageContaining("none: No such file or directory (errno 2)");
    }
  }
}
