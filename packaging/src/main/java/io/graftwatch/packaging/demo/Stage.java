package io.graftwatch.packaging.demo;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/// The temporary folder that everything happens in: state and configuration of collector and agent,
/// and the tree of the stand-in server.
///
/// ```
/// collector/ agent/ run/     state
/// collector.toml agent.toml  configurations
/// findings.ndjson            what the agent found, beside the collector
/// httpd/bin/demo-httpd       the stand-in: a Java launcher of its own name
/// httpd/modules httpd/conf   where its components lie and are registered
/// ```
///
/// @param root the folder, 0700
/// @param launcher the checkout's `graftwatch`
record Stage(Path root, String launcher) implements AutoCloseable {
  static Stage create(String launcher) throws IOException {
    Path root = Files.createTempDirectory("graftwatch-demo-").toRealPath();
    var stage = new Stage(root, launcher);
    Path bin = stage.httpd("bin");
    Files.createDirectories(bin);
    Files.createDirectories(stage.httpd("modules"));
    Files.createDirectories(stage.httpd("conf"));
    Path java = Path.of(System.getProperty("java.home"));
    Files.copy(java.resolve("bin/java"), stage.server());
    var _ = Files.createSymbolicLink(stage.httpd("lib"), java.resolve("lib"));
    Files.writeString(stage.config(), "# the stand-in's configuration\n");
    Files.writeString(
        root.resolve("collector.toml"),
        """
        [collector]
        state_dir = "%1$s/collector"
        name = "localhost"
        [agents]
        listen = "127.0.0.1"
        port = 0
        [console]
        listen = "127.0.0.1"
        port = 0
        """
            .formatted(root));
    return stage;
  }

  Path httpd(String part) {
    return root.resolve("httpd").resolve(part);
  }

  Path server() {
    return httpd("bin").resolve("demo-httpd");
  }

  Path config() {
    return httpd("conf").resolve("httpd.conf");
  }

  Path module() {
    return httpd("modules").resolve("mod_graft.so");
  }

  Path findings() {
    return root.resolve("findings.ndjson");
  }

  Path status() {
    return root.resolve("run/status.json");
  }

  /// A command of the checkout.
  List<String> command(String... words) {
    var command = new java.util.ArrayList<String>();
    command.add(launcher);
    command.addAll(List.of(words));
    return command;
  }

  List<String> collector(String... words) {
    var command = command("collector");
    command.addAll(List.of(words));
    command.addAll(List.of("--config", root.resolve("collector.toml").toString()));
    return command;
  }

  List<String> agent(String... words) {
    var command = command(words);
    command.addAll(List.of("--config", root.resolve("agent.toml").toString()));
    return command;
  }

  void writeAgentConfig(String collectorUrl) throws IOException {
    Files.writeString(
        root.resolve("agent.toml"),
        """
        [agent]
        state_dir = "%1$s/agent"
        runtime_dir = "%1$s/run"

        [collector]
        url = "%2$s"

        [[outputs]]
        type = "ndjson-file"
        path = "%3$s"

        [sources.auditd]
        rules = false

        [analytics.AN1508]
        ServerBinaryPath = ["%4$s"]
        """
            .formatted(root, collectorUrl, findings(), server()));
  }

  /// The host's own address that is not loopback, or loopback when it has no other.
  static String ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress() && !a.isLinkLocalAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElse("127.0.0.1");
  }

  /// Deletes the folder; symbolic links in it are deleted, not followed.
  @Override
  public void close() throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
