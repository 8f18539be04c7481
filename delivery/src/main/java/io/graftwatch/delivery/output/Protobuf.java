package io.graftwatch.delivery.output;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A message in protobuf's wire format, as far as one kind of request needs it: some twenty bytes
/// of rules, where the library is 1.8 MB.
final class Protobuf {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Protobuf varint(int field, long value) {
    tag(field, VARINT);
    raw(value);
    return this;
  }

  Protobuf fixed64(int field, long value) {
    tag(field, FIXED64);
    for (int shift = 0; shift < 64; shift += 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  Protobuf text(int field, String value) {
    return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Protobuf message(int field, Protobuf message) {
    return bytes(field, message.bytes());
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private Protobuf bytes(int field, byte[] value) {
    tag(field, LENGTH);
    raw(value.length);
    out.writeBytes(value);
    return this;
  }

  private void tag(int field, int type) {
    raw(((long) field << 3) | type);
  }

  private void raw(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  /// The message in a field of another; null when it is not there or the bytes are none.
  static byte @Nullable [] message(byte[] bytes, int field) {
    int[] at = find(bytes, field, LENGTH);
    return at == null ? null : Arrays.copyOfRange(bytes, at[0], at[1]);
  }

  /// The number in a field; 0 when it is not there.
  static long number(byte[] bytes, int field) {
    int[] at = find(bytes, field, VARINT);
    return at == null ? 0 : read(bytes, new int[] {at[0]});
  }

  /// Where a field's value lies: from, to.
  private static int @Nullable [] find(byte[] bytes, int field, int type) {
    int[] at = {0};
    while (at[0] < bytes.length) {
      long tag = read(bytes, at);
      int from = at[0];
      long length =
          switch ((int) (tag & 7)) {
            case VARINT -> {
              read(bytes, at);
              yield at[0] - from;
            }
            case FIXED64 -> 8;
            case FIXED32 -> 4;
            case LENGTH -> {
              long size = read(bytes, at);
              from = at[0];
              yield size;
            }
            default -> -1;
          };
      if (length < 0 || length > bytes.length - from) {
        return null;
      }
      at[0] = from + (int) length;
      if (tag >>> 3 == field && (tag & 7) == type) {
        return new int[] {from, at[0]};
      }
    }
    return null;
  }

  private static long read(byte[] bytes, int[] at) {
    long value = 0;
    for (int shift = 0; shift < 64 && at[0] < bytes.length; shift += 7) {
      byte next = bytes[at[0]++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        break;
      }
    }
    return value;
  }
}
