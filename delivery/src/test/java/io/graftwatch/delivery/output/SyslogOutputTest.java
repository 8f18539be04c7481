package io.graftwatch.delivery.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.Findings;
import io.graftwatch.delivery.finding.Json;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.journal.Journal;
import io.graftwatch.delivery.journal.Limits;
import io.graftwatch.delivery.journal.Pending;
import io.graftwatch.delivery.output.Output.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// RFC 5424 over TLS to a real rsyslog.
class SyslogOutputTest {
  private static final Path RSYSLOG = Path.of("/usr/sbin/rsyslogd");

  @TempDir Path temp;
  private Journal journal;
  private int port;
  private Process rsyslog;

  @BeforeEach
  void start() throws IOException {
    journal =
        Journal.open(
            temp.resolve("journal"),
            new Limits(8 << 20, Duration.ofDays(9), 0),
            List.of("o"),
            InstantSource.system());
    HeldCertificate authority = FakeCollector.authority();
    HeldCertificate own =
        new HeldCertificate.Builder()
            .commonName("syslog")
            .rsa2048() // GnuTLS reads no EC key as Java writes it
            .signedBy(authority)
            .addSubjectAlternativeName("localhost")
            .build();
    Files.writeString(temp.resolve("ca.pem"), authority.certificatePem());
    Files.writeString(temp.resolve("own.pem"), own.certificatePem());
    Files.writeString(temp.resolve("own.key"), own.privateKeyPkcs8Pem());
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stop() throws Exception {
    journal.close();
    halt();
  }

  private void halt() throws InterruptedException {
    if (rsyslog != null) {
      rsyslog.destroy();
      assertThat(rsyslog.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void rsyslog() throws IOException {
    assumeTrue(Files.isExecutable(RSYSLOG), "needs rsyslog");
    assumeTrue(
        Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so"))
            || Files.exists(Path.of("/usr/lib/aarch64-linux-gnu/rsyslog/lmnsd_gtls.so")),
        "needs rsyslog-gnutls");
    Path config = temp.resolve("rsyslog.conf");
    Files.writeString(
        config,
        """
        global(workDirectory="%1$s" defaultNetstreamDriver="gtls"
          defaultNetstreamDriverCAFile="%1$s/ca.pem"
          defaultNetstreamDriverCertFile="%1$s/own.pem"
          defaultNetstreamDriverKeyFile="%1$s/own.key")
        module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1"
          streamDriver.authMode="anon")
        input(type="imtcp" address="127.0.0.1" port="%2$d")
        template(name="seen" type="string"
          string="%%pri%% %%protocol-version%% %%timestamp:::date-rfc3339%% %%hostname%% %%app-name%% %%msgid%% %%msg%%\\n")
        action(type="omfile" file="%1$s/seen" template="seen")
        """
            .formatted(temp, port));
    rsyslog =
        new ProcessBuilder(
                RSYSLOG.toString(), "-n", "-f", config.toString(), "-i", temp + "/rsyslog.pid")
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("rsyslog.out").toFile())
            .start();
  }

  private Output output() {
    return output(Duration.ofSeconds(5));
  }

  private Output output(Duration deadline) {
    return new OutputSettings(
            "syslog",
            null,
            URI.create("syslog+tls://localhost:" + port),
            null,
            null,
            temp.resolve("ca.pem"),
            null,
            null,
            null,
            deadline,
            null,
            null,
            false)
        .open(Map.of(), InstantSource.system());
  }

  private List<Pending> records(int count) {
    journal.append(
        IntStream.range(0, count).mapToObj(i -> Findings.numbered(i, Severity.HIGH, 10)).toList());
    return journal.queue("o").take(500, 1 << 20);
  }

  /// Sends until the peer listens.
  private Answer sent(Output output, List<Pending> records) throws Exception {
    Answer answer = output.send("b", records);
    for (int i = 0; i < 60 && answer instanceof Answer.Failed; i++) {
      assertThat(rsyslog.isAlive()).as(Files.readString(temp.resolve("rsyslog.out"))).isTrue();
      TimeUnit.MILLISECONDS.sleep(50);
      answer = output.send("b", records);
    }
    return answer;
  }

  private List<String> seen(int count) throws Exception {
    Path file = temp.resolve("seen");
    for (int i = 0; i < 200; i++) {
      if (Files.exists(file) && Files.readAllLines(file, UTF_8).size() >= count) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return Files.readAllLines(file, UTF_8);
  }

  @Test
  void rsyslog_reads_each_finding_as_one_message() throws Exception {
    rsyslog();
    List<Pending> records = records(300);
    try (Output output = output()) {
      assertThat(sent(output, records)).isEqualTo(HttpOutput.taken(300));
      assertThat(output.send("b2", records.subList(0, 1))).isEqualTo(HttpOutput.taken(1));
    }

    List<String> seen = seen(301);
    assertThat(seen).hasSize(301);
    var uids = new ArrayList<String>();
    for (String line : seen.subList(0, 300)) {
      String[] part = line.split(" ", 7);
      assertThat(part[0]).isEqualTo("107"); // log audit, err
      assertThat(part[1]).isEqualTo("1");
      assertThat(part[4]).isEqualTo("graftwatch");
      uids.add(Json.mapper().readTree(part[6].strip()).at("/metadata/uid").asText());
    }
    assertThat(uids).isEqualTo(records.stream().map(Pending::uid).toList());
  }

  @Test
  void a_receiver_that_went_away_is_a_failure_and_then_works_again() throws Exception {
    rsyslog();
    List<Pending> records = records(1);
    try (Output output = output()) {
      assertThat(sent(output, records)).isEqualTo(HttpOutput.taken(1));
      assertThat(seen(1)).hasSize(1); // what lies in a receiver's buffers dies with it
      halt();
      assertThat(((Answer.Failed) output.send("b", records)).problem())
          .contains("localhost:" + port + " does not accept connections");
      rsyslog();
      assertThat(sent(output, records)).isEqualTo(HttpOutput.taken(1));
      assertThat(seen(2)).hasSize(2);
    }
  }

  @Test
  void a_receiver_that_reads_no_more_does_not_hold_us() throws Exception {
    Trust identity =
        Trust.load(temp.resolve("ca.pem"), temp.resolve("own.pem"), temp.resolve("own.key"));
    try (var server =
        (SSLServerSocket) identity.context().getServerSocketFactory().createServerSocket(0)) {
      port = server.getLocalPort();
      var accepted = new CompletableFuture<SSLSocket>();
      Thread peer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  var socket = (SSLSocket) server.accept();
                  socket.startHandshake();
                  accepted.complete(socket);
                } catch (IOException e) {
                  accepted.completeExceptionally(e);
                }
              });
      List<Pending> records = records(500);
      try (Output output = output(Duration.ofSeconds(1))) {
        Answer answer = output.send("b", records);
        for (int i = 0; i < 100 && !(answer instanceof Answer.Failed); i++) {
          answer = output.send("b", records);
        }
        assertThat(answer).isInstanceOf(Answer.Failed.class);
      }
      peer.join();
      accepted.join().close();
    }
  }

  @Test
  void what_is_too_long_is_told_with_less_evidence_and_stays_json() throws Exception {
    ObjectNode long1 = (ObjectNode) Json.mapper().readTree(Json.bytes(Findings.full()));
    JsonNode evidence = long1.path("evidences").path(0);
    for (int i = 0; i < 31; i++) {
      ((com.fasterxml.jackson.databind.node.ArrayNode) long1.path("evidences"))
          .add(evidence.deepCopy());
    }
    var finding = new Finding("u", Json.bytes(long1), long1);

    byte[] message = SyslogOutput.message(finding);

    assertThat(finding.payload().length).isGreaterThan(20_000);
    assertThat(message.length).isBetween(4_000, 8 * 1024);
    String text = new String(message, UTF_8);
    assertThat(text).startsWith("<106>1 2025-10-09T");
    JsonNode told = Json.mapper().readTree(text.substring(text.indexOf('{')));
    assertThat(told.path("message")).isEqualTo(long1.path("message"));
    assertThat(told.path("evidences").size()).isBetween(1, 31);
  }

  @Test
  void host_and_analytic_cannot_forge_a_header() throws Exception {
    JsonNode hostile =
        Json.mapper()
            .readTree(
                """
                {"time":0,"severity_id":4,"message":"m","device":{"hostname":"a b\\n<0>1 - x"},
                 "finding_info":{"analytic":{"uid":"AN 1\\u202e"}}}
                """);

    String text =
        new String(SyslogOutput.message(new Finding("u", Json.bytes(hostile), hostile)), UTF_8);

    assertThat(text)
        .startsWith("<107>1 1970-01-01T00:00:00Z a_b_<0>1_-_x graftwatch - AN_1_ - {\"time\":0");
    assertThat(text.lines()).hasSize(1);
  }
}
