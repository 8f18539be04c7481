package io.graftwatch.esxi.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// rsyslog with both of its TLS drivers, and logger: each sends 10,000 messages, ten times.
@Tag("peers")
final class RealSendersTest {
  private static final int MESSAGES = 10_000;
  private static final int RUNS = Integer.getInteger("graftwatch.runs", 10);

  @TempDir private static Path folder;
  private static Certificates certificates;
  private static Path lines;

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    System.setProperty("jdk.tls.server.newSessionTicketCount", "0");
    certificates = Certificates.make(folder);
    lines = folder.resolve("lines.log");
    var text = new ArrayList<String>();
    for (int i = 0; i < MESSAGES; i++) {
      text.add("[root]: echo " + i);
    }
    Files.write(lines, text);
  }

  @ParameterizedTest
  @CsvSource({
    "ptcp, traditional",
    "ptcp, octet-counted",
    "gtls, traditional",
    "gtls, octet-counted",
    "ossl, traditional",
    "ossl, octet-counted"
  })
  void nothingOfRsyslogsIsLost(String driver, String framing) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/rsyslogd")), "SKIPPED: no rsyslogd");
    boolean tls = !driver.equals("ptcp");
    for (int run = 0; run < RUNS; run++) {
      Path work = Files.createDirectories(folder.resolve(driver + framing + run));
      try (var ear = new Ear(tls ? Ear.tls(certificates, true) : Ear.EVERYWHERE)) {
        Process rsyslog = rsyslog(work, driver, framing, ear.receiver.bound(tls).getPort());
        try {
          assertThat(ear.until(() -> ear.read() >= MESSAGES))
              .as("%s %s run %d: %d read", driver, framing, run, ear.read())
              .isTrue();
        } finally {
          rsyslog.destroy();
          assertThat(rsyslog.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ear.receiver.counters().snapshot().parsed()).isEqualTo(MESSAGES);
        assertThat(ear.receiver.counters().snapshot().malformed()).isZero();
      }
    }
  }

  @Test
  void aStrangerIsRefusedByBothDrivers() throws Exception {
    for (String driver : List.of("gtls", "ossl")) {
      Path work = Files.createDirectories(folder.resolve("stranger-" + driver));
      try (var ear = new Ear(Ear.tls(certificates, true))) {
        Process rsyslog =
            rsyslog(work, driver, "octet-counted", ear.receiver.bound(true).getPort(), "stranger");
        try {
          assertThat(ear.until(() -> ear.note("peer_refused") > 0)).as(driver).isTrue();
        } finally {
          rsyslog.destroy();
          assertThat(rsyslog.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ear.facts).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"--rfc5424", "--rfc3164"})
  void nothingOfLoggersIsLost(String form) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/logger")), "SKIPPED: no logger");
    for (int run = 0; run < RUNS; run++) {
      try (var ear = new Ear(Map.of("tcp", "127.0.0.1:0", "peers", "127.0.0.1"))) {
        Process logger =
            new ProcessBuilder(
                    "/usr/bin/logger",
                    "-n",
                    "127.0.0.1",
                    "-P",
                    String.valueOf(ear.receiver.bound(false).getPort()),
                    "-T",
                    "--octet-count",
                    form,
                    "-t",
                    "shell",
                    "-f",
                    lines.toString())
                .inheritIO()
                .start();
        assertThat(logger.waitFor()).isZero();
        assertThat(ear.until(() -> ear.read() >= MESSAGES))
            .as("run %d: %d", run, ear.read())
            .isTrue();
        assertThat(ear.receiver.counters().snapshot().parsed()).isEqualTo(MESSAGES);
      }
    }
  }

  private static Process rsyslog(Path work, String driver, String framing, int port)
      throws IOException {
    return rsyslog(work, driver, framing, port, "client");
  }

  private static Process rsyslog(Path work, String driver, String framing, int port, String who)
      throws IOException {
    String tls =
        driver.equals("ptcp")
            ? ""
            : "StreamDriver=\"%s\" StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/name\" StreamDriverPermittedPeers=\"localhost\""
                .formatted(driver);
    String configuration =
        """
        global(workDirectory="%s" defaultNetstreamDriverCAFile="%s"
               defaultNetstreamDriverCertFile="%s" defaultNetstreamDriverKeyFile="%s")
        module(load="imfile" mode="polling" pollingInterval="1")
        input(type="imfile" file="%s" tag="shell:" ruleset="out")
        template(name="esxi" type="string" string="<14>%%timereported:::date-rfc3339%% esx01 shell[1]: %%msg%%\\n")
        template(name="counted" type="string" string="<14>%%timereported:::date-rfc3339%% esx01 shell[1]: %%msg%%")
        ruleset(name="out") {
          action(type="omfwd" target="127.0.0.1" port="%d" protocol="tcp" TCP_Framing="%s" %s
                 template="%s")
        }
        """
            .formatted(
                work,
                certificates.file("ca.pem"),
                certificates.file(who + ".pem"),
                certificates.file(who + ".key"),
                lines,
                port,
                framing,
                tls,
                "counted");
    Path file = Files.writeString(work.resolve("rsyslog.conf"), configuration);
    return new ProcessBuilder(
            "/usr/sbin/rsyslogd", "-n", "-f", file.toString(), "-i", work.resolve("pid").toString())
        .redirectErrorStream(true)
        .redirectOutput(work.resolve("out.txt").toFile())
        .start();
  }
}
