package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.graftwatch.delivery.journal.Frame.Mark;
import io.graftwatch.delivery.journal.Segment.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The segments, one row of them for each severity, so that sending "priority, then age" is walking
/// and giving up "lowest first, oldest first" is unlinking a file. Not thread-safe.
final class Lanes {
  /// Severities 0 to 5.
  static final int COUNT = 6;

  /// Sealed segments that may hold an index and a handle at a time.
  private static final int AWAKE = 4;

  private final Disk disk;
  private final Path folder;
  private final Limits limits;
  private final Notices notices;
  private final Retirement retirement;
  private final SegmentReader reader = new SegmentReader();
  private final List<Deque<Segment>> lanes = new ArrayList<>();
  private final @Nullable Segment[] active = new @Nullable Segment[COUNT];
  private final Deque<Segment> awake = new ArrayDeque<>();
  private final Outputs outputs;
  private long bytes;

  /// @param outputs those that must have a record before it is finished
  Lanes(
      Disk disk,
      Path folder,
      Limits limits,
      Notices notices,
      Retirement retirement,
      Outputs outputs) {
    this.disk = disk;
    this.folder = folder;
    this.limits = limits;
    this.notices = notices;
    this.retirement = retirement;
    this.outputs = outputs;
    for (int severity = 0; severity < COUNT; severity++) {
      lanes.add(new ArrayDeque<>());
    }
  }

  /// Puts a segment that [Recovery] has read in its place: lanes are filled oldest first.
  void adopt(Segment segment) {
    lanes.get(segment.severity).addLast(segment);
    bytes += segment.size;
  }

  /// Writes a record, not yet durable: [#force] does that.
  ///
  /// @throws Disk.FullException when neither quota nor disk has room for it
  Entry append(int severity, long sequence, long time, String uid, byte[] json) throws IOException {
    byte[] uidBytes = uid.getBytes(UTF_8);
    int length = Frame.HEADER + uidBytes.length + json.length;
    Segment segment = active[severity];
    if (segment != null && segment.size + length > limits.segmentBytes()) {
      seal(severity);
      segment = null;
    }
    while (bytes + length + SegmentReader.SEGMENT_HEADER > limits.bytes()) {
      if (!makeRoom(severity, false)) {
        throw new Disk.FullException("the journal's quota is used up");
      }
      segment = active[severity];
    }
    if (segment == null) {
      segment = begin(severity, sequence);
    }
    ByteBuffer frame =
        Frame.encode(segment.name, segment.size, sequence, time, severity, uidBytes, json);
    int crc = frame.getInt(8);
    try {
      segment.file(disk, false).write(frame, segment.size);
    } catch (IOException e) {
      rollBack(segment);
      throw e;
    }
    Entry entry =
        new Entry(
            segment,
            new Frame(
                segment.size, length, crc, sequence, time, severity, uid, new int[Frame.SLOTS]),
            outputs);
    segment.size += length;
    bytes += length;
    segment.add(entry, outputs);
    return entry;
  }

  /// @throws IOException when it is not known whether records reached the disk
  void force(Segment segment) throws IOException {
    segment.file(disk, false).force();
  }

  /// Takes back records of one segment that could not be forced; a start that finds them does not
  /// count them. The segment takes no more.
  void withdraw(Segment segment, List<Entry> records) {
    for (Entry entry : records) {
      segment.withdraw(entry, outputs);
      writeMark(entry, 0, Mark.VOID);
    }
    if (active[segment.severity] == segment) {
      seal(segment.severity);
    }
  }

  /// No record is added to the lane's newest segment any more. One without records goes at once:
  /// the next may want its name.
  void seal(int severity) {
    Segment segment = active[severity];
    active[severity] = null;
    if (segment == null) {
      return;
    }
    segment.rest();
    if (segment.isEmpty()) {
      lanes.get(severity).remove(segment);
      bytes -= segment.size;
      segment.gone = true;
      try {
        disk.delete(segment.path);
      } catch (IOException e) {
        notices.add("%s cannot be deleted: %s".formatted(segment.path, e.getMessage()));
      }
    }
  }

  /// Frees space for a record: finished segments first, then those of lower severities.
  ///
  /// @param strictly its own severity is not touched
  boolean makeRoom(int severity, boolean strictly) {
    for (Deque<Segment> lane : lanes) {
      for (Segment segment : lane) {
        if (segment.unfinished == 0 && segment.size > SegmentReader.SEGMENT_HEADER) {
          return retire(segment);
        }
      }
    }
    for (int lower = 0; lower < severity + (strictly ? 0 : 1); lower++) {
      Segment oldest = lanes.get(lower).peekFirst();
      if (oldest != null) {
        return retire(oldest);
      }
    }
    return false;
  }

  /// Unlinks what nobody needs any more, and what has become too old.
  ///
  /// @param floor sequences below it are covered by every kept commit
  void tidy(long floor, long oldestTime) {
    var done = new ArrayList<Segment>();
    for (Deque<Segment> lane : lanes) {
      for (Segment segment : lane) {
        boolean covered =
            segment.unfinished == 0 && segment.last < floor && active[segment.severity] != segment;
        if (covered || segment.lastTime < oldestTime) {
          done.add(segment);
        }
      }
    }
    for (Segment segment : done) {
      if (!retire(segment)) {
        return;
      }
    }
  }

  /// Records that wait for an output, highest severity first, oldest first.
  ///
  /// @param lost told of records that cannot be read any more
  List<Pending> take(int slot, int maxRecords, int maxBytes, Consumer<Entry> lost) {
    var batch = new ArrayList<Pending>();
    int batchBytes = 0;
    for (int severity = COUNT - 1; severity >= 0; severity--) {
      for (Segment segment : lanes.get(severity)) {
        if (segment.pending[slot] == 0) {
          continue;
        }
        for (Entry entry : List.copyOf(index(segment))) {
          if (!Segment.waits(entry, slot, outputs)) {
            continue;
          }
          if (!batch.isEmpty()
              && (batch.size() == maxRecords || batchBytes + entry.length > maxBytes)) {
            return batch;
          }
          Pending record = read(entry);
          if (record == null) {
            segment.damaged = true;
            segment.withdraw(entry, outputs);
            lost.accept(entry);
          } else {
            batch.add(record);
            batchBytes += entry.length;
          }
        }
      }
    }
    return batch;
  }

  /// Writes what became of a record at an output. Not forced: a crash only sends it again.
  void mark(Entry entry, int slot, Mark mark) {
    if (entry.segment.mark(entry, slot, mark, outputs)) {
      writeMark(entry, slot, mark);
    }
  }

  void compact() {
    lanes.forEach(lane -> lane.forEach(segment -> segment.compact(outputs)));
  }

  void forEach(Consumer<Segment> action) {
    lanes.forEach(lane -> lane.forEach(action));
  }

  long bytes() {
    return bytes;
  }

  void close() {
    forEach(Segment::close);
  }

  private Segment begin(int severity, long sequence) throws IOException {
    if (disk.usable(folder) < limits.freeBytes()) {
      throw new Disk.FullException(
          "less than %d bytes are free beside %s".formatted(limits.freeBytes(), folder));
    }
    Segment segment = new Segment(folder, severity, sequence);
    try {
      Disk.DiskFile file = segment.file(disk, true);
      if (file.size() > 0) {
        file.truncate(0);
      }
      file.write(Segment.header(), 0);
      disk.sync(folder);
    } catch (IOException e) {
      segment.close();
      disk.delete(segment.path);
      throw e;
    }
    segment.index = new ArrayList<>();
    lanes.get(severity).addLast(segment);
    active[severity] = segment;
    bytes += segment.size;
    return segment;
  }

  private void rollBack(Segment segment) {
    try {
      segment.file(disk, false).truncate(segment.size);
    } catch (IOException e) {
      notices.add("%s has a torn end: %s".formatted(segment.path, e.getMessage()));
      seal(segment.severity);
    }
  }

  private boolean retire(Segment segment) {
    if (!retirement.retire(segment)) {
      return false;
    }
    lanes.get(segment.severity).remove(segment);
    awake.remove(segment);
    bytes -= segment.size;
    if (active[segment.severity] == segment) {
      active[segment.severity] = null;
    }
    return true;
  }

  private List<Entry> index(Segment segment) {
    if (active[segment.severity] != segment) {
      awake.remove(segment);
      awake.addLast(segment);
      if (awake.size() > AWAKE) {
        awake.removeFirst().rest();
      }
    }
    try {
      return segment.index(disk, reader, outputs);
    } catch (IOException e) {
      notices.add("%s cannot be read: %s".formatted(segment.path, e.getMessage()));
      return List.of();
    }
  }

  private @Nullable Pending read(Entry entry) {
    Segment segment = entry.segment;
    try {
      return reader.read(segment.file(disk, false), segment.name, entry.offset, entry);
    } catch (IOException e) {
      notices.add("%s cannot be read: %s".formatted(segment.path, e.getMessage()));
      return null;
    }
  }

  private void writeMark(Entry entry, int slot, Mark mark) {
    ByteBuffer word = ByteBuffer.allocate(4).putInt(0, mark.word(entry.crc, outputs.salt(slot)));
    try {
      long position = entry.offset + Frame.MARKS + 4L * slot;
      retirement.evenWhenFull(() -> entry.segment.file(disk, false).write(word.clear(), position));
    } catch (IOException e) {
      entry.segment.pinned = true;
      notices.add("%s cannot be marked: %s".formatted(entry.segment.path, e.getMessage()));
    }
  }
}
