package io.graftwatch.linux.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Record types by their number in `linux/audit.h`, and the names that `audit.log` gives them. Only
/// the types that carry something for us have a name here; all others are [#OTHER].
final class RecordType {
  static final int OTHER = 0;
  static final int DAEMON_START = 1200;
  static final int DAEMON_END = 1201;
  static final int DAEMON_ABORT = 1202;
  static final int SYSCALL = 1300;
  static final int PATH = 1302;
  static final int CONFIG_CHANGE = 1305;
  static final int SOCKADDR = 1306;
  static final int CWD = 1307;
  static final int EXECVE = 1309;
  static final int PROCTITLE = 1327;
  static final int URINGOP = 1336;
  static final int OPENAT2 = 1337;
  static final int ANOM_ABEND = 1701;

  private static final byte[] DAEMON_START_NAME = ascii("DAEMON_START");
  private static final byte[] DAEMON_END_NAME = ascii("DAEMON_END");
  private static final byte[] DAEMON_ABORT_NAME = ascii("DAEMON_ABORT");
  private static final byte[] SYSCALL_NAME = ascii("SYSCALL");
  private static final byte[] PATH_NAME = ascii("PATH");
  private static final byte[] CONFIG_CHANGE_NAME = ascii("CONFIG_CHANGE");
  private static final byte[] SOCKADDR_NAME = ascii("SOCKADDR");
  private static final byte[] CWD_NAME = ascii("CWD");
  private static final byte[] EXECVE_NAME = ascii("EXECVE");
  private static final byte[] PROCTITLE_NAME = ascii("PROCTITLE");
  private static final byte[] URINGOP_NAME = ascii("URINGOP");
  private static final byte[] OPENAT2_NAME = ascii("OPENAT2");
  private static final byte[] ANOM_ABEND_NAME = ascii("ANOM_ABEND");
  private static final byte[] UNKNOWN_PREFIX = ascii("UNKNOWN[");

  private RecordType() {}

  /// The number behind a name as auditd writes it; `UNKNOWN[1336]` is how an auditd that is older
  /// than the kernel names a type.
  static int of(byte[] line, int from, int to) {
    return switch (to - from) {
      case 3 -> is(line, from, CWD_NAME) ? CWD : OTHER;
      case 4 -> is(line, from, PATH_NAME) ? PATH : OTHER;
      case 6 -> is(line, from, EXECVE_NAME) ? EXECVE : OTHER;
      case 7 ->
          is(line, from, SYSCALL_NAME)
              ? SYSCALL
              : is(line, from, URINGOP_NAME)
                  ? URINGOP
                  : is(line, from, OPENAT2_NAME) ? OPENAT2 : OTHER;
      case 8 -> is(line, from, SOCKADDR_NAME) ? SOCKADDR : OTHER;
      case 9 -> is(line, from, PROCTITLE_NAME) ? PROCTITLE : OTHER;
      case 10 ->
          is(line, from, ANOM_ABEND_NAME)
              ? ANOM_ABEND
              : is(line, from, DAEMON_END_NAME) ? DAEMON_END : OTHER;
      case 12 ->
          is(line, from, DAEMON_START_NAME)
              ? DAEMON_START
              : is(line, from, DAEMON_ABORT_NAME) ? DAEMON_ABORT : OTHER;
      case 13 ->
          is(line, from, CONFIG_CHANGE_NAME)
              ? CONFIG_CHANGE
              : is(line, from, UNKNOWN_PREFIX) && line[to - 1] == ']'
                  ? (int) Bytes.decimal(line, from + UNKNOWN_PREFIX.length, to - 1)
                  : OTHER;
      default -> OTHER;
    };
  }

  /// The name of a number, for records that come without one (netlink).
  static byte[] name(int type) {
    return switch (type) {
      case DAEMON_START -> DAEMON_START_NAME;
      case DAEMON_END -> DAEMON_END_NAME;
      case DAEMON_ABORT -> DAEMON_ABORT_NAME;
      case SYSCALL -> SYSCALL_NAME;
      case PATH -> PATH_NAME;
      case CONFIG_CHANGE -> CONFIG_CHANGE_NAME;
      case SOCKADDR -> SOCKADDR_NAME;
      case CWD -> CWD_NAME;
      case EXECVE -> EXECVE_NAME;
      case PROCTITLE -> PROCTITLE_NAME;
      case URINGOP -> URINGOP_NAME;
      case OPENAT2 -> OPENAT2_NAME;
      case ANOM_ABEND -> ANOM_ABEND_NAME;
      default -> ascii("UNKNOWN[" + type + "]");
    };
  }

  private static boolean is(byte[] line, int from, byte[] name) {
    return Arrays.equals(line, from, from + name.length, name, 0, name.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
