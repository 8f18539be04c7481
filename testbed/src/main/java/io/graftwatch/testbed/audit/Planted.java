package io.graftwatch.testbed.audit;

import java.nio.charset.StandardCharsets;

/// Attacks and decoys that a benchmark plants in a log and looks for in the findings.
public final class Planted {
  private static final String START =
      """
      type=SYSCALL msg=audit(%1$s:%2$d): arch=c000003e syscall=59 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=1 ppid=%3$d pid=%4$d auid=%5$d uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4294967295 comm="x" exe="%6$s" key="x"
      type=EXECVE msg=audit(%1$s:%2$d): %7$s
      type=CWD msg=audit(%1$s:%2$d): cwd="/tmp"
      type=PATH msg=audit(%1$s:%2$d): item=0 name="%6$s" nametype=NORMAL
      type=PROCTITLE msg=audit(%1$s:%2$d): proctitle="x"
      """;
  private static final String SHELL = "argc=3 a0=\"sh\" a1=\"-c\" a2=\"id;uname${IFS}-a;w\"";
  private static final int FIRST_PID = 4_100_000;
  private static final long NO_LOGIN = 4_294_967_295L;
  private static final long ALICE = 1000;

  private Planted() {}

  /// The executable of the server that attack `number` is below; no other server has it.
  public static String server(int number) {
    return "/srv/attack" + number + "/sbin/nginx";
  }

  /// A server starts, and a shell below it.
  ///
  /// @param millis event time
  public static byte[] attack(int number, long millis) {
    return chain(number, millis, server(number), NO_LOGIN);
  }

  /// The same shell, below a program that is no server, from a login session.
  public static byte[] decoy(int number, long millis) {
    return chain(number, millis, "/srv/decoy" + number + "/bin/tool", ALICE);
  }

  private static byte[] chain(int number, long millis, String exe, long login) {
    String stamp = "%d.%03d".formatted(millis / 1_000, millis % 1_000);
    int pid = FIRST_PID + 4 * number + (login == ALICE ? 2 : 0);
    String arguments = "argc=1 a0=\"" + exe + "\"";
    String text =
        START.formatted(stamp, pid, 1, pid, login, exe, arguments)
            + START.formatted(stamp, pid + 1, pid, pid + 1, login, "/usr/bin/dash", SHELL);
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
