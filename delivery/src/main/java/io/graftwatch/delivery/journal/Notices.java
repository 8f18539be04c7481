package io.graftwatch.delivery.journal;

import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// What went wrong, in sentences for people, and the place where damaged files are set aside for
/// support instead of being deleted or read again.
final class Notices {
  static final String QUARANTINE = "quarantine";
  private static final int MAX_NOTICES = 32;
  private static final int MAX_FILES = 64;

  private final Disk disk;
  private final Path folder;
  private final Deque<String> sentences = new ArrayDeque<>();
  private long number;

  Notices(Disk disk, Path journal) {
    this.disk = disk;
    this.folder = journal.resolve(QUARANTINE);
  }

  /// Keeps the newest [#MAX_NOTICES].
  void add(String sentence) {
    sentences.addLast(sentence);
    if (sentences.size() > MAX_NOTICES) {
      sentences.removeFirst();
    }
  }

  List<String> all() {
    return List.copyOf(sentences);
  }

  /// Moves a file away; when even that fails it is deleted, and when that fails it stays.
  void quarantine(Path path) {
    try {
      disk.move(path, next(String.valueOf(path.getFileName())));
    } catch (IOException e) {
      try {
        disk.delete(path);
        add(path + " could not be set aside and was deleted: " + e.getMessage());
      } catch (IOException again) {
        add(path + " could neither be set aside nor deleted: " + again.getMessage());
      }
    }
  }

  /// Keeps a record that an output will never take, with the reason.
  void quarantine(Pending record, String output, String reason) {
    try {
      byte[] json =
          Json.bytes(
              Map.of(
                  "sequence",
                  record.sequence(),
                  "output",
                  output,
                  "reason",
                  reason,
                  "finding",
                  Json.mapper().readTree(record.payload())));
      try (Disk.DiskFile file = disk.open(next(record.sequence() + ".json"), true)) {
        file.write(ByteBuffer.wrap(json), 0);
      }
    } catch (IOException e) {
      add(
          "record %d could not be kept in quarantine: %s"
              .formatted(record.sequence(), e.getMessage()));
    }
  }

  private Path next(String name) throws IOException {
    disk.makeFolder(folder);
    List<String> names = disk.list(folder);
    if (number == 0 && !names.isEmpty()) {
      number = numberOf(names.getLast());
    }
    if (names.size() >= MAX_FILES) {
      disk.delete(folder.resolve(names.getFirst()));
    }
    return folder.resolve("%08d-%s".formatted(++number, name));
  }

  private static long numberOf(String name) {
    try {
      return Long.parseLong(name, 0, 8, 10);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return 0;
    }
  }
}
