package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.type.TypeReference;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Commits: source checkpoints, detector state and the next sequence in one file each, so that they
/// can never disagree. A file is written beside, forced, renamed; the folder is forced; the two
/// newest are kept.
///
/// ```
///  0  magic "GWCOMM" 00 version
///  8  generation
/// 16  next sequence
/// 24  time, microseconds since the epoch
/// 32  length of the checkpoints
/// 36  length of the state
/// 40  CRC32C over bytes 0-39, checkpoints, state
/// 44  checkpoints, JSON object
///     state
/// ```
final class Commits {
  static final String PREFIX = "commit-";
  static final int MAX_STATE = 64 << 20;
  private static final String TEMPORARY = "commit.tmp";
  private static final int HEADER = 44;
  private static final int VERSION = 1;
  private static final byte[] MAGIC = "GWCOMM\0".getBytes(US_ASCII);
  private static final int KEEP = 2;

  private final Disk disk;
  private final Path folder;

  /// Valid generations, oldest first.
  private final List<Kept> kept = new ArrayList<>();

  private long generation;
  private Commit last = new Commit(0, 1, 0, Map.of(), new byte[0]);

  Commits(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  private record Kept(long generation, long nextSequence) {}

  /// @param generation 0 when nothing was ever committed
  record Commit(
      long generation,
      long nextSequence,
      long time,
      Map<String, String> checkpoints,
      byte[] state) {}

  /// Reads the kept generations; damaged ones are reported and passed over.
  ///
  /// @throws JournalException when one is of a newer version
  Commit recover(Notices notices) throws IOException {
    for (String name : disk.list(folder)) {
      if (!name.startsWith(PREFIX)) {
        continue;
      }
      Path path = folder.resolve(name);
      long number = number(name);
      generation = Math.max(generation, number);
      Commit commit = disk.isRegular(path) && number > 0 ? read(disk, path) : null;
      if (commit == null || commit.generation() != number) {
        notices.add("commit " + path + " is damaged; the one before it is used");
        notices.quarantine(path);
        continue;
      }
      kept.add(new Kept(number, commit.nextSequence()));
      last = commit;
    }
    return last;
  }

  /// Sequences below this were committed by every kept generation: after any restart the detector
  /// will not say those findings again.
  long floor() {
    return kept.size() < KEEP ? 0 : kept.getFirst().nextSequence();
  }

  void write(long nextSequence, long time, Map<String, String> checkpoints, byte[] state)
      throws IOException {
    Path temporary = folder.resolve(TEMPORARY);
    long number = generation + 1;
    try (Disk.DiskFile file = disk.open(temporary, true)) {
      file.truncate(0);
      file.write(encode(number, nextSequence, time, Json.bytes(checkpoints), state), 0);
      file.force();
    } catch (IOException e) {
      try {
        disk.delete(temporary);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    disk.move(temporary, folder.resolve("%s%016d".formatted(PREFIX, number)));
    disk.sync(folder);
    generation = number;
    kept.add(new Kept(number, nextSequence));
    while (kept.size() > KEEP) {
      disk.delete(folder.resolve("%s%016d".formatted(PREFIX, kept.getFirst().generation())));
      kept.removeFirst();
    }
  }

  /// @return null when damaged
  /// @throws JournalException when it is of a newer version
  static @Nullable Commit read(Disk disk, Path path) throws IOException {
    try (Disk.DiskFile file = disk.open(path, false)) {
      long size = file.size();
      if (size < HEADER || size > HEADER + 2L * MAX_STATE) {
        return null;
      }
      ByteBuffer header = ByteBuffer.allocate(HEADER);
      file.read(header, 0);
      header.clear();
      if (!header.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
        return null;
      }
      if (header.get(MAGIC.length) > VERSION) {
        throw new JournalException(
            "%s was written by a newer Graftwatch (format %d, this one knows %d): install that version again, or move the folder away"
                .formatted(path, header.get(MAGIC.length), VERSION));
      }
      int checkpoints = header.getInt(32);
      int state = header.getInt(36);
      if (checkpoints < 0 || state < 0 || HEADER + (long) checkpoints + state != size) {
        return null;
      }
      ByteBuffer body = ByteBuffer.allocate(checkpoints + state);
      file.read(body, HEADER);
      body.clear();
      if (crc(header, body) != header.getInt(40)) {
        return null;
      }
      byte[] json = new byte[checkpoints];
      byte[] bytes = new byte[state];
      body.get(json).get(bytes);
      Map<String, String> map = Json.mapper().readValue(json, new TypeReference<>() {});
      return new Commit(header.getLong(8), header.getLong(16), header.getLong(24), map, bytes);
    }
  }

  private static ByteBuffer encode(
      long generation, long nextSequence, long time, byte[] checkpoints, byte[] state) {
    if (checkpoints.length + (long) state.length > MAX_STATE) {
      throw new IllegalArgumentException("state of " + state.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + checkpoints.length + state.length);
    bytes.put(MAGIC).put((byte) VERSION).putLong(generation).putLong(nextSequence).putLong(time);
    bytes.putInt(checkpoints.length).putInt(state.length).putInt(0).put(checkpoints).put(state);
    bytes.putInt(40, crc(bytes, bytes.slice(HEADER, bytes.capacity() - HEADER)));
    return bytes.clear();
  }

  private static int crc(ByteBuffer header, ByteBuffer body) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, 40));
    crc.update(body.duplicate());
    return (int) crc.getValue();
  }

  private static long number(String name) {
    try {
      return Long.parseLong(name.substring(PREFIX.length()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
