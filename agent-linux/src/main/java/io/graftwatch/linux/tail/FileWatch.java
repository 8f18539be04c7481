package io.graftwatch.linux.tail;

import io.graftwatch.linux.kernel.Inotify;
import io.graftwatch.linux.kernel.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Waits for any of a few log files to grow or to be renamed, with inotify: nobody wakes up to
/// look. The folder is watched for names, the file for its growth.
public final class FileWatch implements AutoCloseable {
  private static final int NAMES =
      Inotify.CREATE | Inotify.MOVED_TO | Inotify.MOVED_FROM | Inotify.DELETE | Inotify.ONLYDIR;

  private final Inotify inotify = new Inotify();
  private final Waiter waiter = new Waiter(inotify);
  private final Map<Integer, Path> folders = new HashMap<>();
  private final Map<Path, LogTail> tails = new HashMap<>();

  public FileWatch() throws IOException {}

  /// Adds a log. Its folder need not exist; then it is looked for whenever [#await] ends.
  public void add(Path log, LogTail tail) {
    tails.put(log.toAbsolutePath(), tail);
    watch(log.toAbsolutePath());
  }

  private void watch(Path log) {
    try {
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
  public void await(int timeoutMillis) throws IOException {
    waiter.await(timeoutMillis);
    inotify.read((watch, mask, _, name) -> {
      Path folder = folders.get(watch);
      if ((mask & Inotify.OVERFLOW) != 0) {
        tails.forEach((log, tail) -> renamed(log, tail));
      } else if (folder != null && !name.isEmpty()) {
        Path log = folder.resolve(name);
        LogTail tail = tails.get(log);
        if (tail != null) {
          renamed(log, tail);
        }
      }
    });
  }

  /// As [Waiter#gather]; [#wake] ends that too.
  public void gather(int leastMillis, int spanMillis) throws IOException {
    waiter.gather(leastMillis, spanMillis);
  }

  private void renamed(Path log, LogTail tail) {
    tail.suspect();
    watch(log);
  }

  /// Ends the wait in progress. Any thread.
  public void wake() {
    waiter.wake();
  }

  @Override
  public void close() {
    waiter.close();
    inotify.close();
  }
}
