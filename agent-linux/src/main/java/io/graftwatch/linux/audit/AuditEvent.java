package io.graftwatch.linux.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One kernel event while its records come in: the bytes of the records that matter, and what was
/// parsed out of them. Reused by the [Reassembler]; never larger than [#MAX_BYTES].
final class AuditEvent {
  /// Most bytes of records that one event keeps. A longer argument list is cut.
  static final int MAX_BYTES = 128 * 1024;

  private static final int MAX_PATHS = 16;
  private static final long CWD = Fields.key("cwd");
  private static final long SADDR = Fields.key("saddr");
  private static final long OFLAG = Fields.key("oflag");

  enum Verdict {
    KEPT,
    /// This very record is there already.
    DUPLICATE,
    MALFORMED,
    /// The call that has just become known makes the whole event uninteresting.
    UNWANTED
  }

  byte[] bytes = new byte[2048];
  int size;

  long key;
  long time;
  long serial;
  private int idFrom;
  private int idTo;

  /// The agent's clock at the first record, microseconds since the epoch.
  long seen;

  /// The stream's tick at the latest record.
  long touched;

  /// Native records kept for this event, which are not counted anywhere yet.
  int records;

  boolean called;
  final Call call = new Call();
  int callFrom;
  int callTo;
  final Arguments arguments;
  private final PathItem[] paths = new PathItem[MAX_PATHS];
  private int pathCount;
  private long items;
  final Slice cwd = new Slice();
  final Slice address = new Slice();
  private int addressFrom;
  private int cwdFrom;
  private int cwdTo;
  private int addressTo;

  /// `open_how.flags` of openat2; -1 when not seen.
  long openFlags;

  final Slice change = new Slice();
  private int changeFrom;

  /// @param argumentLists see [Arguments#memo]
  AuditEvent(Memo<Arguments.Single> argumentLists) {
    arguments = new Arguments(argumentLists);
    Arrays.setAll(paths, _ -> new PathItem());
    clear();
  }

  final void clear() {
    size = 0;
    records = 0;
    called = false;
    arguments.clear();
    pathCount = 0;
    items = 0;
    cwd.clear();
    address.clear();
    openFlags = -1;
    change.clear();
    if (bytes.length > 16 * 1024) {
      bytes = new byte[2048];
    }
  }

  /// Takes one record in.
  Verdict add(AuditRecord record, Fields fields) {
    int length = record.to - record.from;
    if (size + length > MAX_BYTES) {
      return record.type == RecordType.EXECVE ? more(record, fields) : Verdict.MALFORMED;
    }
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
    }
    System.arraycopy(record.bytes, record.from, bytes, size, length);
    int from = size;
    int body = from + record.body - record.from;
    int to = from + length;
    Verdict verdict =
        switch (record.type) {
          case RecordType.SYSCALL, RecordType.URINGOP -> call(from, body, to, fields);
          case RecordType.EXECVE -> arguments(bytes, from, body, to, true, fields);
          case RecordType.PATH -> path(from, body, to, fields);
          case RecordType.CWD -> directory(from, body, to, fields);
          case RecordType.SOCKADDR -> address(from, body, to, fields);
          case RecordType.OPENAT2 -> openFlags(body, to, fields);
          case RecordType.CONFIG_CHANGE -> change(from, body, to);
          default -> Verdict.MALFORMED;
        };
    if (verdict == Verdict.KEPT) {
      if (records++ == 0) {
        idFrom = from + record.id - record.from;
        idTo = body - 2;
      }
      size = to;
    }
    return verdict;
  }

  /// Arguments beyond what an event keeps: only that they came is noted.
  private Verdict more(AuditRecord record, Fields fields) {
    Verdict verdict = arguments(record.bytes, record.from, record.body, record.to, false, fields);
    if (verdict == Verdict.KEPT) {
      records++;
    }
    return verdict;
  }

  /// The native id as printed.
  String idText() {
    return new String(bytes, idFrom, idTo - idFrom, StandardCharsets.ISO_8859_1);
  }

  private Verdict call(int from, int body, int to, Fields fields) {
    if (called) {
      return Verdict.DUPLICATE;
    }
    return switch (call.parse(bytes, body, to, fields)) {
      case MALFORMED -> Verdict.MALFORMED;
      case UNWANTED -> change.given() ? Verdict.KEPT : Verdict.UNWANTED;
      case WANTED -> {
        called = true;
        callFrom = from;
        callTo = to;
        yield Verdict.KEPT;
      }
    };
  }

  private Verdict arguments(
      byte[] source, int from, int body, int to, boolean kept, Fields fields) {
    return switch (arguments.add(source, from, body, to, kept, fields)) {
      case KEPT -> Verdict.KEPT;
      case DUPLICATE -> Verdict.DUPLICATE;
      case MALFORMED -> Verdict.MALFORMED;
    };
  }

  private Verdict path(int from, int body, int to, Fields fields) {
    PathItem item = pathCount < MAX_PATHS ? paths[pathCount] : new PathItem();
    boolean program = called && call.operation == Operation.EXEC;
    if (!item.parse(bytes, body, to, program, fields)) {
      return Verdict.MALFORMED;
    }
    long bit = 1L << item.item;
    if ((items & bit) != 0) {
      return Verdict.DUPLICATE;
    }
    items |= bit;
    item.lineFrom = from;
    item.lineTo = to;
    if (pathCount < MAX_PATHS) {
      int at = pathCount++;
      while (at > 0 && paths[at - 1].item > item.item) {
        paths[at] = paths[at - 1];
        at--;
      }
      paths[at] = item;
    }
    return Verdict.KEPT;
  }

  private Verdict value(Slice into, long key, int body, int to, Fields fields) {
    if (into.given()) {
      return Verdict.DUPLICATE;
    }
    fields.on(bytes, body, to);
    while (fields.next()) {
      if (fields.key == key) {
        if (fields.oddHex()) {
          return Verdict.MALFORMED;
        }
        into.set(fields);
        return Verdict.KEPT;
      }
    }
    return Verdict.MALFORMED;
  }

  private Verdict address(int from, int body, int to, Fields fields) {
    Verdict verdict = value(address, SADDR, body, to, fields);
    if (verdict == Verdict.KEPT) {
      addressFrom = from;
      addressTo = to;
      if (address.quoted || !Bytes.isHex(bytes, address.from, address.to)) {
        address.clear();
        return Verdict.MALFORMED;
      }
    }
    return verdict;
  }

  private Verdict openFlags(int body, int to, Fields fields) {
    if (openFlags >= 0) {
      return Verdict.DUPLICATE;
    }
    fields.on(bytes, body, to);
    while (fields.next()) {
      if (fields.key == OFLAG) {
        openFlags = Bytes.octal(bytes, fields.from, fields.to);
        return openFlags < 0 ? Verdict.MALFORMED : Verdict.KEPT;
      }
    }
    return Verdict.MALFORMED;
  }

  private Verdict change(int from, int body, int to) {
    if (change.given()) {
      return Verdict.DUPLICATE;
    }
    changeFrom = from;
    change.from = body;
    change.to = to;
    return Verdict.KEPT;
  }

  /// Whether nothing that this event's facts need is still to come.
  ///
  /// @param cwdExpected whether this stream has CWD records; some sites exclude them
  boolean complete(boolean cwdExpected) {
    if (!called) {
      return false;
    }
    if (change.given()) {
      return true;
    }
    Operation operation = call.operation;
    if (operation.wantsAddress()) {
      return address.given() && (operation != Operation.SEND || !netlink());
    }
    if (operation != Operation.EXEC && !operation.onFiles()) {
      return true;
    }
    return Long.bitCount(items) >= call.items
        && (cwd.given() || !cwdExpected || call.items == 0)
        && (operation != Operation.EXEC || arguments.complete())
        && (operation != Operation.OPENAT2 || openFlags >= 0);
  }

  private Verdict directory(int from, int body, int to, Fields fields) {
    Verdict verdict = value(cwd, CWD, body, to, fields);
    if (verdict == Verdict.KEPT) {
      cwdFrom = from;
      cwdTo = to;
    }
    return verdict;
  }

  /// A message to the kernel itself: the event may be a change of the audit configuration.
  private boolean netlink() {
    return address.to - address.from >= 4
        && bytes[address.from] == '1'
        && bytes[address.from + 1] == '0';
  }

  int paths() {
    return pathCount;
  }

  PathItem path(int index) {
    return paths[index];
  }

  /// The native lines that the fact rests on, in the order of the kernel whatever order they came
  /// in.
  RawLines raw(RawLines into, boolean withPaths) {
    into.clear();
    if (change.given()) {
      into.add(bytes, changeFrom, change.to);
    }
    if (called) {
      into.add(bytes, callFrom, callTo);
    }
    arguments.raw(into, bytes);
    if (address.given()) {
      into.add(bytes, addressFrom, addressTo);
    }
    if (withPaths && cwd.given()) {
      into.add(bytes, cwdFrom, cwdTo);
    }
    for (int i = 0; withPaths && i < pathCount; i++) {
      into.add(bytes, paths[i].lineFrom, paths[i].lineTo);
    }
    return into;
  }
}
