package io.graftwatch.linux.audit;

/// A SYSCALL (or URINGOP) record: who called what, with which result. Reused; slices point into the
/// bytes it was parsed from.
final class Call {
  // The last four bytes of each key tell the fields of these records apart.
  private static final int ARCH = 'a' << 24 | 'r' << 16 | 'c' << 8 | 'h';
  private static final int SYSCALL = 'c' << 24 | 'a' << 16 | 'l' << 8 | 'l';
  private static final int URING_OP = 'g' << 24 | '_' << 16 | 'o' << 8 | 'p';
  private static final int SUCCESS = 'c' << 24 | 'e' << 16 | 's' << 8 | 's';
  private static final int EXIT = 'e' << 24 | 'x' << 16 | 'i' << 8 | 't';
  private static final int A0 = 'a' << 8 | '0';
  private static final int A1 = 'a' << 8 | '1';
  private static final int A2 = 'a' << 8 | '2';
  private static final int A3 = 'a' << 8 | '3';
  private static final int ITEMS = 't' << 24 | 'e' << 16 | 'm' << 8 | 's';
  private static final int PPID = 'p' << 24 | 'p' << 16 | 'i' << 8 | 'd';
  private static final int PID = 'p' << 16 | 'i' << 8 | 'd';
  private static final int AUID = 'a' << 24 | 'u' << 16 | 'i' << 8 | 'd';
  private static final int UID = 'u' << 16 | 'i' << 8 | 'd';
  private static final int TTY = 't' << 16 | 't' << 8 | 'y';
  private static final int SES = 's' << 16 | 'e' << 8 | 's';
  private static final int EXE = 'e' << 16 | 'x' << 8 | 'e';

  /// In place of an architecture: the call is an io_uring request.
  private static final long RING = Operation.RING;

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
    f.on(bytes, from, to);
    while (f.next()) {
      switch ((int) f.key) {
        case ARCH -> arch = f.hex();
        case SYSCALL -> number = f.decimal();
        case URING_OP -> {
          number = f.decimal();
          arch = RING;
        }
        case SUCCESS -> success = f.to > f.from && bytes[f.from] == 'y';
        case EXIT -> {
          exit = f.signed();
          if (arch < 0 || number < 0 || number > Integer.MAX_VALUE) {
            return Verdict.MALFORMED;
          }
          operation = Operation.of(arch, (int) number);
          if (!wanted()) {
            return Verdict.UNWANTED;
          }
          if (operation.ignoresArguments()) {
            f.skipTo('i');
          }
        }
        case A0 -> a0 = f.hex();
        case A1 -> a1 = f.hex();
        case A2 -> a2 = f.hex();
        case A3 -> a3 = f.hex();
        case ITEMS -> {
          items = (int) Math.min(f.decimal(), Integer.MAX_VALUE);
          if (operation == Operation.SOCKETCALL) {
            operation = Operation.ofSocketcall(a0);
          }
          if (!wanted()) {
            // Without `success` and `exit` the call did not return: exit_group and the like.
            return Verdict.UNWANTED;
          }
        }
        case PPID -> ppid = pid(f.decimal());
        case PID -> pid = pid(f.decimal());
        case AUID -> auid = f.decimal();
        case UID -> {
          uid = (int) Math.min(f.decimal(), Integer.MAX_VALUE);
          f.skipTo(arch == RING ? 'k' : 't');
        }
        case TTY -> tty.set(f);
        case SES -> session.set(f);
        case EXE -> exe.set(f);
        default -> {
          // Groups, effective and saved ids, comm, key.
        }
      }
    }
    end = f.position();
    boolean whole =
        !f.broken
            && items >= 0
            && pid > 0
            && ppid >= 0
            && uid >= 0
            && (arch == RING || (exe.given() && !f.oddHex(exe)));
    return whole ? Verdict.WANTED : Verdict.MALFORMED;
  }

  /// A failed connect is an intent; everything else counts only when it was done.
  private boolean wanted() {
    return switch (operation) {
      case NONE -> false;
      case CONNECT, SOCKETCALL -> true;
      default -> success;
    };
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
