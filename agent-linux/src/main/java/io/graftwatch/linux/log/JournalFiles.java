package io.graftwatch.linux.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The journal's own files, by which one sees that it grows.
///
/// @param folders `/var/log/journal` and `/run/log/journal`
record JournalFiles(List<Path> folders) {
  /// A record may be on its way for so long, microseconds.
  private static final long ON_ITS_WAY = TimeUnit.SECONDS.toMicros(30);

  /// Whether there is a journal of the system's own and nobody lets us read it: what `journalctl`
  /// then shows is the user's own, with no word of it. Opened to see, since capabilities count.
  boolean denied() {
    boolean denied = false;
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder, 2)) {
        for (Path file : files.filter(JournalFiles::isSystems).limit(1000).toList()) {
          if (readable(file)) {
            return false;
          }
          denied = true;
        }
      } catch (IOException | UncheckedIOException _) {
        // No such journal, or a folder that is closed to us.
      }
    }
    return denied;
  }

  private static boolean isSystems(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("system") && name.endsWith(".journal");
  }

  private static boolean readable(Path file) {
    try (var _ = Files.newByteChannel(file)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// Whether the journal was written to after `since` and not just now.
  boolean written(long since, long now) {
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder, 2)) {
        long newest =
            files
                .filter(file -> file.toString().endsWith(".journal"))
                .limit(1000)
                .mapToLong(JournalFiles::modified)
                .max()
                .orElse(0);
        if (newest > since + ON_ITS_WAY && newest < now - ON_ITS_WAY) {
          return true;
        }
      } catch (IOException | UncheckedIOException _) {
        // No such journal.
      }
    }
    return false;
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).to(TimeUnit.MICROSECONDS);
    } catch (IOException _) {
      return 0;
    }
  }

  boolean exist() {
    return folders.stream().anyMatch(Files::isDirectory);
  }
}
