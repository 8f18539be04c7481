package io.graftwatch.macos.unified;

import io.graftwatch.core.line.Line;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One row of the unified log: where in its line the members stand that matter of some twenty.
///
/// The line is walked once, byte by byte, and nothing is decoded before somebody asks: most rows
/// mean nothing here. A row that says a member twice, or in another type than `log` does, is none
/// of `log`'s. The object is reused for the next line.
final class LogRow {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_PATH = 1024;
  private static final int MAX_DIGITS = 18;

  private static final byte[][] NAMES =
      names(
          "eventMessage",
          "timestamp",
          "processID",
          "machTimestamp",
          "threadID",
          "eventType",
          "processImagePath",
          "subsystem",
          "lossCount",
          "finished");
  private static final int MESSAGE = 0;
  private static final int TIME = 1;
  private static final int PROCESS = 2;
  private static final int MACH_TIME = 3;
  private static final int THREAD = 4;
  private static final int TYPE = 5;
  private static final int PATH = 6;
  private static final int SUBSYSTEM = 7;
  private static final int LOSS = 8;
  private static final int TRAILER = 9;
  private static final int NOT_WANTED = -1;

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final Stamp stamp = new Stamp();
  private final int[] from = new int[NAMES.length];
  private final int[] to = new int[NAMES.length];

  /// First byte of each member's value; 0 = the row has none.
  private final byte[] kind = new byte[NAMES.length];

  private byte[] bytes = {};
  private int end;
  private int at;
  private long time;
  private long machTime;
  private long process;
  private long thread;

  private static byte[][] names(String... names) {
    var all = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      all[i] = names[i].getBytes(StandardCharsets.US_ASCII);
    }
    return all;
  }

  /// Reads a line.
  ///
  /// @return false when it is not one complete row
  boolean read(Line line) {
    bytes = line.bytes();
    at = line.from();
    end = at + line.length();
    Arrays.fill(kind, (byte) 0);
    Arrays.fill(from, 0);
    Arrays.fill(to, 0);
    if (!object(0)) {
      return false;
    }
    blank();
    return at == end && valid();
  }

  /// Whether the members are of the types that `log` gives them.
  private boolean valid() {
    time = kind[TIME] == '"' ? stamp.micros(bytes, from[TIME], to[TIME]) : Stamp.NONE;
    process = number(PROCESS);
    machTime = number(MACH_TIME);
    thread = number(THREAD);
    return (kind[TIME] == 0 || time != Stamp.NONE)
        && isTextOrNull(MESSAGE)
        && isTextOrNull(PATH)
        && isTextOrNull(SUBSYSTEM)
        && (kind[TYPE] == 0 || kind[TYPE] == '"')
        && (kind[PROCESS] == 0 || (process >= 0 && process <= Integer.MAX_VALUE))
        && (kind[MACH_TIME] == 0 || machTime >= 0)
        && (kind[THREAD] == 0 || thread >= 0);
  }

  private boolean isTextOrNull(int member) {
    return kind[member] == 0 || kind[member] == '"' || kind[member] == 'n';
  }

  /// An event of the log, not the trailer behind the last one.
  boolean isEvent() {
    return kind[TIME] != 0 && kind[TYPE] != 0;
  }

  boolean isTrailer() {
    return kind[TRAILER] != 0;
  }

  boolean isLoss() {
    return is(TYPE, "lossEvent");
  }

  /// Messages that a loss event says were lost; -1 when it does not.
  long lossCount() {
    return number(LOSS);
  }

  /// Microseconds since the epoch.
  long time() {
    return time;
  }

  /// The kernel's clock since boot, in ticks; -1 when the row has none.
  long machTime() {
    return machTime;
  }

  /// Process and thread, as the row names them.
  String where() {
    return machTime + ":" + process + ":" + thread;
  }

  boolean isKernel() {
    return process == 0 && is(PATH, "/kernel");
  }

  boolean isLaunchd() {
    return process == 1 && is(PATH, "/sbin/launchd");
  }

  boolean isTccd() {
    String path = to[PATH] - from[PATH] > MAX_PATH ? null : text(PATH);
    return path != null && path.startsWith("/System/Library/") && path.endsWith("/tccd");
  }

  /// Empty where the row has none, and in rows that are not messages.
  String message() {
    String message = text(MESSAGE);
    return message == null ? "" : message;
  }

  /// The message as it stands in the line, its escapes not resolved, each byte a character.
  String rawMessage() {
    return kind[MESSAGE] == '"'
        ? new String(bytes, from[MESSAGE], to[MESSAGE] - from[MESSAGE], StandardCharsets.ISO_8859_1)
        : "";
  }

  /// A hash of the message.
  String messageHash() {
    return RowHash.of(bytes, from[MESSAGE], Math.max(0, to[MESSAGE] - from[MESSAGE]));
  }

  @Nullable String subsystem() {
    return to[SUBSYSTEM] - from[SUBSYSTEM] > MAX_PATH ? null : text(SUBSYSTEM);
  }

  private boolean is(int member, String ascii) {
    int length = ascii.length();
    if (kind[member] != '"' || to[member] - from[member] != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[from[member] + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable String text(int member) {
    return kind[member] == '"' ? JsonText.decode(bytes, from[member], to[member]) : null;
  }

  private long number(int member) {
    int length = to[member] - from[member];
    if (kind[member] < '0' || kind[member] > '9' || length > MAX_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = from[member]; i < to[member]; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  // --- the walk ---

  private void blank() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
  }

  /// Steps over one byte if it is that one.
  private boolean step(char wanted) {
    blank();
    if (at < end && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private boolean object(int depth) {
    if (depth > MAX_DEPTH || !step('{')) {
      return false;
    }
    if (step('}')) {
      return true;
    }
    do {
      blank();
      int nameFrom = at + 1;
      if (!string()) {
        return false;
      }
      int member = depth == 0 ? member(nameFrom, at - 1) : NOT_WANTED;
      if (!step(':')) {
        return false;
      }
      blank();
      int valueFrom = at;
      if (!value(depth + 1) || (member != NOT_WANTED && !remember(member, valueFrom))) {
        return false;
      }
    } while (step(','));
    return step('}');
  }

  /// @return false when the row had that member before
  private boolean remember(int member, int valueFrom) {
    if (kind[member] != 0) {
      return false;
    }
    boolean text = bytes[valueFrom] == '"';
    kind[member] = bytes[valueFrom];
    from[member] = text ? valueFrom + 1 : valueFrom;
    to[member] = text ? at - 1 : at;
    return true;
  }

  /// Which of the wanted members has that name.
  private int member(int nameFrom, int nameTo) {
    int length = nameTo - nameFrom;
    for (int i = 0; i < NAMES.length; i++) {
      byte[] name = NAMES[i];
      if (name.length == length && name[0] == bytes[nameFrom] && matches(name, nameFrom)) {
        return i;
      }
    }
    return NOT_WANTED;
  }

  private boolean matches(byte[] wanted, int begin) {
    if (begin + wanted.length > end) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[begin + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean array(int depth) {
    if (depth > MAX_DEPTH || !step('[')) {
      return false;
    }
    if (step(']')) {
      return true;
    }
    do {
      blank();
      if (!value(depth + 1)) {
        return false;
      }
    } while (step(','));
    return step(']');
  }

  private boolean value(int depth) {
    if (at >= end) {
      return false;
    }
    return switch (bytes[at]) {
      case '"' -> string();
      case '{' -> object(depth);
      case '[' -> array(depth);
      case 't' -> word(TRUE);
      case 'f' -> word(FALSE);
      case 'n' -> word(NULL);
      default -> digits();
    };
  }

  private boolean word(byte[] word) {
    if (!matches(word, at)) {
      return false;
    }
    at += word.length;
    return true;
  }

  private boolean digits() {
    int begin = at;
    boolean any = false;
    while (at < end) {
      byte c = bytes[at];
      if (c >= '0' && c <= '9') {
        any = true;
      } else if (c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') {
        break;
      }
      at++;
    }
    return any && (bytes[begin] == '-' || (bytes[begin] >= '0' && bytes[begin] <= '9'));
  }

  private boolean string() {
    byte[] b = bytes;
    int stop = end;
    int i = at;
    if (i >= stop || b[i] != '"') {
      return false;
    }
    i++;
    while (i < stop) {
      byte c = b[i];
      if (c == '"') {
        at = i + 1;
        return true;
      }
      if (c == '\\') {
        int escape = JsonText.escape(b, i, stop);
        if (escape == 0) {
          return false;
        }
        i += escape;
      } else if (c >= 0 && c < ' ') {
        return false;
      } else {
        i++;
      }
    }
    return false;
  }
}
