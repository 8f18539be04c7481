package io.graftwatch.collector.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.graftwatch.collector.store.PostgresPlace;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A collector in a process of its own, to be killed.
public final class CollectorProcess implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path state;
  private final Path config;
  private final int port;
  private @Nullable Process process;

  /// @param folder of its own, empty
  /// @param place where its store is; null for a file
  public CollectorProcess(Path folder, @Nullable PostgresPlace place) throws IOException {
    state = folder.resolve("state");
    config = folder.resolve("collector.toml");
    port = freePort();
    String store =
        place == null
            ? ""
            : """
            [store]
            url = "%s"
            user = "%s"
            tls = false
            """
                .formatted(place.url(), place.user());
    Files.createDirectories(folder);
    Files.writeString(
        config,
        """
        [collector]
        state_dir = "%s"
        name = "localhost"
        [agents]
        listen = "127.0.0.1"
        port = %d
        [console]
        listen = "127.0.0.1"
        port = %d
        %s\
        """
            .formatted(state, port, freePort(), store));
  }

  public Path state() {
    return state;
  }

  /// For agents.
  public String url() {
    return "https://localhost:" + port;
  }

  /// Gives it the certificate authority of another, as the operations page says.
  public void trustAs(CollectorProcess other) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Path trust = state.resolve("trust");
    Files.createDirectory(state, owner);
    Files.createDirectory(trust, owner);
    try (Stream<Path> files = Files.list(other.state.resolve("trust"))) {
      for (Path file : files.toList()) {
        if (!file.getFileName().toString().startsWith("server.")) {
          Files.copy(file, trust.resolve(file.getFileName()));
        }
      }
    }
  }

  public void start() throws Exception {
    Path ports = state.resolve("ports.json");
    Files.deleteIfExists(ports);
    Process started =
        java("run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process = started;
    long deadline = System.nanoTime() + START_NANOS;
    while (!Files.exists(ports)) {
      assertThat(started.isAlive()).as("the collector ended while starting").isTrue();
      assertThat(System.nanoTime()).as("the collector did not start").isLessThan(deadline);
      started.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  /// SIGKILL: no shutdown hook, no flush.
  public void kill() {
    close();
  }

  public String token() throws Exception {
    Process command =
        java("token", "create").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var out = command.inputReader()) {
      String token = out.readLine();
      assertThat(command.waitFor()).isZero();
      return token;
    }
  }

  private ProcessBuilder java(String... command) {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.graftwatch.collector.Main"));
    line.addAll(List.of(command));
    line.addAll(List.of("--config", config.toString()));
    return new ProcessBuilder(line);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().onExit().join();
    }
  }
}
