package io.graftwatch.windows.evtx;

import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Writes the binary XML of one record as text: tokens, templates and the values put into them.
///
/// Offsets in it may point anywhere in the chunk, also at themselves. Each record has a budget of
/// tokens and of output, and nesting has a bound; what exceeds them is no record.
final class BinaryXml {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NESTING = 8;
  private static final int MAX_VALUES = 4096;
  private static final int MAX_NAME = 512;
  private static final int MAX_TOKENS = 100_000;

  /// Where EventID stands: Event, System, EventID.
  private static final int ID_DEPTH = 3;

  private static final byte[] ID = "EventID".getBytes(StandardCharsets.US_ASCII);

  /// What became of a record.
  enum Outcome {
    WHOLE,
    /// Its EventID is not wanted; the rest was not read.
    UNWANTED,
    BROKEN
  }

  /// A flag of tokens that more of their kind follow.
  private static final int MORE = 0x40;

  private final Bytes in;
  private final XmlOutput out;
  private final IntPredicate wanted;
  private final byte @Nullable [][] names;
  private final byte[][] open = new byte[MAX_DEPTH][];
  private final int[] tagFrom = new int[MAX_DEPTH];
  private final int[] tagTo = new int[MAX_DEPTH];
  private int depth;
  private int nesting;
  private int tokens;
  private boolean unwanted;

  /// The values of a template instance: type and place of each.
  private record Values(int[] types, int[] places, int[] sizes) {
    static final Values NONE = new Values(new int[0], new int[0], new int[0]);
  }

  /// @param wanted the EventIDs that can matter
  BinaryXml(Bytes chunk, XmlOutput out, IntPredicate wanted) {
    this.in = chunk;
    this.out = out;
    this.wanted = wanted;
    this.names = new byte[chunk.length()][];
  }

  /// Another chunk stands in the bytes now.
  void forget() {
    java.util.Arrays.fill(names, null);
  }

  Outcome write(int from, int to) {
    in.mend();
    depth = 0;
    nesting = 0;
    tokens = 0;
    unwanted = false;
    fragment(from, to, Values.NONE);
    if (in.broken() || out.overflown()) {
      return Outcome.BROKEN;
    }
    if (unwanted) {
      return Outcome.UNWANTED;
    }
    return depth == 0 && out.size() > 0 ? Outcome.WHOLE : Outcome.BROKEN;
  }

  private void fragment(int from, int to, Values values) {
    if (++nesting > MAX_NESTING) {
      in.breakOff();
    }
    int at = from;
    while (at < to && !in.broken() && !unwanted) {
      int token = in.u8(at);
      if (++tokens > MAX_TOKENS) {
        in.breakOff();
        break;
      }
      if (token == 0x00) {
        break;
      }
      at =
          switch (token & ~MORE) {
            case 0x01 -> startElement(at, to, token, values);
            case 0x02 -> closeStart(at);
            case 0x03 -> closeEmpty(at);
            case 0x04 -> endElement(at);
            case 0x0C -> template(at);
            case 0x0F -> at + 4;
            case 0x0A -> instruction(at);
            case 0x0B -> at + 3 + 2 * in.u16(at + 1);
            default -> content(at, token, values, false);
          };
    }
    nesting--;
  }

  private int startElement(int at, int to, int token, Values values) {
    if (depth == MAX_DEPTH) {
      in.breakOff();
      return to;
    }
    int offset = in.i32(at + 7);
    int next = afterName(at + 11, offset);
    byte[] name = name(offset);
    tagFrom[depth] = out.size();
    tagTo[depth] = out.size();
    open[depth++] = name;
    out.put('<');
    out.raw(name);
    if ((token & MORE) == 0) {
      return next;
    }
    int end = next + 4 + in.i32(next);
    int attribute = next + 4;
    if (end < attribute || end > to) {
      in.breakOff();
      return to;
    }
    while (attribute < end && !in.broken() && (in.u8(attribute) & ~MORE) == 0x06) {
      attribute = attribute(attribute, end, values);
    }
    return end;
  }

  private int attribute(int at, int end, Values values) {
    int before = out.size();
    int offset = in.i32(at + 1);
    int next = afterName(at + 5, offset);
    out.put(' ');
    out.raw(name(offset));
    out.ascii("='");
    int empty = out.size();
    while (next < end && !in.broken() && (in.u8(next) & ~MORE) != 0x06) {
      if (++tokens > MAX_TOKENS) {
        in.breakOff();
      }
      next = content(next, in.u8(next), values, true);
    }
    if (out.size() == empty) {
      out.truncate(before);
    } else {
      out.put('\'');
    }
    return next;
  }

  private int closeStart(int at) {
    out.put('>');
    if (depth == 0) {
      in.breakOff();
    } else {
      tagTo[depth - 1] = out.size();
    }
    return at + 1;
  }

  private int closeEmpty(int at) {
    out.ascii("/>");
    if (depth == 0) {
      in.breakOff();
    } else {
      depth--;
    }
    return at + 1;
  }

  private int endElement(int at) {
    if (depth == 0) {
      in.breakOff();
    } else {
      byte[] name = open[depth - 1];
      unwanted |= depth == ID_DEPTH && java.util.Arrays.equals(name, ID) && !wanted.test(number());
      close(name);
      depth--;
    }
    return at + 1;
  }

  /// The number that the innermost element holds.
  private int number() {
    int value = 0;
    for (int i = tagTo[depth - 1]; i < out.size() && value <= 0xFFFF; i++) {
      value = value * 10 + out.bytes()[i] - '0';
    }
    return value;
  }

  private void close(byte[] name) {
    out.ascii("</");
    out.raw(name);
    out.put('>');
  }

  private int instruction(int at) {
    return afterName(at + 5, in.i32(at + 1));
  }

  /// A value, substitution or reference inside an element or attribute.
  private int content(int at, int token, Values values, boolean attribute) {
    return switch (token & ~MORE) {
      case 0x05 -> {
        int size = 2 * in.u16(at + 2);
        Value.text(in, at + 4, size, out);
        if (in.u8(at + 1) != Value.STRING) {
          in.breakOff();
        }
        yield at + 4 + size;
      }
      case 0x07 -> {
        int size = 2 * in.u16(at + 1);
        Value.text(in, at + 3, size, out);
        yield at + 3 + size;
      }
      case 0x08 -> {
        out.text(in.u16(at + 1), 0);
        yield at + 3;
      }
      case 0x09 -> {
        int offset = in.i32(at + 1);
        out.put('&');
        out.raw(name(offset));
        out.put(';');
        yield afterName(at + 5, offset);
      }
      case 0x0D, 0x0E -> {
        substitute(in.u16(at + 1), values, attribute);
        yield at + 4;
      }
      default -> {
        in.breakOff();
        yield at + 1;
      }
    };
  }

  private void substitute(int index, Values values, boolean attribute) {
    if (index >= values.types.length) {
      in.breakOff();
      return;
    }
    int type = values.types[index];
    int at = values.places[index];
    int size = values.sizes[index];
    if (type == Value.BINARY_XML) {
      if (attribute) {
        in.breakOff();
      } else {
        fragment(at, at + size, Values.NONE);
      }
    } else if ((type & Value.ARRAY) != 0) {
      array(type & ~Value.ARRAY, at, size, attribute);
    } else if (type != Value.NULL && size > 0) {
      Value.write(in, type, at, size, out);
    }
  }

  /// Each item of an array gets an element of its own.
  private void array(int type, int at, int size, boolean attribute) {
    int fixed = Value.size(type);
    int item = at;
    int end = at + size;
    for (int count = 0; item < end && !in.broken() && !out.overflown(); count++) {
      if (count > 0 && !attribute && depth > 0) {
        close(open[depth - 1]);
        out.repeat(tagFrom[depth - 1], tagTo[depth - 1]);
      } else if (count > 0) {
        out.put(' ');
      }
      int next = fixed > 0 ? item + fixed : afterString(item, end);
      Value.write(in, type, item, next - item, out);
      item = next;
    }
  }

  private int afterString(int from, int end) {
    int i = from;
    while (i + 1 < end && in.u16(i) != 0) {
      i += 2;
    }
    return i + 2;
  }

  /// A template instance: the definition, here or elsewhere, and its values.
  private int template(int at) {
    int definition = in.i32(at + 6);
    int next = at + 10;
    if (definition == next) {
      next += 24 + Math.max(0, in.i32(definition + 20));
    }
    int count = in.i32(next);
    if (count < 0 || count > MAX_VALUES) {
      in.breakOff();
      return next;
    }
    var values = new Values(new int[count], new int[count], new int[count]);
    int place = next + 4 + 4 * count;
    for (int i = 0; i < count && !in.broken(); i++) {
      values.sizes[i] = in.u16(next + 4 + 4 * i);
      values.types[i] = in.u8(next + 4 + 4 * i + 2);
      values.places[i] = place;
      place += values.sizes[i];
    }
    int body = definition + 24;
    int size = in.i32(definition + 20);
    if (place > in.length() || size < 0 || body < 0 || size > in.length() - body) {
      in.breakOff();
      return place;
    }
    fragment(body, body + size, values);
    return place;
  }

  /// Where the reading goes on behind a reference to a name that may stand right here.
  private int afterName(int at, int offset) {
    return offset == at ? at + 8 + 2 * in.u16(at + 6) + 2 : at;
  }

  private byte[] name(int offset) {
    byte[][] kept = java.util.Objects.requireNonNull(names, "no chunk");
    if (offset < 0 || offset >= kept.length) {
      in.breakOff();
      return new byte[0];
    }
    byte[] known = kept[offset];
    if (known == null) {
      known = readName(offset);
      kept[offset] = known;
    }
    return known;
  }

  /// Only what can stand in a name: whoever made the file chose it.
  private byte[] readName(int offset) {
    int count = in.u16(offset + 6);
    var text = new StringBuilder(count);
    for (int i = 0; i < count && count <= MAX_NAME && !in.broken(); i++) {
      char c = (char) in.u16(offset + 8 + 2 * i);
      if (!Character.isLetterOrDigit(c) && "_-.:".indexOf(c) < 0) {
        in.breakOff();
      }
      text.append(c);
    }
    if (text.isEmpty()) {
      in.breakOff();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
