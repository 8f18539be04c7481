package io.graftwatch.esxi.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.graftwatch.core.fact.AdminCommand;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.Applicability;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.SourceConfig;
import io.graftwatch.esxi.map.OwnSessions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real OpenSSH server on the loopback interface, with BusyBox's tail as on ESXi.
@Tag("peers")
final class RealSshTest {
  @TempDir private Path folder;
  private Path log;
  private Process sshd;
  private int port;
  private String hostKey;

  @BeforeEach
  void startServer() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/sshd")), "SKIPPED: there is no sshd");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/busybox")), "SKIPPED: there is no busybox");
    assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: sshd needs root");
    Files.createDirectories(Path.of("/run/sshd"));
    log = folder.resolve("shell.log");
    key("host");
    key("other");
    key("agent");
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("tail"), Path.of("/usr/bin/busybox"));
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path configuration =
        Files.writeString(
            folder.resolve("sshd_config"),
            """
            Port %d
            ListenAddress 127.0.0.1
            HostKey %s
            AuthorizedKeysFile %s
            PidFile none
            PermitRootLogin yes
            PasswordAuthentication no
            UsePAM no
            StrictModes no
            SetEnv PATH=%s:/usr/bin:/bin
            """
                .formatted(port, folder.resolve("host"), folder.resolve("agent.pub"), bin));
    sshd =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.txt").toFile())
            .start();
    hostKey = Files.readString(folder.resolve("host.pub")).strip();
    assertThat(until(this::listens)).isTrue();
  }

  private boolean listens() {
    try (var _ = new java.net.Socket("127.0.0.1", port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void key(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(
                "/usr/bin/ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                folder.resolve(name).toString())
            .start()
            .waitFor();
    assertThat(status).isZero();
  }

  @AfterEach
  void stopServer() throws InterruptedException {
    if (sshd != null) {
      sshd.descendants().forEach(ProcessHandle::destroy);
      sshd.destroy();
      sshd.waitFor();
    }
  }

  /// The source, pumped by a thread of its own.
  private final class Reader implements AutoCloseable {
    final TailSource source;
    final List<Fact> facts = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean stopping;

    Reader(String pinned, @Nullable Checkpoint from) throws IOException {
      Map<String, String> table = new HashMap<>();
      table.put("hosts", "esx01=root@127.0.0.1:" + port);
      table.put("host_keys", "esx01 " + pinned);
      table.put("key", folder.resolve("agent").toString());
      table.put("log", log.toString());
      source =
          new TailSource(
              "esxi-log",
              TailConfig.of(new SourceConfig("ssh", table)),
              from,
              InstantSource.system(),
              new OwnSessions(InstantSource.system()));
      thread = Thread.ofPlatform().daemon().start(this::pump);
    }

    private void pump() {
      try {
        while (!stopping) {
          source.pump(facts::add, 512);
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    boolean begun() {
      return !source.position().value().isEmpty();
    }

    long read() {
      return source.counters().snapshot().read();
    }

    List<String> commands() {
      synchronized (facts) {
        return facts.stream()
            .filter(AdminCommand.class::isInstance)
            .map(fact -> ((AdminCommand) fact).commandLine())
            .toList();
      }
    }

    @Override
    public void close() {
      stopping = true;
      source.wake();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      source.close();
    }
  }

  @Test
  void aHostWithAnotherKeyIsRefusedAndReported() throws Exception {
    String other = Files.readString(folder.resolve("other.pub")).strip();
    Files.writeString(log, line(0));
    try (var reader = new Reader(other, null)) {
      assertThat(until(() -> note(reader, "ssh_host_key_refused") == 1)).isTrue();
      assertThat(reader.source.condition())
          .isInstanceOfSatisfying(
              Applicability.Unusable.class,
              none ->
                  assertThat(none.reason())
                      .startsWith("esx01: its host key is not the pinned one"));
      assertThat(reader.facts).isEmpty();
    }
  }

  @Test
  void aLoginThatIsRefusedIsToldAndNotTriedAgainSoon() throws Exception {
    Files.copy(
        folder.resolve("other"), folder.resolve("agent"), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(log, line(0));
    try (var reader = new Reader(hostKey, null)) {
      assertThat(until(() -> note(reader, "ssh_login_refused") == 1)).isTrue();
      assertThat(reader.source.condition())
          .isInstanceOfSatisfying(
              Applicability.Unusable.class,
              none -> {
                assertThat(none.reason()).startsWith("esx01: it refuses the key of user root");
                assertThat(none.remedy()).contains("authorized_keys");
              });
    }
  }

  @Test
  void whatWasRotatedAndPackedWhileNobodyWasConnectedIsRead() throws Exception {
    Files.createFile(log);
    Checkpoint position;
    try (var reader = new Reader(hostKey, null)) {
      assertThat(until(reader::begun)).isTrue();
      write(0, 50);
      assertThat(until(() -> reader.read() == 50)).isTrue();
      position = reader.source.position();
    }
    // As ESXi does it: shell.log becomes shell.0.gz, which becomes shell.1.gz.
    for (int rotation = 0; rotation < 3; rotation++) {
      write(50 + rotation * 50, 100 + rotation * 50);
      for (int i = rotation; i > 0; i--) {
        Files.move(packed(i - 1), packed(i));
      }
      try (var out = new GZIPOutputStream(Files.newOutputStream(packed(0)))) {
        Files.copy(log, out);
      }
      Files.delete(log);
    }
    write(200, 250);
    try (var reader = new Reader(hostKey, position)) {
      assertThat(until(() -> reader.read() >= 200)).as("%d", reader.read()).isTrue();
      assertThat(reader.commands())
          .containsExactlyElementsOf(
              IntStream.range(50, 250).mapToObj(number -> "echo " + number).toList());
    }
  }

  private Path packed(int number) {
    return folder.resolve("shell." + number + ".gz");
  }

  @Test
  void nothingIsLostAndNothingTwiceOverTenRotations() throws Exception {
    Files.createFile(log);
    try (var reader = new Reader(hostKey, null)) {
      assertThat(until(reader::begun)).isTrue();
      write(0, 1);
      assertThat(until(() -> reader.read() == 1)).isTrue();
      for (int rotation = 0; rotation < 10; rotation++) {
        write(1 + rotation * 100, 1 + rotation * 100 + 90);
        rotate(rotation);
        write(1 + rotation * 100 + 90, 1 + rotation * 100 + 100);
        if (rotation % 3 == 0) {
          long seen = 1 + (rotation + 1) * 100L;
          assertThat(until(() -> reader.read() >= seen))
              .as("%d of %d", reader.read(), seen)
              .isTrue();
        }
      }
      assertThat(until(() -> reader.read() >= 1001)).as("%d", reader.read()).isTrue();
      assertThat(reader.commands()).hasSize(1001).doesNotHaveDuplicates();
      assertThat(reader.read()).isEqualTo(1001);
    }
  }

  @Test
  void twentyCutsLoseNothingAndLeaveNobodyBehind() throws Exception {
    Files.createFile(log);
    int written = 0;
    long slowest = 0;
    try (var reader = new Reader(hostKey, null)) {
      assertThat(until(reader::begun)).isTrue();
      for (int cut = 0; cut < 20; cut++) {
        write(written, written + 25);
        written += 25;
        if (cut % 2 == 0) {
          int all = written;
          assertThat(until(() -> reader.read() >= all)).isTrue();
        }
        reader.source.cut();
        long began = System.nanoTime();
        write(written, written + 25);
        written += 25;
        int all = written;
        assertThat(until(() -> reader.read() >= all))
            .as("after cut %d: %d", cut, reader.read())
            .isTrue();
        slowest = Math.max(slowest, System.nanoTime() - began);
      }
      assertThat(reader.commands()).hasSize(1000).doesNotHaveDuplicates();
      assertThat(Duration.ofNanos(slowest)).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }
    assertThat(until(() -> tails() == 0)).as("%d tails", tails()).isTrue();
  }

  @Test
  void aRestartGoesOnWhereTheLastCommitWas() throws Exception {
    Files.createFile(log);
    Checkpoint position;
    try (var reader = new Reader(hostKey, null)) {
      assertThat(until(reader::begun)).isTrue();
      write(0, 100);
      assertThat(until(() -> reader.read() == 100)).isTrue();
      position = reader.source.position();
    }
    write(100, 150);
    rotate(0);
    write(150, 200);
    try (var reader = new Reader(hostKey, position)) {
      assertThat(until(() -> reader.read() >= 100)).isTrue();
      assertThat(reader.commands().getFirst()).isEqualTo("echo 100");
      assertThat(new HashSet<>(reader.commands())).hasSize(100);
    }
  }

  private static long note(Reader reader, String name) {
    return reader.source.counters().snapshot().notes().getOrDefault(name, 0L);
  }

  private long tails() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(log.toString()))
        .count();
  }

  private static String line(int number) {
    return "2026-09-14T01:00:%02d.%03dZ In(14) shell[1053659]: [root]: echo %d%n"
        .formatted(number / 1000, number % 1000, number);
  }

  private void write(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      Files.writeString(log, line(i), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private void rotate(int done) throws IOException {
    for (int i = done; i >= 1; i--) {
      Files.move(Path.of(log + "." + i), Path.of(log + "." + (i + 1)));
    }
    Files.move(log, Path.of(log + ".1"));
  }

  private static boolean until(BooleanSupplier so) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!so.getAsBoolean() && System.nanoTime() < end) {
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
    return so.getAsBoolean();
  }
}
