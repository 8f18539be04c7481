package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Totals of segments that are gone, in a file of fixed size that is never grown: two copies,
/// written in turn, each within one sector and with its own checksum.
///
/// A segment's numbers are added here, together with its name as the one being retired, before it
/// is unlinked. A start that finds the named segment still there only unlinks it, so nothing is
/// counted twice.
final class Counters {
  static final String FILE = "counters";
  static final int COPY = 512;
  private static final long MAGIC = 0x4757434f554e5401L; // GWCOUNT, version 1
  private static final int NAME = 32;

  long nextSequence = 1;
  long stored;
  long rejected;
  long dropped;
  String retiring = "";
  final List<String> outputs = new ArrayList<>();

  private final Disk.DiskFile file;
  private long generation;

  private Counters(Disk.DiskFile file) {
    this.file = file;
  }

  /// @return the newest valid copy, or fresh counters; see [#isFresh]
  static Counters open(Disk disk, Path folder) throws IOException {
    Counters counters = new Counters(disk.open(folder.resolve(FILE), true));
    ByteBuffer both = ByteBuffer.allocate(2 * COPY);
    counters.file.read(both, 0);
    both.clear();
    ByteBuffer best = newest(both);
    if (best != null) {
      counters.read(best);
    }
    return counters;
  }

  /// No valid copy was there.
  boolean isFresh() {
    return generation == 0;
  }

  /// Makes the numbers durable. Allocates no space once the file is there.
  void write() throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(COPY);
    copy.putLong(MAGIC).putLong(++generation).putLong(nextSequence);
    copy.putLong(stored).putLong(rejected).putLong(dropped);
    putName(copy, retiring);
    for (int slot = 0; slot < Frame.SLOTS; slot++) {
      putName(copy, slot < outputs.size() ? outputs.get(slot) : "");
    }
    copy.putInt(COPY - 4, crc(copy));
    copy.clear();
    boolean first = file.size() < 2 * COPY;
    file.write(copy, (generation & 1) * COPY);
    if (first) {
      copy.clear();
      file.write(copy, ((generation + 1) & 1) * COPY);
    }
    file.force();
  }

  void close() throws IOException {
    file.close();
  }

  private void read(ByteBuffer copy) {
    copy.position(8);
    generation = copy.getLong();
    nextSequence = copy.getLong();
    stored = copy.getLong();
    rejected = copy.getLong();
    dropped = copy.getLong();
    retiring = name(copy);
    for (int slot = 0; slot < Frame.SLOTS; slot++) {
      String output = name(copy);
      if (!output.isEmpty()) {
        outputs.add(output);
      }
    }
  }

  private static @Nullable ByteBuffer newest(ByteBuffer both) {
    ByteBuffer best = null;
    for (int i = 0; i < 2; i++) {
      ByteBuffer copy = both.slice(i * COPY, COPY);
      if (copy.getLong(0) == MAGIC
          && copy.getInt(COPY - 4) == crc(copy)
          && (best == null || copy.getLong(8) > best.getLong(8))) {
        best = copy;
      }
    }
    return best;
  }

  private static int crc(ByteBuffer copy) {
    CRC32C crc = new CRC32C();
    crc.update(copy.slice(0, COPY - 4));
    return (int) crc.getValue();
  }

  private static void putName(ByteBuffer copy, String name) {
    byte[] bytes = name.getBytes(UTF_8);
    if (bytes.length >= NAME) {
      throw new IllegalArgumentException("name of " + bytes.length + " bytes: " + name);
    }
    copy.put((byte) bytes.length).put(bytes).position(copy.position() + NAME - 1 - bytes.length);
  }

  private static String name(ByteBuffer copy) {
    byte[] bytes = new byte[Math.min(copy.get(), NAME - 1)];
    copy.get(bytes).position(copy.position() + NAME - 1 - bytes.length);
    return new String(bytes, UTF_8);
  }
}
