package io.graftwatch.esxi.receive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.graftwatch.core.fact.AdminCommand;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.delivery.output.Trust;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The receiver over real sockets.
final class SyslogReceiverTest {
  private static final String SHELL =
      "<14>2026-09-14T01:00:01.000Z esx09.lab.test shell[1053659]: [root]: echo %d";

  @TempDir private static Path folder;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() throws IOException, InterruptedException {
    System.setProperty("jdk.tls.server.newSessionTicketCount", "0");
    certificates = Certificates.make(folder);
  }

  @Test
  void aHostIsWhoItsAddressSays() throws Exception {
    try (var ear =
            new Ear(
                Map.of("tcp", "127.0.0.1:0", "peers", "127.0.0.1", "hosts", "127.0.0.1=esx01"));
        var socket = connect(ear.receiver.bound(false))) {
      socket.getOutputStream().write((SHELL.formatted(1) + "\n").getBytes(UTF_8));

      assertThat(ear.until(() -> ear.facts.size() == 1)).isTrue();
      assertThat(ear.facts).singleElement().isInstanceOf(AdminCommand.class);
      assertThat(ear.facts.getFirst().provenance().host()).isEqualTo("esx01");
      assertThat(ear.facts.getFirst().provenance().trust()).isEqualTo(1.0);
    }
  }

  @Test
  void linesThatGoOnBelongToTheMessageBefore() throws Exception {
    try (var ear = new Ear(Ear.EVERYWHERE);
        var socket = connect(ear.receiver.bound(false))) {
      String text =
          "<163>2026-09-14T01:00:01.000Z h Hostd: error hostd[1] [Originator@6876 sub=V] Task failed\n"
              + "--> (vim.fault.PlatformConfigFault) {\n12 --> }\n2026-09-14T01:00:02.000Z x\n"
              + SHELL.formatted(2)
              + "\n";
      socket.getOutputStream().write(text.getBytes(UTF_8));

      assertThat(ear.until(() -> ear.read() == 5)).isTrue();
      assertThat(ear.receiver.counters().snapshot().filtered()).isEqualTo(4);
      assertThat(ear.facts).hasSize(1);
    }
  }

  @Test
  void countedMessagesMayHoldLineFeedsAndDigits() throws Exception {
    try (var ear = new Ear(Ear.EVERYWHERE);
        var socket = connect(ear.receiver.bound(false))) {
      OutputStream out = socket.getOutputStream();
      String message = SHELL.formatted(3) + "\n12 <14>1 not a message of its own";
      for (int i = 0; i < 3; i++) {
        byte[] counted = (message.getBytes(UTF_8).length + " " + message).getBytes(UTF_8);
        for (byte each : counted) {
          out.write(each);
          out.flush();
        }
      }

      assertThat(ear.until(() -> ear.read() == 3)).isTrue();
      assertThat(ear.facts).hasSize(3);
    }
  }

  @Test
  void aLineIsCutAt64KiBAndTheStreamGoesOn() throws Exception {
    try (var ear = new Ear(Ear.EVERYWHERE);
        var socket = connect(ear.receiver.bound(false))) {
      OutputStream out = socket.getOutputStream();
      out.write(
          (SHELL.formatted(4) + "x".repeat(300_000) + "\n" + SHELL.formatted(5) + "\n")
              .getBytes(UTF_8));

      assertThat(ear.until(() -> ear.read() == 2)).isTrue();
      assertThat(ear.facts).hasSize(2);
      assertThat(ear.note("message_truncated")).isEqualTo(1);
    }
  }

  @Test
  void unfinishedMessagesOfManyConnectionsCannotUseUpTheMemory() throws Exception {
    try (var ear = new Ear(Ear.EVERYWHERE)) {
      var hoarders = new ArrayList<Socket>();
      try {
        for (int i = 0; i < 200; i++) {
          Socket hoarder = connect(ear.receiver.bound(false));
          hoarders.add(hoarder);
          hoarder.getOutputStream().write("x".repeat(60_000).getBytes(UTF_8));
        }
        assertThat(ear.until(() -> ear.note("buffers_full") > 0)).isTrue();
        assertThat(ear.receiver.held()).isLessThan(9 << 20);
      } finally {
        for (Socket hoarder : hoarders) {
          hoarder.close();
        }
      }
      assertThat(ear.until(() -> ear.receiver.held() == 0)).isTrue();
      try (var socket = connect(ear.receiver.bound(false))) {
        socket.getOutputStream().write((SHELL.formatted(7) + "\n").getBytes(UTF_8));
        assertThat(ear.until(() -> !ear.facts.isEmpty())).isTrue();
      }
    }
  }

  @Test
  void aWrongCountIsOneBrokenMessage() throws Exception {
    try (var ear = new Ear(Ear.EVERYWHERE);
        var socket = connect(ear.receiver.bound(false))) {
      String message = SHELL.formatted(6);
      socket
          .getOutputStream()
          .write(
              (message.length() + " " + message + "nonsense\n" + message.length() + " " + message)
                  .getBytes(UTF_8));

      assertThat(ear.until(() -> ear.read() == 3)).isTrue();
      assertThat(ear.receiver.counters().snapshot().malformed()).isEqualTo(1);
      assertThat(ear.facts).hasSize(2);
    }
  }

  @Test
  void datagramsThatTheKernelDropsAreLossToTheLast() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/net/udp")), "SKIPPED: no /proc/net/udp");
    var now = new long[] {1_000};
    int sent = 20_000;
    var gaps = new ArrayList<SourceGap>();
    try (var receiver =
            new SyslogReceiver(
                "esxi-syslog",
                ListenConfig.of(new SourceConfig("listen", Ear.EVERYWHERE)),
                null,
                () -> Instant.ofEpochMilli(now[0]),
                new OwnSessions(InstantSource.system()));
        var socket = new DatagramSocket()) {
      byte[] bytes = (SHELL.formatted(1) + "x".repeat(1000)).getBytes(UTF_8);
      for (int i = 0; i < sent; i++) {
        socket.send(new DatagramPacket(bytes, bytes.length, receiver.datagramsBound()));
      }
      now[0] += 5_000;
      long before;
      do {
        before = receiver.counters().snapshot().read();
        receiver.wake();
        receiver.pump(fact -> collect(fact, gaps), 100_000);
      } while (receiver.counters().snapshot().read() > before);

      assertThat(receiver.counters().snapshot().read()).isEqualTo(sent);
      assertThat(receiver.counters().snapshot().lost()).isPositive();
    }
    assertThat(gaps)
        .singleElement()
        .satisfies(gap -> {
          assertThat(gap.reason()).isEqualTo("udp_overrun");
          assertThat(gap.from()).isEqualTo(1_000_000);
          assertThat(gap.to()).isEqualTo(6_000_000);
        });
  }

  private static void collect(Fact fact, List<SourceGap> gaps) {
    if (fact instanceof SourceGap gap) {
      gaps.add(gap);
    }
  }

  @Test
  void datagramsCountLess() throws Exception {
    try (var ear = new Ear(Ear.EVERYWHERE);
        var socket = new DatagramSocket()) {
      for (int i = 0; i < 100; i++) {
        byte[] bytes = SHELL.formatted(i).getBytes(UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, ear.receiver.datagramsBound()));
      }

      assertThat(ear.until(() -> ear.read() == 100)).isTrue();
      assertThat(ear.facts).hasSize(100);
      assertThat(ear.facts.getFirst().provenance().trust()).isEqualTo(0.9);
      assertThat(ear.facts.getFirst().provenance().host()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void whoeverIsNotNamedIsNotHeard() throws Exception {
    try (var ear =
            new Ear(Map.of("udp", "127.0.0.1:0", "tcp", "127.0.0.1:0", "peers", "192.0.2.1"));
        var udp = new DatagramSocket();
        var tcp = connect(ear.receiver.bound(false))) {
      byte[] bytes = SHELL.formatted(7).getBytes(UTF_8);
      udp.send(new DatagramPacket(bytes, bytes.length, ear.receiver.datagramsBound()));

      assertThat(ear.until(() -> ear.note("peer_refused") == 2)).isTrue();
      assertThat(tcp.getInputStream().read()).isEqualTo(-1);
      assertThat(ear.facts).isEmpty();
    }
  }

  @Test
  void nothingIsLostOfASenderThatNeverReads() throws Exception {
    for (int run = 0; run < 10; run++) {
      try (var ear = new Ear(Ear.tls(certificates, true))) {
        try (var socket = secure(ear, "client")) {
          OutputStream out = socket.getOutputStream();
          for (int i = 0; i < 10_000; i++) {
            byte[] message = SHELL.formatted(i).getBytes(UTF_8);
            out.write((message.length + " ").getBytes(UTF_8));
            out.write(message);
          }
        }
        assertThat(ear.until(() -> ear.read() >= 10_000))
            .as("%d read in run %d", ear.read(), run)
            .isTrue();
        assertThat(ear.receiver.counters().snapshot().parsed()).isEqualTo(10_000);
      }
    }
  }

  @Test
  void aHostIsWhoItsCertificateSays() throws Exception {
    try (var ear = new Ear(Ear.tls(certificates, true));
        var socket = secure(ear, "client")) {
      socket.getOutputStream().write((SHELL.formatted(11) + "\n").getBytes(UTF_8));

      assertThat(ear.until(() -> ear.facts.size() == 1)).isTrue();
      assertThat(ear.facts.getFirst().provenance().host()).isEqualTo("esx01.lab.test");
    }
  }

  @Test
  void aStrangersCertificateIsRefusedAndNone() throws Exception {
    try (var ear = new Ear(Ear.tls(certificates, true))) {
      for (String who : List.of("stranger", "none")) {
        assertThatThrownBy(
                () -> {
                  try (var socket = secure(ear, who)) {
                    socket.getOutputStream().write((SHELL.formatted(8) + "\n").getBytes(UTF_8));
                    int answer = socket.getInputStream().read();
                    throw new IOException("answered " + answer);
                  }
                })
            .isInstanceOf(IOException.class);
      }
      assertThat(ear.until(() -> ear.note("peer_refused") == 2)).isTrue();
      assertThat(ear.facts).isEmpty();
    }
  }

  @Test
  void withoutAskingForACertificateTheAddressCounts() throws Exception {
    try (var ear = new Ear(Ear.tls(certificates, false));
        var socket = secure(ear, "none")) {
      socket.getOutputStream().write((SHELL.formatted(9) + "\n").getBytes(UTF_8));

      assertThat(ear.until(() -> ear.facts.size() == 1)).isTrue();
    }
  }

  @Test
  void idleSendersCostLittle() throws Exception {
    var sockets = new ArrayList<Socket>();
    try (var ear = new Ear(Ear.tls(certificates, true))) {
      // Handshakes load classes and fill caches; what a sender costs shows after some.
      for (int i = 0; i < 50; i++) {
        sockets.add(secure(ear, "client"));
      }
      assertThat(ear.until(() -> ear.receiver.ready() == 50)).isTrue();
      Socket one = sockets.getFirst();
      long before = ear.receiver.held();
      one.getOutputStream().write((SHELL.formatted(10) + "\n").getBytes(UTF_8));
      assertThat(ear.until(() -> ear.facts.size() == 1)).isTrue();
      assertThat(ear.receiver.held()).isEqualTo(before).isZero();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void whatWasSentWhileItWasAwayIsAGap() throws Exception {
    try (var ear = new Ear(Ear.EVERYWHERE, new Checkpoint("1000"))) {
      assertThat(ear.until(() -> ear.facts.size() == 1)).isTrue();
      Fact fact = ear.facts.getFirst();
      assertThat(fact).isInstanceOf(SourceGap.class);
      assertThat(((SourceGap) fact).lost()).isEqualTo(-1);
    }
  }

  @Test
  void aTableThatWouldHearEverybodyIsRefused() {
    assertThatThrownBy(
            () -> ListenConfig.of(new SourceConfig("listen", Map.of("tcp", "0.0.0.0:1514"))))
        .hasMessage("it would hear everybody: set peers, or for tls alone client_ca");
    assertThatThrownBy(
            () -> ListenConfig.of(new SourceConfig("listen", Map.of("peers", "10.0.0.1"))))
        .hasMessage("it has nowhere to listen: set udp, tcp or tls to ADDRESS:PORT");
    assertThatThrownBy(() ->
            ListenConfig.of(
                new SourceConfig("listen", Map.of("udp", "esx:1", "peers", "10.0.0.1"))))
        .hasMessage("udp: 'esx:1' is not ADDRESS:PORT");
  }

  private static Socket connect(InetSocketAddress to) throws IOException {
    return new Socket(to.getAddress(), to.getPort());
  }

  private static Socket secure(Ear ear, String who) throws IOException {
    boolean none = who.equals("none");
    Trust trust =
        Trust.load(
            certificates.file("ca.pem"),
            none ? null : certificates.file(who + ".pem"),
            none ? null : certificates.file(who + ".key"));
    InetSocketAddress to = ear.receiver.bound(true);
    var socket = trust.sockets().createSocket(to.getAddress(), to.getPort());
    ((javax.net.ssl.SSLSocket) socket).startHandshake();
    return socket;
  }
}
