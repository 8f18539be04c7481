package io.graftwatch.delivery.journal;

import io.graftwatch.delivery.journal.Frame.Mark;
import io.graftwatch.delivery.journal.Segment.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads what a crash, a full disk or a stranger left of the segments. It always comes to an end:
/// what cannot be read is counted and set aside. Memory does not depend on how much there is.
final class Recovery {
  private final Disk disk;
  private final Path folder;
  private final Notices notices;
  private final SegmentReader reader = new SegmentReader();
  private long lastSequence;

  Recovery(Disk disk, Path folder, Notices notices) {
    this.disk = disk;
    this.folder = folder;
    this.notices = notices;
  }

  /// @param outputs as in [Lanes]
  /// @return the highest sequence found, 0 for none
  long read(Lanes lanes, KnownIds known, Outputs outputs) throws IOException {
    List<Segment> segments = list();
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      boolean newest = i + 1 == segments.size() || segments.get(i + 1).severity != segment.severity;
      if (read(segment, newest, known, outputs)) {
        segment.rest();
        lanes.adopt(segment);
        lastSequence = Math.max(lastSequence, segment.last);
      }
    }
    return lastSequence;
  }

  private List<Segment> list() throws IOException {
    var segments = new ArrayList<Segment>();
    for (String name : disk.list(folder)) {
      Segment segment = Segment.parse(folder, name);
      if (segment == null) {
        continue;
      }
      if (disk.isRegular(segment.path)) {
        segments.add(segment);
      } else {
        notices.add(segment.path + " is not a regular file and was set aside unread");
        notices.quarantine(segment.path);
      }
    }
    return segments;
  }

  /// @return whether there is anything in it
  private boolean read(Segment segment, boolean newest, KnownIds known, Outputs outputs)
      throws IOException {
    List<Integer> damage = new ArrayList<>();
    try {
      Disk.DiskFile file = segment.file(disk, false);
      String header = Segment.checkHeader(segment.path, file);
      reader.walk(
          file,
          segment.name,
          Limits.SEGMENT,
          new SegmentReader.Visitor() {
            @Override
            public void frame(Frame frame) throws IOException {
              take(segment, frame, known, outputs);
            }

            @Override
            public void damage(int from, int to) {
              damage.add(from);
              damage.add(to);
            }
          });
      long bytes = file.size();
      segment.damaged = header != null;
      segment.size = (int) Math.min(bytes, Limits.SEGMENT);
      boolean torn = damage.size() == 2 && damage.getLast() == bytes;
      if (newest && torn && segment.last >= segment.first) {
        file.truncate(damage.getFirst());
        segment.size = damage.getFirst();
        notices.add(
            "%s ended in a torn record of %d bytes, which was cut off"
                .formatted(segment.path, bytes - segment.size));
      } else if (!damage.isEmpty() && segment.last >= segment.first) {
        segment.damaged = true;
        notices.add(
            "%s is damaged in %d places, first at byte %d; its other records are kept"
                .formatted(segment.path, damage.size() / 2, damage.getFirst()));
      }
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      segment.damaged = true;
      notices.add("%s cannot be read: %s".formatted(segment.path, e.getMessage()));
    }
    if (segment.last >= segment.first) {
      return true;
    }
    segment.close();
    if (segment.size > SegmentReader.SEGMENT_HEADER) {
      notices.add(segment.path + " holds no readable record and was set aside");
      notices.quarantine(segment.path);
    } else {
      disk.delete(segment.path);
    }
    return false;
  }

  private void take(Segment segment, Frame frame, KnownIds known, Outputs outputs)
      throws IOException {
    Entry entry = new Entry(segment, frame, outputs);
    if (!known.add(frame.uid(), frame.sequence())
        && known.isSame(frame.uid(), frame.sequence())
        && entry.mark(0) != Mark.VOID) {
      entry.set(0, Mark.VOID);
      ByteBuffer word =
          ByteBuffer.allocate(4).putInt(0, Mark.VOID.word(frame.crc(), outputs.salt(0)));
      segment.file(disk, false).write(word, frame.offset() + Frame.MARKS);
    }
    segment.add(entry, outputs);
  }
}
