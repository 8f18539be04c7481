package io.graftwatch.testbed.attacks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// Debian's nginx with PHP-FPM and Apache, with configurations of their own in one folder, as
/// `www-data`.
final class Site {
  private static final Path ATTACKS = Path.of("src/test/resources/attacks").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 20;

  private final Path root;
  private final int port = freePort();
  private final List<Process> servers = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  Site(Path root) throws IOException {
    this.root = root;
    // The servers' workers have to get in.
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String folder :
        List.of("apache/enabled", "nginx/enabled", "php", "site/uploads", "modules")) {
      Files.createDirectories(root.resolve(folder));
    }
    for (String page : List.of("index.php", "upload.php")) {
      Files.copy(ATTACKS.resolve("site").resolve(page), root.resolve("site").resolve(page));
    }
    Files.setPosixFilePermissions(
        root.resolve("site/uploads"), PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  void apache() throws Exception {
    start("/usr/sbin/apache2", "-f", configured("apache2.conf"), "-DFOREGROUND");
    awaitPort();
  }

  void nginx() throws Exception {
    start("/usr/sbin/nginx", "-p", root + "/nginx/", "-c", configured("nginx.conf"));
    awaitPort();
  }

  void php() throws Exception {
    start("/usr/sbin/php-fpm8.2", "-F", "-y", configured("fpm.conf"));
    await(() -> Files.exists(root.resolve("php/socket")), "PHP listens");
  }

  /// Sends a signal to the server that was started last, as an administrator's `reload` does.
  void signal(String name) throws Exception {
    run("/bin/kill", "-" + name, Long.toString(servers.getLast().pid()));
  }

  String get(String path) throws Exception {
    return ask(request(path).GET().build());
  }

  String post(String path, String body) throws Exception {
    return ask(request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  /// Compiles one of the attacks' libraries into a folder of modules.
  Path library(String source, String name) throws Exception {
    Path library = root.resolve("modules").resolve(name);
    run("gcc", "-shared", "-fPIC", "-o", library.toString(), ATTACKS.resolve(source).toString());
    return library;
  }

  static String text(String name) throws IOException {
    return Files.readString(ATTACKS.resolve(name));
  }

  /// An address of this machine that is no loopback.
  static String ownAddress() throws IOException {
    return java.net.NetworkInterface.networkInterfaces()
        .flatMap(java.net.NetworkInterface::inetAddresses)
        .filter(address -> address instanceof java.net.Inet4Address && !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .sorted()
        .findFirst()
        .orElse("");
  }

  Path path(String relative) {
    return root.resolve(relative);
  }

  private String configured(String name) throws IOException {
    String text =
        text(name).replace("@ROOT@", root.toString()).replace("@PORT@", Integer.toString(port));
    return Files.writeString(root.resolve(name), text).toString();
  }

  /// In a session of its own: Apache in the foreground ends its whole process group with itself,
  /// which would be the tests and whoever runs them.
  private void start(String... command) throws IOException {
    Path output = root.resolve("servers.txt");
    var own = new ArrayList<>(List.of("setsid"));
    own.addAll(List.of(command));
    servers.add(
        new ProcessBuilder(own)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(java.time.Duration.ofSeconds(PATIENCE_SECONDS));
  }

  private String ask(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private void awaitPort() throws Exception {
    await(
        () -> {
          try (var _ = new java.net.Socket("127.0.0.1", port)) {
            return true;
          } catch (IOException e) {
            return false;
          }
        },
        "the server listens");
  }

  /// Waits while the server lives until something holds.
  void await(Callable<Boolean> condition, String what) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      boolean ended = servers.getLast().waitFor(50, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() > end) {
        throw new AssertionError(
            "no sign that " + what + ": " + Files.readString(root.resolve("servers.txt")));
      }
    }
  }

  static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + out);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  void stop() throws InterruptedException {
    for (Process server : servers) {
      List<ProcessHandle> workers = server.descendants().toList();
      server.destroy();
      if (!server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        workers.forEach(ProcessHandle::destroyForcibly);
        server.destroyForcibly();
      }
    }
    client.close();
  }
}
