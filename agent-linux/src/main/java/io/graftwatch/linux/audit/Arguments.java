package io.graftwatch.linux.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The argument list of an execve, which the kernel spreads over as many EXECVE records as it
/// takes.
///
/// Each record covers a stretch of arguments, or of parts of one long argument (`a1_len=18000
/// a1[0]=… a1[1]=…`). Stretches may come in any order; the list is complete when they join up from
/// the first argument to the last. `argc` is compared with, never allocated by.
final class Arguments {
  /// Most arguments and bytes that a fact carries.
  static final int MAX_ARGUMENTS = 1024;

  static final int MAX_BYTES = 32 * 1024;

  /// Stands at the end of a list that was cut, or whose end is not known.
  static final String CUT = "…";

  private static final int MAX_ARGC = 1 << 20;
  private static final int MAX_STRETCHES = 2048;
  private static final long ARGC = Fields.key("argc");
  private static final int WHOLE = -1;
  private static final int LENGTH = -2;
  private static final int NO_ARGUMENT = -3;

  /// What one record holds.
  ///
  /// @param argv the list when the record holds a whole one, else null
  record Single(@Nullable List<String> argv) {}

  private final Memo<Single> singles;

  /// The whole list, where one record held it, and that record's line; then there are no stretches.
  private @Nullable List<String> whole;

  private int wholeFrom;
  private int wholeTo;

  private int argc = -1;
  private int count;
  private Stretch[] stretches = new Stretch[1];

  private int parsedArgument;

  /// What one EXECVE record covers.
  private static final class Stretch {
    int lineFrom;
    int from;
    int to;
    boolean kept;
    int firstArgument;
    int firstPart;
    int lastArgument;
    int lastPart;

    /// Bytes of the last argument in this record, and its full length where it begins here.
    long lastBytes;

    long lastLength;

    boolean before(Stretch that) {
      return firstArgument < that.firstArgument
          || (firstArgument == that.firstArgument && firstPart < that.firstPart);
    }

    boolean follows(Stretch that) {
      return firstArgument == that.lastArgument
          ? firstPart == that.lastPart + 1
          : firstArgument == that.lastArgument + 1 && firstPart <= 0;
    }
  }

  enum Verdict {
    KEPT,
    DUPLICATE,
    MALFORMED
  }

  /// @param singles from [#memo], shared by all events of a stream
  Arguments(Memo<Single> singles) {
    this.singles = singles;
  }

  /// Programs are started with the same arguments again and again: remembers what records hold.
  static Memo<Single> memo() {
    var fields = new Fields();
    Memo<Single> none = new Memo<>(1, 0, (_, _, _) -> new Single(null));
    return new Memo<>(
        1024,
        512,
        (b, from, to) -> {
          var alone = new Arguments(none);
          boolean whole =
              alone.parse(b, from, from, to, true, fields) == Verdict.KEPT && alone.complete();
          return new Single(whole ? List.copyOf(alone.argv(b, fields)) : null);
        });
  }

  void clear() {
    argc = -1;
    count = 0;
    whole = null;
  }

  boolean any() {
    return whole != null || count > 0;
  }

  /// Adds a record that lies at `[lineFrom, to)` with its fields from `from`.
  ///
  /// @param kept whether the bytes stay where they are; otherwise only the coverage is noted
  Verdict add(byte[] bytes, int lineFrom, int from, int to, boolean kept, Fields f) {
    if (whole != null) {
      return Verdict.DUPLICATE;
    }
    if (kept && argc < 0 && count == 0) {
      whole = singles.of(bytes, from, to).argv;
      if (whole != null) {
        wholeFrom = lineFrom;
        wholeTo = to;
        return Verdict.KEPT;
      }
    }
    return parse(bytes, lineFrom, from, to, kept, f);
  }

  private Verdict parse(byte[] bytes, int lineFrom, int from, int to, boolean kept, Fields f) {
    var stretch = new Stretch();
    stretch.firstArgument = -1;
    stretch.lastLength = -1;
    long stated = -1;
    f.on(bytes, from, to);
    while (f.next()) {
      if (f.key == ARGC) {
        stated = f.decimal();
        if (stated < 0 || stated > MAX_ARGC) {
          return Verdict.MALFORMED;
        }
        continue;
      }
      int part = part(bytes, f);
      if (part == NO_ARGUMENT) {
        continue;
      }
      if (part == LENGTH) {
        stretch.lastLength = f.decimal();
        continue;
      }
      if (f.oddHex() || !cover(stretch, parsedArgument, part)) {
        return Verdict.MALFORMED;
      }
      stretch.lastBytes += f.quoted ? f.to - f.from : (f.to - f.from) / 2;
    }
    if (f.broken || (stretch.firstArgument < 0 && stated != 0)) {
      return Verdict.MALFORMED;
    }
    if (stated >= 0) {
      argc = (int) stated;
    }
    stretch.lineFrom = lineFrom;
    stretch.from = from;
    stretch.to = to;
    stretch.kept = kept;
    return insert(stretch);
  }

  private static boolean cover(Stretch stretch, int argument, int part) {
    if (stretch.firstArgument < 0) {
      stretch.firstArgument = argument;
      stretch.firstPart = part;
      stretch.lastBytes = 0;
    } else if (argument == stretch.lastArgument + 1 && part <= 0) {
      stretch.lastBytes = 0;
      if (part == WHOLE) {
        stretch.lastLength = -1;
      }
    } else if (argument != stretch.lastArgument || part != stretch.lastPart + 1 || part == 0) {
      return false;
    }
    stretch.lastArgument = argument;
    stretch.lastPart = part;
    return true;
  }

  private Verdict insert(Stretch stretch) {
    if (stretch.firstArgument < 0) {
      return Verdict.KEPT;
    }
    int at = count;
    while (at > 0 && !stretches[at - 1].before(stretch)) {
      at--;
    }
    if (at < count && !stretch.before(stretches[at])) {
      return Verdict.DUPLICATE;
    }
    if (count == MAX_STRETCHES) {
      return Verdict.KEPT;
    }
    if (count == stretches.length) {
      stretches = Arrays.copyOf(stretches, count * 2);
    }
    System.arraycopy(stretches, at, stretches, at + 1, count - at);
    stretches[at] = stretch;
    count++;
    return Verdict.KEPT;
  }

  boolean complete() {
    if (whole != null || argc == 0) {
      return true;
    }
    return argc > 0 && joined() == count && count > 0 && ended(stretches[count - 1]);
  }

  /// How many stretches join up from the first argument on.
  private int joined() {
    if (count == 0 || stretches[0].firstArgument != 0 || stretches[0].firstPart > 0) {
      return 0;
    }
    int n = 1;
    while (n < count && stretches[n].follows(stretches[n - 1])) {
      n++;
    }
    return n;
  }

  private boolean ended(Stretch last) {
    if (last.lastArgument != argc - 1) {
      return false;
    }
    if (last.lastPart == WHOLE) {
      return true;
    }
    long have = 0;
    long length = -1;
    for (int i = count - 1; i >= 0 && stretches[i].lastArgument == argc - 1; i--) {
      have += stretches[i].lastBytes;
      length = Math.max(length, stretches[i].lastLength);
    }
    return length >= 0 && have >= length;
  }

  /// The arguments as far as they are known from the first on; [#CUT] closes a list that is not
  /// whole.
  List<String> argv(byte[] bytes, Fields f) {
    if (whole != null) {
      return whole;
    }
    int joined = joined();
    var out = new ArrayList<String>(Math.clamp(argc, 4, 64));
    var parts = new Parts();
    int budget = MAX_BYTES;
    for (int i = 0; i < joined; i++) {
      Stretch stretch = stretches[i];
      if (!stretch.kept) {
        return cut(out, parts);
      }
      f.on(bytes, stretch.from, stretch.to);
      while (f.next()) {
        int part = part(bytes, f);
        if (part < WHOLE) {
          continue;
        }
        int length = f.quoted ? f.to - f.from : (f.to - f.from) / 2;
        if (budget < length || out.size() == MAX_ARGUMENTS) {
          return cut(out, parts);
        }
        budget -= length;
        if (part <= 0) {
          parts.flush(out);
        }
        if (part == WHOLE) {
          out.add(Bytes.text(bytes, f.from, f.to, f.quoted));
        } else {
          parts.append(bytes, f.from, f.to, f.quoted);
        }
      }
    }
    if (!complete()) {
      return cut(out, parts);
    }
    parts.flush(out);
    return out;
  }

  private static List<String> cut(List<String> out, Parts parts) {
    parts.flush(out);
    out.add(CUT);
    return out;
  }

  /// Copies the record's lines in argument order.
  void raw(RawLines into, byte[] bytes) {
    if (whole != null) {
      into.add(bytes, wholeFrom, wholeTo);
    }
    for (int i = 0; i < count && stretches[i].kept; i++) {
      into.add(bytes, stretches[i].lineFrom, stretches[i].to);
    }
  }

  /// The part number of an argument field, or one of the negative constants; sets
  /// [#parsedArgument].
  private int part(byte[] b, Fields f) {
    int i = f.keyFrom;
    int end = f.keyTo;
    if (b[i] != 'a' || i + 1 >= end) {
      return NO_ARGUMENT;
    }
    int argument = 0;
    int digits = ++i;
    while (i < end && b[i] >= '0' && b[i] <= '9' && i - digits < 8) {
      argument = argument * 10 + (b[i++] - '0');
    }
    if (i == digits) {
      return NO_ARGUMENT;
    }
    parsedArgument = argument;
    if (i == end) {
      return WHOLE;
    }
    if (b[i] == '_') {
      return end - i == 4 ? LENGTH : NO_ARGUMENT;
    }
    long part = b[i] == '[' && b[end - 1] == ']' ? Bytes.decimal(b, i + 1, end - 1) : -1;
    return part < 0 || part > MAX_ARGC ? NO_ARGUMENT : (int) part;
  }

  /// Puts the parts of one long argument together, as bytes: a part may end inside a character.
  private static final class Parts {
    private byte[] bytes = new byte[0];
    private int size;
    private boolean open;

    void append(byte[] b, int from, int to, boolean quoted) {
      int length = quoted ? to - from : (to - from) / 2;
      if (bytes.length < size + length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
      }
      for (int i = 0; i < length; i++) {
        bytes[size + i] =
            quoted
                ? b[from + i]
                : (byte) (Bytes.digit(b[from + 2 * i]) << 4 | Bytes.digit(b[from + 2 * i + 1]));
      }
      size += length;
      open = true;
    }

    void flush(List<String> out) {
      if (open) {
        out.add(new String(bytes, 0, size, StandardCharsets.UTF_8));
        size = 0;
        open = false;
      }
    }
  }
}
