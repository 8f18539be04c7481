package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Walks through a segment in 64 KiB of memory, whatever it holds: each valid frame is handed out,
/// everything else is reported as damage, and it always ends.
final class SegmentReader {
  static final int SEGMENT_HEADER = 64;
  static final int WINDOW = 64 << 10;

  /// After damage the reader tries each place that looks like a frame; false ones may cost this
  /// many bytes of checksum in all.
  private static final long RESYNC_BUDGET = 64L << 20;

  private static final int NONE = -1;

  private final ByteBuffer window;
  private Disk.@Nullable DiskFile file;
  private String segment = "";
  private long windowStart;
  private int size;
  private long budget;

  SegmentReader() {
    window = ByteBuffer.allocate(WINDOW);
  }

  /// What is found, in order of offset.
  interface Visitor {
    void frame(Frame frame) throws IOException;

    /// Bytes that are no frame. Damage that reaches the segment's end may be a torn append.
    void damage(int from, int to);
  }

  /// @param segment the file's name
  /// @param limit bytes after this are damage
  void walk(Disk.DiskFile file, String segment, int limit, Visitor visitor) throws IOException {
    long bytes = file.size();
    start(file, segment, (int) Math.min(bytes, limit));
    int at = SEGMENT_HEADER;
    while (at < size) {
      Frame frame = frameAt(at);
      if (frame != null) {
        visitor.frame(frame);
        at += frame.length();
        continue;
      }
      int next = nextFrame(at + 1);
      visitor.damage(at, next == NONE ? size : next);
      at = next == NONE ? size : next;
    }
    if (bytes > limit) {
      visitor.damage(limit, (int) Math.min(bytes, Integer.MAX_VALUE));
    }
  }

  /// Reads one frame, checking it once more.
  ///
  /// @return null when it is damaged by now
  @Nullable Pending read(Disk.DiskFile file, String segment, int offset, Pending.Ref ref)
      throws IOException {
    start(file, segment, (int) Math.min(file.size(), Integer.MAX_VALUE));
    Frame frame = frameAt(offset);
    if (frame == null) {
      return null;
    }
    ByteBuffer payload = ByteBuffer.allocate(frame.payloadLength());
    file.read(payload, frame.payloadOffset());
    return new Pending(frame.sequence(), frame.uid(), frame.severity(), payload.array(), ref);
  }

  private void start(Disk.DiskFile newFile, String name, int bytes) {
    file = newFile;
    segment = name;
    size = bytes;
    budget = RESYNC_BUDGET;
    windowStart = 0;
    window.limit(0);
  }

  private @Nullable Frame frameAt(int at) throws IOException {
    if (size - at <= Frame.HEADER) {
      return null;
    }
    ByteBuffer header = view(at, Frame.HEADER);
    if (header.remaining() < Frame.HEADER || !Frame.plausible(header, size - at)) {
      return null;
    }
    int length = header.getInt(4);
    int expected = header.getInt(8);
    int uidLength = header.getShort(28);
    ByteBuffer start = view(at, Frame.HEADER + uidLength);
    String uid = UTF_8.decode(start.slice(Frame.HEADER, uidLength)).toString();
    Frame frame = Frame.read(at, start, uid);
    CRC32C crc = Frame.crc(segment, at, start);
    for (int done = Frame.HEADER; done < length; ) {
      ByteBuffer chunk = view(at + done, Math.min(length - done, WINDOW));
      if (!chunk.hasRemaining()) {
        return null;
      }
      done += chunk.remaining();
      crc.update(chunk);
    }
    budget -= length;
    return (int) crc.getValue() == expected ? frame : null;
  }

  /// Where the next valid frame starts, or [#NONE].
  private int nextFrame(int from) throws IOException {
    for (int at = from; at < size - Frame.HEADER && budget > 0; ) {
      ByteBuffer chunk = view(at, Math.min(WINDOW, size - at));
      int length = chunk.remaining();
      int found = NONE;
      for (int i = 0; i + 4 <= length; i++) {
        if (chunk.get(i) == (byte) (Frame.MAGIC >>> 24) && chunk.getInt(i) == Frame.MAGIC) {
          found = i;
          break;
        }
      }
      if (found == NONE) {
        at += Math.max(1, length - 3);
      } else if (frameAt(at + found) != null) {
        return at + found;
      } else {
        at += found + 1;
      }
    }
    return NONE;
  }

  /// A view of the file from `at`, through the window; shorter than asked at the file's end.
  private ByteBuffer view(int at, int length) throws IOException {
    if (at < windowStart || at + length > windowStart + window.limit()) {
      window.clear();
      if (file != null) {
        file.read(window, at);
      }
      window.flip();
      windowStart = at;
    }
    int from = (int) (at - windowStart);
    return window.slice(from, Math.clamp(window.limit() - from, 0, length));
  }
}
