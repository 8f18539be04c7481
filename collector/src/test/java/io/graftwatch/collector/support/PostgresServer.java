package io.graftwatch.collector.support;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.graftwatch.collector.store.PostgresPlace;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL server of the test's own, as an unprivileged user, in a folder of its own and on a
/// free port of the loopback interface.
public final class PostgresServer implements AutoCloseable {
  private static final String USER = "graftwatch";
  private static final long PATIENCE_NANOS = SECONDS.toNanos(60);
  private static @Nullable PostgresServer shared;

  private final Path programs;
  private final Path folder;
  private final int port;
  private final boolean durable;
  private final Map<String, PostgresPlace> databases = new ConcurrentHashMap<>();
  private @Nullable Process process;

  private PostgresServer(Path programs, Path folder, int port, boolean durable) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
    this.durable = durable;
  }

  /// One for all tests of this process; the test is skipped where there is no PostgreSQL.
  public static synchronized PostgresServer shared() throws Exception {
    PostgresServer server = shared;
    if (server == null) {
      server = start(false);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      shared = server;
    }
    return server;
  }

  /// @param durable whether it outlives its own death: costs an fsync a commit
  public static PostgresServer start(boolean durable) throws Exception {
    Path programs = programs();
    assumeTrue(programs != null, "needs the program postgres");
    Path folder = Files.createTempDirectory("graftwatch-postgres");
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var server = new PostgresServer(programs, folder, port, durable);
    run(List.of("chmod", "755", folder.toString()));
    Path data = server.data();
    Files.createDirectory(data);
    if (isRoot()) {
      run(List.of("chown", "nobody", data.toString()));
    }
    run(
        server.unprivileged(
            "initdb",
            "-D",
            data.toString(),
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync"));
    server.start();
    return server;
  }

  private static @Nullable Path programs() throws IOException {
    var places = new ArrayList<Path>();
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions.sorted(Collections.reverseOrder()).forEach(v -> places.add(v.resolve("bin")));
      }
    }
    for (String place : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      places.add(Path.of(place));
    }
    return places.stream()
        .filter(place -> Files.isExecutable(place.resolve("initdb")))
        .findFirst()
        .orElse(null);
  }

  public void start() throws Exception {
    var line =
        unprivileged(
            "postgres",
            "-D",
            data().toString(),
            "-p",
            String.valueOf(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=60",
            "-c",
            "fsync=" + (durable ? "on" : "off"));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    Process started = launch(line);
    while (!answers()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("PostgreSQL does not answer: " + Files.readString(log()));
      }
      // What a killed server leaves behind may still hold its memory: it ends and is tried again.
      if (started.waitFor(20, MILLISECONDS)) {
        started = launch(line);
      }
    }
    process = started;
  }

  private Process launch(List<String> line) throws IOException {
    return new ProcessBuilder(line)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private boolean answers() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(1);
    } catch (SQLException _) {
      return false;
    }
  }

  /// SIGKILL.
  public void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().waitFor();
    }
  }

  /// The database of this name, which is made when it is first asked for.
  public PostgresPlace database(String name) {
    return databases.computeIfAbsent(name, this::create);
  }

  private PostgresPlace create(String name) {
    String database = "db" + databases.size() + "_" + Integer.toHexString(name.hashCode());
    try (Connection connection = connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute("create database " + database);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    URI url = URI.create("postgresql://127.0.0.1:" + port + "/" + database);
    return new PostgresPlace(url, USER, null, false, null);
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:"
            + port
            + "/"
            + database
            + "?sslmode=disable&gssEncMode=disable",
        USER,
        "");
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path log() {
    return folder.resolve("log");
  }

  private List<String> unprivileged(String program, String... arguments) {
    var line = new ArrayList<String>();
    if (isRoot()) {
      line.addAll(
          List.of("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"));
    }
    line.add(programs.resolve(program).toString());
    line.addAll(List.of(arguments));
    return line;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void run(List<String> line) throws Exception {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(line + ": " + said);
    }
  }

  @Override
  public void close() {
    try {
      kill();
      run(List.of("rm", "-rf", folder.toString()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
