package io.graftwatch.windows.evtx;

import java.util.function.IntPredicate;
import java.util.zip.CRC32;

/// The records of one chunk, 64 KiB that stand for themselves.
final class Chunk {
  static final int SIZE = 64 * 1024;
  static final int HEADER = 512;

  private static final long SIGNATURE = 0x006B_6E68_4366_6C45L; // "ElfChnk\0"
  private static final int RECORD = 0x0000_2A2A;
  private static final int LEAST = 28;

  /// Takes what the chunk holds.
  interface Sink {
    /// A record as XML; the bytes are used again afterwards.
    void record(byte[] xml, int length);

    /// A record whose EventID is not wanted.
    void unwanted();

    /// Bytes that should be a record and are none.
    void malformed();

    /// The checksum does not fit: the file was not closed, or was damaged.
    void unsealed();
  }

  private final byte[] bytes = new byte[SIZE];
  private final Bytes in = new Bytes(bytes);
  private final XmlOutput out = new XmlOutput(1 << 20);
  private final BinaryXml xml;

  /// @param wanted the EventIDs that can matter
  Chunk(IntPredicate wanted) {
    xml = new BinaryXml(in, out, wanted);
  }

  /// Where to put the bytes of the next chunk.
  byte[] bytes() {
    return bytes;
  }

  static boolean isChunk(Bytes head) {
    return head.i64(0) == SIGNATURE;
  }

  /// Reads the chunk that stands in [#bytes] through.
  ///
  /// @return false when it is no chunk
  boolean read(Sink sink) {
    in.mend();
    xml.forget();
    if (!isChunk(in)) {
      return false;
    }
    int used = in.i32(48);
    int end = used >= HEADER && used <= SIZE ? used : SIZE;
    if (!sealed(end)) {
      // What was written after the header was: as far as records go on.
      sink.unsealed();
      end = SIZE;
    }
    long last = -1;
    int at = HEADER;
    while (at + LEAST <= end) {
      int size = in.i32(at + 4);
      if (in.i32(at) != RECORD) {
        at = resume(at, end, sink);
        continue;
      }
      boolean fits = size >= LEAST && size <= SIZE - at && in.i32(at + size - 4) == size;
      long id = in.i64(at + 8);
      if (fits && last >= 0 && end == SIZE && used < SIZE && at >= used && id != last + 1) {
        return true; // left from the chunk's earlier life
      }
      if (!fits) {
        sink.malformed();
        at = next(at + 8, end);
        continue;
      }
      last = id;
      out.clear();
      switch (xml.write(at + 24, at + size - 4)) {
        case WHOLE -> sink.record(out.bytes(), out.size());
        case UNWANTED -> sink.unwanted();
        case BROKEN -> sink.malformed();
      }
      at += size;
    }
    return true;
  }

  /// Where no record stands: nothing more when all that follows is unused, else a damaged one.
  private int resume(int at, int end, Sink sink) {
    int next = next(at, end);
    if (next < end || !blank(at, end)) {
      sink.malformed();
    }
    return next;
  }

  private boolean blank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /// The next place where a record can begin; records begin at multiples of eight.
  private int next(int from, int end) {
    int at = (from + 7) & ~7;
    while (at + LEAST <= end) {
      int size = in.i32(at) == RECORD ? in.i32(at + 4) : 0;
      if (size >= LEAST && size <= SIZE - at && in.i32(at + size - 4) == size) {
        return at;
      }
      at += 8;
    }
    return end;
  }

  private boolean sealed(int end) {
    var crc = new CRC32();
    crc.update(bytes, HEADER, end - HEADER);
    return (int) crc.getValue() == in.i32(52);
  }
}
