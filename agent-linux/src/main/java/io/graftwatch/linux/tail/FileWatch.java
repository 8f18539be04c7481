package io.graftwatch.linux.tail;

import io.graftwatch.core.source.Bell;
import io.graftwatch.linux.kernel.Inotify;
import io.graftwatch.linux.kernel.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Waits for any of a few log files to grow or to be renamed, with inotify: nobody wakes up to
/// look. The folder is watched for names, the file for its growth. One thread, except for [#wake].
///
/// It takes descriptors of the kernel when it is first used, not when it is made.
public final class FileWatch implements Bell, AutoCloseable {
  private static final int NAMES =
      Inotify.CREATE | Inotify.MOVED_TO | Inotify.MOVED_FROM | Inotify.DELETE | Inotify.ONLYDIR;

  private final Map<Integer, Path> folders = new HashMap<>();
  private final Map<LogTail, Path> tails = new LinkedHashMap<>();
  private @Nullable Kernel kernel;

  private record Kernel(Inotify inotify, Waiter waiter) {}

  /// Adds a log. Its folder need not exist; then it is looked for whenever [#await] ends.
  public void add(Path log, LogTail tail) throws IOException {
    kernel();
    tails.put(tail, log.toAbsolutePath());
    watch(log.toAbsolutePath());
  }

  /// Forgets a log.
  public void remove(LogTail tail) {
    tails.remove(tail);
  }

  private synchronized Kernel kernel() throws IOException {
    Kernel there = kernel;
    if (there == null) {
      var inotify = new Inotify();
      try {
        there = new Kernel(inotify, new Waiter(inotify));
      } catch (IOException e) {
        inotify.close();
        throw e;
      }
      kernel = there;
    }
    return there;
  }

  private void watch(Path log) {
    try {
      Inotify inotify = kernel().inotify;
      Path folder = log.getParent();
      if (folder != null && Files.isDirectory(folder)) {
        folders.put(inotify.watch(folder, NAMES), folder);
      }
      if (Files.isRegularFile(log)) {
        inotify.watch(log, Inotify.MODIFY);
      }
    } catch (IOException _) {
      // Without the watch the file is still looked at, once a wait.
    }
  }

  /// Waits until a log changed, [#wake] was called or time is up. Tails whose name changed are
  /// told.
  @Override
  public void await(int timeoutMillis) throws IOException {
    Kernel there = kernel();
    there.waiter.await(timeoutMillis);
    there.inotify.read((watch, mask, _, name) -> {
      Path folder = folders.get(watch);
      boolean all = (mask & Inotify.OVERFLOW) != 0;
      // A name in the folder is anybody's, and not every name is a path in every locale.
      tails.forEach((tail, log) -> {
        if (all
            || (String.valueOf(log.getFileName()).equals(name)
                && Objects.equals(folder, log.getParent()))) {
          tail.suspect();
          watch(log);
        }
      });
    });
  }

  /// As [Waiter#gather]; [#wake] ends that too.
  public void gather(int leastMillis, int spanMillis) throws IOException {
    kernel().waiter.gather(leastMillis, spanMillis);
  }

  /// Ends the wait in progress. Any thread.
  @Override
  public synchronized void wake() {
    if (kernel != null) {
      kernel.waiter.wake();
    }
  }

  @Override
  public synchronized void close() {
    if (kernel != null) {
      kernel.waiter.close();
      kernel.inotify.close();
      kernel = null;
    }
  }
}
