package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// One record of a segment, big-endian:
///
/// ```
///  0  magic 1D 'g' 'w' 01      neither 1D nor 01 can stand in JSON text, so no payload holds a frame
///  4  length                   of the whole frame
///  8  CRC32C                   over the segment's name, the offset, bytes 0-7 and 12-31, uid, payload
/// 12  sequence                 the agent's, from 1
/// 20  time                     when the journal took it, microseconds since the epoch
/// 28  uid length
/// 30  type                     1 = finding
/// 31  severity
/// 32  marks, one for each of 4 outputs; 0 = pending; not in the CRC, see [Mark]
/// 48  uid, UTF-8
///     payload, JSON
/// ```
///
/// @param offset where it stands in its segment
/// @param length bytes of the whole frame
/// @param marks the four words as read
record Frame(
    int offset,
    int length,
    int crc,
    long sequence,
    long time,
    int severity,
    String uid,
    int[] marks) {
  static final int HEADER = 48;
  static final int MARKS = 32;
  static final int SLOTS = 4;
  static final int MAGIC = 0x1D677701;
  static final int FINDING = 1;
  static final int MAX_UID = 255;

  /// Largest payload: half of what a batch may hold.
  static final int MAX_PAYLOAD = 512 << 10;

  static final int MAX_LENGTH = HEADER + MAX_UID + MAX_PAYLOAD;

  int payloadOffset() {
    return offset + HEADER + uid.getBytes(UTF_8).length;
  }

  int payloadLength() {
    return offset + length - payloadOffset();
  }

  Mark mark(int slot, Outputs outputs) {
    return Mark.read(marks[slot], crc, outputs.salt(slot));
  }

  /// A frame as bytes.
  ///
  /// @param segment name of the segment; a frame is valid only there and only at `offset`
  static ByteBuffer encode(
      String segment, int offset, long sequence, long time, int severity, byte[] uid, byte[] json) {
    if (uid.length > MAX_UID || json.length > MAX_PAYLOAD) {
      throw new IllegalArgumentException("uid " + uid.length + ", payload " + json.length);
    }
    ByteBuffer frame = ByteBuffer.allocate(HEADER + uid.length + json.length);
    frame.putInt(MAGIC).putInt(frame.capacity()).putInt(0).putLong(sequence).putLong(time);
    frame.putShort((short) uid.length).put((byte) FINDING).put((byte) severity);
    frame.position(HEADER);
    frame.put(uid).put(json).flip();
    CRC32C crc = crc(segment, offset, frame);
    crc.update(frame.slice(HEADER, frame.limit() - HEADER));
    frame.putInt(8, (int) crc.getValue());
    return frame;
  }

  /// The checksum so far over everything but uid and payload.
  ///
  /// @param header at least [#HEADER] bytes from 0; position and limit are left alone
  static CRC32C crc(String segment, int offset, ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(segment.getBytes(UTF_8));
    crc.update(ByteBuffer.allocate(4).putInt(0, offset));
    crc.update(header.slice(0, 8));
    crc.update(header.slice(12, MARKS - 12));
    return crc;
  }

  /// Whether a header can be one, before anything is believed or allocated.
  ///
  /// @param remaining bytes from the frame's start to the end of the segment
  static boolean plausible(ByteBuffer header, int remaining) {
    int length = header.getInt(4);
    int uid = header.getShort(28);
    return header.getInt(0) == MAGIC
        && length > HEADER
        && length <= Math.min(remaining, MAX_LENGTH)
        && uid >= 0
        && uid <= MAX_UID
        && HEADER + uid < length
        && header.get(30) == FINDING;
  }

  /// What has become of a record at one output. On disk a mark is a word made of the frame's own
  /// checksum and the output's name, so no single damaged byte turns one mark into another: at
  /// worst a record is sent again.
  enum Mark {
    PENDING,
    STORED,
    REJECTED,
    /// In the first place only, for all outputs: a copy that does not count, since the journal
    /// wrote the record a second time elsewhere.
    VOID;

    private static final Mark[] VALUES = values();

    /// @param salt of the output
    int word(int crc, int salt) {
      return switch (this) {
        case PENDING -> 0;
        case STORED -> Integer.rotateLeft(crc, 7) ^ salt ^ 0x5354_4f52;
        case REJECTED -> Integer.rotateLeft(crc, 7) ^ salt ^ 0x5245_4a45;
        case VOID -> Integer.rotateLeft(crc, 7) ^ 0x564f_4944;
      };
    }

    static Mark read(int word, int crc, int salt) {
      for (Mark mark : VALUES) {
        if (mark.word(crc, salt) == word) {
          return mark;
        }
      }
      return PENDING;
    }
  }

  /// Reads a frame's fixed part.
  static Frame read(int offset, ByteBuffer header, String uid) {
    int[] marks = new int[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      marks[slot] = header.getInt(MARKS + 4 * slot);
    }
    return new Frame(
        offset,
        header.getInt(4),
        header.getInt(8),
        header.getLong(12),
        header.getLong(20),
        header.get(31),
        uid,
        marks);
  }
}
