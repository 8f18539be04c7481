package io.graftwatch.windows.evtx;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Values of binary XML as EvtRender writes them (MS-EVEN6, 2.2.12 and following).
final class Value {
  static final int NULL = 0x00;
  static final int STRING = 0x01;
  static final int BINARY_XML = 0x21;
  static final int ARRAY = 0x80;

  private static final long EPOCH = 116_444_736_000_000_000L;
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Value() {}

  /// Size of one item of an array, 0 for what has no fixed size.
  static int size(int type) {
    return switch (type) {
      case 0x03, 0x04 -> 1;
      case 0x05, 0x06 -> 2;
      case 0x07, 0x08, 0x0B, 0x0D, 0x14 -> 4;
      case 0x09, 0x0A, 0x0C, 0x11, 0x15 -> 8;
      case 0x0F, 0x12 -> 16;
      default -> 0;
    };
  }

  /// Writes one value; nothing for a type that is not known.
  static void write(Bytes in, int type, int at, int size, XmlOutput out) {
    switch (type) {
      case STRING -> text(in, at, size, out);
      case 0x02 -> ansi(in, at, size, out);
      case 0x03 -> out.ascii(Integer.toString((byte) in.u8(at)));
      case 0x04 -> out.ascii(Integer.toString(in.u8(at)));
      case 0x05 -> out.ascii(Integer.toString((short) in.u16(at)));
      case 0x06 -> out.ascii(Integer.toString(in.u16(at)));
      case 0x07 -> out.ascii(Integer.toString(in.i32(at)));
      case 0x08 -> out.ascii(Integer.toUnsignedString(in.i32(at)));
      case 0x09 -> out.ascii(Long.toString(in.i64(at)));
      case 0x0A -> out.ascii(Long.toUnsignedString(in.i64(at)));
      case 0x0B -> out.ascii(Float.toString(Float.intBitsToFloat(in.i32(at))));
      case 0x0C -> out.ascii(Double.toString(Double.longBitsToDouble(in.i64(at))));
      case 0x0D -> out.ascii(in.i32(at) == 0 ? "false" : "true");
      case 0x0E -> binary(in, at, size, out);
      case 0x0F -> guid(in, at, out);
      case 0x10 -> hex(size == 4 ? in.i32(at) & 0xFFFF_FFFFL : in.i64(at), out);
      case 0x11 -> out.ascii(fileTime(in.i64(at)));
      case 0x12 -> systemTime(in, at, out);
      case 0x13 -> sid(in, at, size, out);
      case 0x14 -> hex(in.i32(at) & 0xFFFF_FFFFL, out);
      case 0x15 -> hex(in.i64(at), out);
      default -> {}
    }
  }

  /// UTF-16, up to a NUL at its end.
  static void text(Bytes in, int at, int size, XmlOutput out) {
    int high = 0;
    int end = at + (size & ~1);
    while (end > at && in.u16(end - 2) == 0) {
      end -= 2;
    }
    int i = at;
    while (i < end) {
      i = high == 0 ? in.plain(i, end, out) : i;
      if (i < end) {
        high = out.text(in.u16(i), high);
        i += 2;
      }
    }
    if (high != 0) {
      out.text(0, high);
    }
  }

  private static void ansi(Bytes in, int at, int size, XmlOutput out) {
    for (int i = at; i < at + size && in.u8(i) != 0; i++) {
      out.text(in.u8(i), 0);
    }
  }

  private static void binary(Bytes in, int at, int size, XmlOutput out) {
    for (int i = at; i < at + size; i++) {
      hexByte(in.u8(i), out);
    }
  }

  private static void hexByte(int b, XmlOutput out) {
    out.put(HEX[b >> 4 & 15]);
    out.put(HEX[b & 15]);
  }

  private static void hex(long value, XmlOutput out) {
    out.ascii("0x");
    out.ascii(Long.toHexString(value));
  }

  private static void guid(Bytes in, int at, XmlOutput out) {
    out.put('{');
    int[] order = {3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};
    for (int place : order) {
      if (place < 0) {
        out.put('-');
      } else {
        hexByte(in.u8(at + place), out);
      }
    }
    out.put('}');
  }

  /// `2021-06-04T09:30:48.1705788Z`: hundred-nanoseconds since 1601.
  static String fileTime(long ticks) {
    long since = ticks - EPOCH;
    long seconds = Math.floorDiv(since, 10_000_000L);
    long rest = Math.floorMod(since, 10_000_000L);
    LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
    var text = new StringBuilder(28);
    number(text, time.getYear(), 4).append('-');
    number(text, time.getMonthValue(), 2).append('-');
    number(text, time.getDayOfMonth(), 2).append('T');
    number(text, time.getHour(), 2).append(':');
    number(text, time.getMinute(), 2).append(':');
    number(text, time.getSecond(), 2).append('.');
    return number(text, rest, 7).append('Z').toString();
  }

  private static void systemTime(Bytes in, int at, XmlOutput out) {
    try {
      LocalDateTime time =
          LocalDateTime.of(
              in.u16(at),
              in.u16(at + 2),
              in.u16(at + 6),
              in.u16(at + 8),
              in.u16(at + 10),
              in.u16(at + 12));
      var text = new StringBuilder(28).append(time.withNano(0));
      if (time.getSecond() == 0) {
        text.append(":00");
      }
      number(text.append('.'), in.u16(at + 14), 3);
      out.ascii(text.append('Z').toString());
    } catch (DateTimeException _) {
      in.breakOff();
    }
  }

  private static StringBuilder number(StringBuilder text, long value, int digits) {
    String plain = Long.toString(value);
    text.repeat('0', Math.max(0, digits - plain.length()));
    return text.append(plain);
  }

  private static void sid(Bytes in, int at, int size, XmlOutput out) {
    int count = in.u8(at + 1);
    if (size < 8 + 4 * count) {
      in.breakOff();
      return;
    }
    long authority = 0;
    for (int i = 2; i < 8; i++) {
      authority = authority << 8 | in.u8(at + i);
    }
    out.ascii("S-" + in.u8(at) + "-" + authority);
    for (int i = 0; i < count; i++) {
      out.put('-');
      out.ascii(Integer.toUnsignedString(in.i32(at + 8 + 4 * i)));
    }
  }
}
