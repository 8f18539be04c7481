package io.graftwatch.linux.audit;

/// A SYSCALL (or URINGOP) record: who called what, with which result. Reused; slices point into the
/// bytes it was parsed from.
final class Call {
  private static final long ARCH = Fields.key("arch");
  private static final long SYSCALL = Fields.key("syscall");
  private static final long SUCCESS = Fields.key("success");
  private static final long EXIT = Fields.key("exit");
  private static final long A0 = Fields.key("a0");
  private static final long A1 = Fields.key("a1");
  private static final long A2 = Fields.key("a2");
  private static final long A3 = Fields.key("a3");
  private static final long ITEMS = Fields.key("items");
  private static final long PPID = Fields.key("ppid");
  private static final long PID = Fields.key("pid");
  private static final long AUID = Fields.key("auid");
  private static final long UID = Fields.key("uid");
  private static final long TTY = Fields.key("tty");
  private static final long SES = Fields.key("ses");
  private static final long EXE = Fields.key("exe");
  private static final long URING_OP = Fields.key("uring_op");
  private static final long MAX_PID = 1 << 22;

  Operation operation = Operation.NONE;
  boolean success;
  long exit;
  long a0;
  long a1;
  long a2;
  long a3;
  int items;
  int pid;
  int ppid;
  int uid;
  long auid;
  final Slice tty = new Slice();
  final Slice session = new Slice();
  final Slice exe = new Slice();

  /// End of the raw part: enrichment follows from here, if there is any.
  int end;

  enum Verdict {
    /// Kept.
    WANTED,
    /// Well-formed as far as it was read, and of no interest.
    UNWANTED,
    MALFORMED
  }

  /// Parses a body. A call that is of no interest is left as soon as that is known.
  Verdict parse(byte[] bytes, int from, int to, Fields f) {
    clear();
    long arch = -1;
    long number = -1;
    boolean returned = false;
    f.on(bytes, from, to);
    while (f.next()) {
      long key = f.key;
      if (key == PID) {
        pid = pid(f.decimal());
      } else if (key == UID) {
        uid = (int) Math.min(f.decimal(), Integer.MAX_VALUE);
      } else if (key == ARCH) {
        arch = f.hex();
      } else if (key == SYSCALL) {
        number = f.decimal();
      } else if (key == URING_OP) {
        number = f.decimal();
        arch = 0;
      } else if (key == SUCCESS) {
        success = f.to > f.from && bytes[f.from] == 'y';
        returned = true;
      } else if (key == EXIT) {
        exit = f.signed();
      } else if (key == A0) {
        a0 = f.hex();
      } else if (key == A1) {
        a1 = f.hex();
      } else if (key == A2) {
        a2 = f.hex();
      } else if (key == A3) {
        a3 = f.hex();
      } else if (key == ITEMS) {
        items = (int) Math.min(f.decimal(), Integer.MAX_VALUE);
        if (arch < 0 || number < 0 || number > Integer.MAX_VALUE || items < 0) {
          return Verdict.MALFORMED;
        }
        operation =
            arch == 0 ? Operation.ofRing((int) number) : Operation.of(arch, (int) number, a0);
        if (!returned || !wanted()) {
          return Verdict.UNWANTED;
        }
      } else if (key == PPID) {
        ppid = pid(f.decimal());
      } else if (key == AUID) {
        auid = f.decimal();
      } else if (key == TTY) {
        tty.set(f);
      } else if (key == SES) {
        session.set(f);
      } else if (key == EXE) {
        exe.set(f);
      }
    }
    end = f.position();
    boolean whole =
        !f.broken
            && items >= 0
            && pid > 0
            && ppid >= 0
            && uid >= 0
            && (arch == 0 || (exe.given() && !f.oddHex(exe)));
    return whole ? Verdict.WANTED : Verdict.MALFORMED;
  }

  /// A failed connect is an intent; everything else counts only when it was done.
  private boolean wanted() {
    return operation != Operation.NONE && (success || operation == Operation.CONNECT);
  }

  private void clear() {
    operation = Operation.NONE;
    success = false;
    exit = 0;
    a0 = 0;
    a1 = 0;
    a2 = 0;
    a3 = 0;
    items = -1;
    pid = -1;
    ppid = -1;
    uid = -1;
    auid = -1;
    tty.clear();
    session.clear();
    exe.clear();
  }

  private static int pid(long value) {
    return value >= 0 && value <= MAX_PID ? (int) value : -1;
  }
}
