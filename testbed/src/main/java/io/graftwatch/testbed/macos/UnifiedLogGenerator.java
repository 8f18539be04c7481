package io.graftwatch.testbed.macos;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Random;

/// Writes what `log stream` prints on a busy web server: connections coming in, connections of
/// other programs, rows that the predicate would not have asked for; and in between attacks, and
/// decoys that differ from them in who is responsible.
public final class UnifiedLogGenerator {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxx").withZone(ZoneOffset.UTC);
  private static final String TCCD = "/System/Library/PrivateFrameworks/TCC.framework/Support/tccd";

  private final Random random;
  private final OutputStream out;
  private Instant time = Instant.parse("2026-09-14T07:00:00Z");
  private long mach = 79_751_000_000_000L;
  private long written;

  private UnifiedLogGenerator(OutputStream out, long seed) {
    this.out = out;
    this.random = new Random(seed);
  }

  /// `FILE MEGABYTES SEED PLANTED`: as many attacks as decoys.
  public static void main(String[] args) throws IOException {
    long bytes = Long.parseLong(args[1]) << 20;
    int planted = Integer.parseInt(args[3]);
    try (var out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[0])), 1 << 20)) {
      new UnifiedLogGenerator(out, Long.parseLong(args[2])).write(bytes, planted);
    }
  }

  private void write(long bytes, int planted) throws IOException {
    int attacks = 0;
    while (written < bytes || attacks < planted) {
      ordinary();
      if (written >= bytes / (planted + 1) * (attacks + 1) && attacks < planted) {
        attack("/srv/attack" + attacks + "/sbin/nginx", 30_000 + attacks);
        attack("/Applications/decoy" + attacks + ".app/Contents/MacOS/decoy", 40_000 + attacks);
        attacks++;
      }
    }
  }

  private void ordinary() throws IOException {
    time = time.plus(50 + random.nextInt(100), ChronoUnit.MICROS);
    int port = 1024 + random.nextInt(60_000);
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> tcp("connect incoming", 443, port, "nginx", 5796);
      case 4, 5 -> tcp("accept", 443, port, "nginx", 5796);
      case 6, 7 -> tcp("connect outgoing", port, 443, "Google Chrome He", 900 + port % 50);
      default ->
          row(
              "/usr/libexec/runningboardd",
              180,
              "com.apple.runningboard",
              "Ignoring jetsam " + port);
    }
  }

  private void attack(String responsible, int pid) throws IOException {
    String party = "{TCCDProcess: identifier=%s, pid=%d, auid=501, euid=501, %sbinary_path=%s}";
    row(
        TCCD,
        420,
        "com.apple.TCC",
        "AUTHREQ_ATTRIBUTION: msgID=1.1, attribution={responsible="
            + party.formatted("org.x", pid, "responsible_path=" + responsible + ", ", responsible)
            + ", requesting="
            + party.formatted("com.apple.osascript", pid + 5000, "", "/usr/bin/osascript")
            + ", },");
    tcp("connect outgoing", 52_011, 4444, "osascript", pid + 5000);
  }

  private void tcp(String event, int local, int remote, String process, int pid)
      throws IOException {
    row(
        "/kernel",
        0,
        "",
        ("tcp %s: [<IPv4-redacted>:%d<-><IPv4-redacted>:%d] interface: en0 (skipped: 0)\\nso_gencnt:"
                + " %d t_state: LISTEN process: %s:%d SYN in/out: 1/0 bytes in/out: 0/0 pkts"
                + " in/out: 0/0 rtt: 0.0 ms rttvar: 250.0 ms base_rtt: 0 ms error: 0 so_error: 0"
                + " svc/tc: 0 flow: 0x%08x")
            .formatted(
                event, local, remote, 4_385_000 + written / 1000, process, pid, random.nextInt()));
  }

  private void row(String process, int pid, String subsystem, String message) throws IOException {
    mach += 2400;
    byte[] row =
        ("{\"timezoneName\":\"\",\"messageType\":\"Default\",\"eventType\":\"logEvent\","
                + "\"source\":null,\"formatString\":\"%{public}s\",\"userID\":0,"
                + "\"activityIdentifier\":0,\"subsystem\":\""
                + subsystem
                + "\",\"category\":\"\",\"threadID\":"
                + (150_000 + random.nextInt(1000))
                + ",\"senderImageUUID\":\"2CB8C5CD-213F-3259-9533-78B2684F355E\",\"backtrace\":"
                + "{\"frames\":[{\"imageOffset\":4176148,\"imageUUID\":"
                + "\"2CB8C5CD-213F-3259-9533-78B2684F355E\"}]},\"bootUUID\":\"\","
                + "\"processImagePath\":\""
                + process
                + "\",\"senderImagePath\":\""
                + process
                + "\",\"timestamp\":\""
                + STAMP.format(time)
                + "\",\"machTimestamp\":"
                + mach
                + ",\"eventMessage\":\""
                + message
                + "\",\"processImageUUID\":\"CB3E2FA6-7D71-315B-AF0B-6AC3D30F07FE\","
                + "\"traceID\":338696976352935940,\"processID\":"
                + pid
                + ",\"senderProgramCounter\":265776,\"parentActivityIdentifier\":0}\n")
            .getBytes(StandardCharsets.UTF_8);
    out.write(row);
    written += row.length;
  }
}
