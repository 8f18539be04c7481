package io.graftwatch.esxi.line;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One log message of ESXi, taken apart in place; the object is reused for the next one. It reads
/// every form that 6.0 to 8.0 write: RFC 3164 and RFC 5424 as others relay them, what ESXi itself
/// sends, and what stands in its files.
public final class Message {
  private static final byte[] ORIGINATOR = ascii("[Originator@");
  private static final byte[] MODIFIED = ascii("msgModified=");
  private static final int MAX_PROGRAM = 64;
  private static final int MAX_HOST = 255;

  /// The length that ESXi shortens messages to unless it is told another.
  private static final int DEFAULT_LIMIT = 1024;

  private final Stamp stamp = new Stamp();
  private final ZoneId zone;
  private final LongSupplier reference;

  private byte[] b = new byte[0];
  private int end;
  private long time;
  private int hostFrom;
  private int hostTo;
  private int programFrom;
  private int programTo;
  private int pidFrom;
  private int pidTo;
  private int dataFrom;
  private int dataTo;
  private int text;
  private boolean shortened;

  /// @param zone of stamps that have none
  /// @param reference microseconds since the epoch, for stamps without a year
  public Message(ZoneId zone, LongSupplier reference) {
    this.zone = zone;
    this.reference = reference;
    this.time = Long.MIN_VALUE;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void begin(byte[] bytes, int from, int to) {
    b = bytes;
    end = to;
    hostFrom = hostTo = programFrom = programTo = pidFrom = pidTo = dataFrom = dataTo = from;
    text = from;
    shortened = to - from == DEFAULT_LIMIT;
  }

  /// Whether a line begins a message as it comes over the wire, rather than going on with one.
  public static boolean begins(byte[] bytes, int from, int to) {
    return from < to && bytes[from] == '<';
  }

  /// Reads a message as it comes over the wire.
  ///
  /// @return false when it is none
  public boolean wire(byte[] bytes, int from, int to) {
    begin(bytes, from, to);
    int i = from;
    if (i < to && b[i] == '<') {
      int digits = i + 1;
      while (digits < to && digits - i <= 3 && b[digits] >= '0' && b[digits] <= '9') {
        digits++;
      }
      if (digits == i + 1 || digits >= to || b[digits] != '>') {
        return false;
      }
      i = digits + 1;
    }
    if (i + 1 < to && b[i] == '1' && b[i + 1] == ' ') {
      return rfc5424(i + 2);
    }
    i = blanks(i);
    if (stamp.rfc3339(b, i, to) || stamp.rfc3164(b, i, to, zone, reference.getAsLong())) {
      time = stamp.time();
      i = stamp.next();
    } else if (isHex(i)) {
      // A known oddity: hexadecimal groups where the stamp should be. It happened when the message
      // before it did.
      i = word(i);
    } else {
      return false;
    }
    i = blanks(i);
    int hostEnd = word(i);
    if (hostEnd == i || hostEnd - i > MAX_HOST) {
      return false;
    }
    hostFrom = i;
    hostTo = hostEnd;
    return tagged(blanks(hostEnd));
  }

  /// Reads a line of a log file.
  ///
  /// @return false when it does not begin with a stamp: it goes on with the line before, if any
  public boolean file(byte[] bytes, int from, int to) {
    begin(bytes, from, to);
    if (!stamp.rfc3339(b, from, to)) {
      return false;
    }
    time = stamp.time();
    int i = stamp.next();
    if (i < to && b[i] == ':') {
      i++;
    }
    return tagged(blanks(i));
  }

  private boolean rfc5424(int from) {
    int i = from;
    if (stamp.rfc3339(b, i, end)) {
      time = stamp.time();
      i = stamp.next();
    } else if (i < end && b[i] == '-') {
      i++;
    } else {
      return false;
    }
    int[] bounds = new int[4];
    for (int field = 0; field < 4; field++) {
      if (i >= end || b[i] != ' ') {
        return false;
      }
      bounds[field] = i + 1;
      i = word(i + 1);
      if (i == bounds[field]) {
        return false;
      }
    }
    hostFrom = bounds[0];
    hostTo = bounds[1] - 1;
    programFrom = bounds[1];
    programTo = bounds[2] - 1;
    pidFrom = bounds[2];
    pidTo = bounds[3] - 1;
    i = blanks(i);
    if (i < end && b[i] == '-') {
      i++;
    } else {
      dataFrom = i;
      while (i < end && b[i] == '[') {
        i = elementEnd(i);
      }
      dataTo = i;
      shortened |= find(dataFrom, dataTo, MODIFIED) >= 0;
    }
    i = blanks(i);
    if (i + 3 <= end && b[i] == (byte) 0xEF && b[i + 1] == (byte) 0xBB) {
      i += 3; // the byte order mark that RFC 5424 puts before UTF-8
    }
    text = i;
    return true;
  }

  /// Where a structured element that begins at `from` has ended; quoted values may hold anything.
  private int elementEnd(int from) {
    boolean quoted = false;
    for (int i = from; i < end; i++) {
      if (b[i] == '\\') {
        i++;
      } else if (b[i] == '"') {
        quoted = !quoted;
      } else if (b[i] == ']' && !quoted) {
        return i + 1;
      }
    }
    return end;
  }

  /// Reads what stands behind stamp and host: severity, program, process, origin, text.
  private boolean tagged(int from) {
    int i = from;
    if (i >= end) {
      return false;
    }
    if (b[i] == '[') {
      programFrom = programTo = i; // vobd.log names no program
      text = i;
      return true;
    }
    int wordEnd = word(i);
    if (isCpu(i, wordEnd)) {
      programFrom = programTo = i; // vmkernel.log neither
      text = i;
      return true;
    }
    if (b[wordEnd - 1] == ')' && b[wordEnd - 2] >= '0' && b[wordEnd - 2] <= '9') {
      i = blanks(wordEnd); // In(166)
      wordEnd = word(i);
    } else if (isLevel(i, wordEnd)) {
      i = blanks(wordEnd);
      wordEnd = word(i);
    }
    i = program(i);
    if (i < 0) {
      return false;
    }
    i = blanks(i);
    wordEnd = word(i);
    if (isLevel(i, wordEnd)) {
      // 6.7 and 7 send the name that syslogd knows, then the line as its program wrote it.
      int inner = program(blanks(wordEnd));
      i = inner < 0 ? i : blanks(inner);
    }
    if (startsWith(i, ORIGINATOR)) {
      dataFrom = i;
      i = originEnd(i);
      dataTo = i;
      shortened |= find(dataFrom, dataTo, MODIFIED) >= 0;
      i = blanks(i);
    }
    text = i;
    return true;
  }

  /// `name[pid]:`, `name:`, `name[pid]`.
  ///
  /// @return where it ends, -1 when there is none
  private int program(int from) {
    int i = from;
    while (i < end && b[i] != '[' && b[i] != ':' && b[i] != ' ' && i - from <= MAX_PROGRAM) {
      i++;
    }
    if (i == from || i - from > MAX_PROGRAM) {
      return -1;
    }
    programFrom = from;
    programTo = i;
    if (i < end && b[i] == '[') {
      int close = i + 1;
      while (close < end && b[close] != ']' && b[close] != ' ') {
        close++;
      }
      pidFrom = i + 1;
      pidTo = close;
      i = close < end && b[close] == ']' ? close + 1 : close;
    }
    return i < end && b[i] == ':' ? i + 1 : i;
  }

  /// Values of the origin are not quoted here, and one may hold a bracket: it ends with `] `.
  private int originEnd(int from) {
    for (int i = from; i < end; i++) {
      if (b[i] == ']' && (i + 1 == end || b[i + 1] == ' ')) {
        return i + 1;
      }
    }
    return end;
  }

  private boolean isLevel(int from, int to) {
    return switch (to - from) {
      case 4 -> is(from, to, "info");
      case 5 -> is(from, to, "error") || is(from, to, "panic");
      case 6 -> is(from, to, "trivia");
      case 7 -> is(from, to, "verbose") || is(from, to, "warning");
      default -> false;
    };
  }

  private boolean isCpu(int from, int to) {
    return to - from > 4
        && b[from] == 'c'
        && b[from + 1] == 'p'
        && b[from + 2] == 'u'
        && b[from + 3] >= '0'
        && b[from + 3] <= '9';
  }

  private boolean isHex(int from) {
    int to = word(from);
    int dashes = 0;
    for (int i = from; i < to; i++) {
      if (b[i] == '-') {
        dashes++;
      } else if (Character.digit(b[i], 16) < 0 && !(b[i] == 'Z' && i == to - 1)) {
        return false;
      }
    }
    return dashes >= 2;
  }

  private int blanks(int from) {
    int i = from;
    while (i < end && b[i] == ' ') {
      i++;
    }
    return i;
  }

  private int word(int from) {
    int i = from;
    while (i < end && b[i] != ' ') {
      i++;
    }
    return i;
  }

  private boolean startsWith(int from, byte[] what) {
    if (end - from < what.length) {
      return false;
    }
    for (int i = 0; i < what.length; i++) {
      if (b[from + i] != what[i]) {
        return false;
      }
    }
    return true;
  }

  private int find(int from, int to, byte[] what) {
    byte first = what[0];
    for (int i = from; i + what.length <= to; i++) {
      if (b[i] == first && startsWith(i, what)) {
        return i;
      }
    }
    return -1;
  }

  private boolean is(int from, int to, String what) {
    if (to - from != what.length()) {
      return false;
    }
    for (int i = 0; i < what.length(); i++) {
      if ((b[from + i] | 0x20) != (what.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the program bears that name, whatever its case.
  public boolean isFrom(String name) {
    return is(programFrom, programTo, name);
  }

  /// Whether the program's name begins so, whatever its case.
  public boolean isFromA(String prefix) {
    return programTo - programFrom > prefix.length()
        && is(programFrom, programFrom + prefix.length(), prefix);
  }

  public int programLength() {
    return programTo - programFrom;
  }

  /// Microseconds since the epoch; MIN_VALUE before the first stamp.
  public long time() {
    return time;
  }

  /// Whether the text begins so.
  public boolean says(String start) {
    if (end - text < start.length()) {
      return false;
    }
    for (int i = 0; i < start.length(); i++) {
      if (b[text + i] != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the text holds that.
  public boolean holds(byte[] what) {
    return find(text, end, what) >= 0;
  }

  /// The first byte of the text, 0 when there is none.
  public byte first() {
    return text < end ? b[text] : 0;
  }

  public String text() {
    return new String(b, text, end - text, StandardCharsets.UTF_8);
  }

  /// The host that the message names, null for none.
  public @Nullable String host() {
    boolean none = hostFrom == hostTo || (hostTo - hostFrom == 1 && b[hostFrom] == '-');
    return none ? null : new String(b, hostFrom, hostTo - hostFrom, StandardCharsets.UTF_8);
  }

  /// The process id as the header has it; empty when it has none.
  public String pid() {
    return new String(b, pidFrom, pidTo - pidFrom, StandardCharsets.ISO_8859_1);
  }

  /// ESXi shortened it, or it is as long as what ESXi shortens messages to.
  public boolean shortened() {
    return shortened;
  }

  /// A value of the origin: `sub`, `opID`, `sid`, `user`.
  public @Nullable String origin(String key) {
    byte[] name = ascii(" " + key + "=");
    int at = find(dataFrom, dataTo, name);
    if (at < 0) {
      return null;
    }
    int from = at + name.length;
    boolean quoted = from < dataTo && b[from] == '"';
    int i = quoted ? from + 1 : from;
    int begin = i;
    while (i < dataTo && (quoted ? b[i] != '"' : b[i] != ' ' && b[i] != ']')) {
      i++;
    }
    return i == begin ? null : new String(b, begin, i - begin, StandardCharsets.UTF_8);
  }
}
