package io.graftwatch.delivery.journal;

import io.graftwatch.delivery.journal.Frame.Mark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of records of one severity, named `<severity>-<first sequence>.seg`.
///
/// ```
///  0  magic "GWSEGM" 00 version
///  8  zeros
/// 64  frames, see [Frame]
/// ```
///
/// It knows how many of its records wait for each output. Which ones they are is an index that can
/// be thrown away and read again.
final class Segment {
  static final String SUFFIX = ".seg";
  private static final long MAGIC = 0x47575345474d0001L; // GWSEGM, version 1

  final Path path;
  final String name;
  final int severity;
  final long first;
  long last;
  long firstTime = Long.MAX_VALUE;
  long lastTime;
  int size = SegmentReader.SEGMENT_HEADER;
  boolean damaged;

  /// It is not in the journal any more.
  boolean gone;

  boolean pinned;

  /// Final fates of its records; those in between are [#unfinished].
  long stored;

  long rejected;
  int unfinished;
  final int[] pending = new int[Frame.SLOTS];

  @Nullable List<Entry> index;
  private Disk.@Nullable DiskFile file;

  Segment(Path folder, int severity, long first) {
    this.severity = severity;
    this.first = first;
    this.last = first - 1;
    this.name = name(severity, first);
    this.path = folder.resolve(name);
  }

  static String name(int severity, long first) {
    return "%d-%016d%s".formatted(severity, first, SUFFIX);
  }

  /// @return null when it is not the name of a segment
  static @Nullable Segment parse(Path folder, String name) {
    if (name.length() < 3 || name.charAt(1) != '-' || !name.endsWith(SUFFIX)) {
      return null;
    }
    try {
      int severity = name.charAt(0) - '0';
      Segment segment =
          new Segment(folder, severity, Long.parseLong(name, 2, name.length() - 4, 10));
      return severity >= 0 && severity < Lanes.COUNT && segment.name.equals(name) ? segment : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /// A record in it.
  static final class Entry implements Pending.Ref {
    final Segment segment;
    final int offset;
    final int length;
    final int crc;
    final long sequence;
    final long time;
    private final Mark[] marks = new Mark[Frame.SLOTS];

    Entry(Segment segment, Frame frame, Outputs outputs) {
      this.segment = segment;
      offset = frame.offset();
      length = frame.length();
      crc = frame.crc();
      sequence = frame.sequence();
      time = frame.time();
      for (int slot = 0; slot < Frame.SLOTS; slot++) {
        marks[slot] = frame.mark(slot, outputs);
      }
    }

    Mark mark(int slot) {
      return marks[slot];
    }

    void set(int slot, Mark mark) {
      marks[slot] = mark;
    }
  }

  static ByteBuffer header() {
    ByteBuffer header = ByteBuffer.allocate(SegmentReader.SEGMENT_HEADER);
    return header.putLong(0, MAGIC);
  }

  /// @return why the header is not right, null when it is
  /// @throws JournalException when the segment is of a newer version
  static @Nullable String checkHeader(Path path, Disk.DiskFile file) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(8);
    file.read(header, 0);
    long magic = header.getLong(0);
    if (magic == MAGIC) {
      return null;
    }
    if (magic >>> 8 == MAGIC >>> 8 && (byte) magic > (byte) MAGIC) {
      throw new JournalException(
          "%s was written by a newer Graftwatch (format %d, this one knows %d): install that version again, or move the folder away"
              .formatted(path, (byte) magic, (byte) MAGIC));
    }
    return "the header is damaged";
  }

  Disk.DiskFile file(Disk disk, boolean create) throws IOException {
    if (file == null) {
      file = disk.open(path, create);
    }
    return file;
  }

  /// Gives back handle and index; both come again when needed. A segment whose marks could not be
  /// written keeps its index, which is all that remembers them.
  void rest() {
    if (!pinned) {
      index = null;
    }
    close();
  }

  void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // What counts was forced before; the handle is given up either way.
      }
      file = null;
    }
  }

  /// Takes a record into the counts.
  void add(Entry entry, Outputs outputs) {
    last = Math.max(last, entry.sequence);
    firstTime = Math.min(firstTime, entry.time);
    lastTime = Math.max(lastTime, entry.time);
    if (entry.mark(0) == Mark.VOID) {
      return;
    }
    if (settle(entry, outputs)) {
      return;
    }
    unfinished++;
    for (int slot = 0; slot < Frame.SLOTS; slot++) {
      if (waits(entry, slot, outputs)) {
        pending[slot]++;
      }
    }
    if (index != null) {
      index.add(entry);
    }
  }

  /// Marks a record for one output.
  ///
  /// @return whether it was waiting there
  boolean mark(Entry entry, int slot, Mark mark, Outputs outputs) {
    if (gone || !waits(entry, slot, outputs)) {
      return false;
    }
    entry.set(slot, mark);
    pending[slot]--;
    if (settle(entry, outputs)) {
      unfinished--;
    }
    return true;
  }

  /// Takes a record out again: it could not be forced, or cannot be read any more.
  void withdraw(Entry entry, Outputs outputs) {
    unfinished--;
    for (int slot = 0; slot < Frame.SLOTS; slot++) {
      if (waits(entry, slot, outputs)) {
        pending[slot]--;
      }
    }
    if (index != null) {
      index.remove(entry);
    }
  }

  /// No record in it counts.
  boolean isEmpty() {
    return unfinished == 0 && stored == 0 && rejected == 0;
  }

  /// Drops finished records from the index.
  void compact(Outputs outputs) {
    if (index != null) {
      index.removeIf(entry -> finished(entry, outputs));
    }
  }

  /// Reads again which records wait.
  List<Entry> index(Disk disk, SegmentReader reader, Outputs outputs) throws IOException {
    if (index == null) {
      var waiting = new ArrayList<Entry>();
      reader.walk(
          file(disk, false),
          name,
          size,
          new SegmentReader.Visitor() {
            @Override
            public void frame(Frame frame) {
              Entry entry = new Entry(Segment.this, frame, outputs);
              if (entry.mark(0) != Mark.VOID && !finished(entry, outputs)) {
                waiting.add(entry);
              }
            }

            @Override
            public void damage(int from, int to) {
              damaged = true;
            }
          });
      index = waiting;
    }
    return index;
  }

  private boolean settle(Entry entry, Outputs outputs) {
    if (!finished(entry, outputs)) {
      return false;
    }
    for (int slot = 0; slot < Frame.SLOTS; slot++) {
      if (entry.mark(slot) == Mark.REJECTED) {
        rejected++;
        return true;
      }
    }
    stored++;
    return true;
  }

  static boolean waits(Entry entry, int slot, Outputs outputs) {
    return outputs.has(slot) && entry.mark(slot) == Mark.PENDING;
  }

  private static boolean finished(Entry entry, Outputs outputs) {
    for (int slot = 0; slot < Frame.SLOTS; slot++) {
      if (waits(entry, slot, outputs)) {
        return false;
      }
    }
    return !outputs.isEmpty();
  }
}
