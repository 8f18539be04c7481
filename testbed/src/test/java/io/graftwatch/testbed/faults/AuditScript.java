package io.graftwatch.testbed.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// An `audit.log` that is being written: on each of [#SITES] web servers a shell that looks around
/// and then calls home, among the daily work of the host, which goes on after that. Each server
/// gives one finding in two revisions, Active and Confirmed, up to the twenty that the storm guard
/// lets through in an hour; of the rest it says that they are held back.
final class AuditScript {
  static final int SITES = 24;

  /// New findings of an hour before the storm guard holds the rest back, and its own.
  static final int TOLD = 20 + 1;

  /// What makes the servers known.
  static final String SERVERS = "/opt/site-*/bin/httpd";

  private static final int WWW = 33;
  private static final int CRON_JOBS = 5;

  private final Path log;
  private final List<Event> events = new ArrayList<>();
  private final int attacks;
  private volatile int next;
  private int serial = 1000;
  private int pid = 20_000;

  /// One event without its stamp: each record's type and fields.
  private record Event(List<String[]> records) {}

  AuditScript(Path log) {
    this.log = log;
    for (int site = 1; site <= SITES; site++) {
      attack("/opt/site-%02d/bin/httpd".formatted(site), 2000 + 10 * site);
      for (int job = 0; job < CRON_JOBS; job++) {
        cron();
      }
    }
    attacks = events.size();
  }

  private void cron() {
    exec(pid++, 1, 0, "/usr/bin/dash", "/bin/sh", "-c", "run-parts --report /etc/cron.hourly");
  }

  private void attack(String server, int pid) {
    exec(pid, 1, 0, server, server, "-k", "start");
    exec(pid + 1, pid, WWW, "/usr/bin/dash", "sh", "-c", "id; uname -a; whoami; bash -i");
    exec(pid + 2, pid + 1, WWW, "/usr/bin/id", "id");
    exec(pid + 3, pid + 1, WWW, "/usr/bin/uname", "uname", "-a");
    exec(pid + 4, pid + 1, WWW, "/usr/bin/whoami", "whoami");
    exec(pid + 5, pid + 1, WWW, "/usr/bin/bash", "bash", "-i");
    connect(pid + 5, pid + 1, WWW, "/usr/bin/bash");
  }

  private void exec(int pid, int ppid, int uid, String exe, String... argv) {
    var arguments = new StringBuilder("argc=" + argv.length);
    for (int i = 0; i < argv.length; i++) {
      String value =
          argv[i].indexOf(' ') < 0
              ? '"' + argv[i] + '"'
              : HexFormat.of().withUpperCase().formatHex(argv[i].getBytes(StandardCharsets.UTF_8));
      arguments.append(" a").append(i).append('=').append(value);
    }
    events.add(
        new Event(
            List.of(
                call(59, "yes exit=0", pid, ppid, uid, exe, "gw_exec"),
                new String[] {"EXECVE", arguments.toString()},
                new String[] {"CWD", "cwd=\"/\""},
                new String[] {
                  "PATH",
                  "item=0 name=\"%s\" inode=26 dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
                      .formatted(exe)
                },
                new String[] {"PROCTITLE", "proctitle=\"sh\""})));
  }

  /// To 203.0.113.9:4444.
  private void connect(int pid, int ppid, int uid, String exe) {
    events.add(
        new Event(
            List.of(
                call(42, "no exit=-115", pid, ppid, uid, exe, "gw_net"),
                new String[] {"SOCKADDR", "saddr=0200115CCB0071090000000000000000"},
                new String[] {"PROCTITLE", "proctitle=\"bash\""})));
  }

  private static String[] call(
      int number, String success, int pid, int ppid, int uid, String exe, String key) {
    String fields =
        "arch=c000003e syscall=%1$d success=%2$s a0=3 a1=7ffc a2=10 a3=8 items=1 ppid=%3$d pid=%4$d auid=4294967295 uid=%5$d gid=%5$d euid=%5$d suid=%5$d fsuid=%5$d egid=%5$d sgid=%5$d fsgid=%5$d tty=(none) ses=4294967295 comm=\"%6$s\" exe=\"%7$s\" key=\"%8$s\""
            .formatted(
                number, success, ppid, pid, uid, exe.substring(exe.lastIndexOf('/') + 1), exe, key);
    return new String[] {"SYSCALL", fields};
  }

  /// Whether all attacks are written.
  boolean over() {
    return next >= attacks;
  }

  /// Adds the next event to the log, record by record as the audit daemon does.
  void write(Instant now) throws IOException {
    if (next == events.size()) {
      cron();
    }
    String stamp =
        "msg=audit(%d.%03d:%d): "
            .formatted(now.getEpochSecond(), now.getNano() / 1_000_000, serial++);
    for (String[] record : events.get(next).records) {
      Files.writeString(
          log,
          "type=" + record[0] + " " + stamp + record[1] + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    next = next + 1;
  }
}
