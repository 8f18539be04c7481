package io.graftwatch.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class UnixDatagramTest {
  /// The JDK cannot receive such datagrams, so another program does.
  @Test
  void reachesAListener(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/python3")),
        "needs the program python3 to receive datagrams");
    Path socket = folder.resolve("notify");
    String listen =
        "import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\n"
            + "s.bind(sys.argv[1])\nprint('bound',flush=True)\nprint(s.recv(99).decode())";
    Process python =
        new ProcessBuilder("/usr/bin/python3", "-c", listen, socket.toString()).start();
    try (var out = python.inputReader(StandardCharsets.UTF_8);
        var datagram = new UnixDatagram(socket.toString())) {
      assertThat(out.readLine()).isEqualTo("bound");
      datagram.send("READY=1".getBytes(StandardCharsets.UTF_8));
      assertThat(out.readLine()).isEqualTo("READY=1");
      assertThat(python.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      python.destroyForcibly();
    }
  }

  @Test
  void saysWhyNobodyIsThere(@TempDir Path folder) throws IOException {
    try (var datagram = new UnixDatagram(folder.resolve("nobody").toString())) {
      assertThatThrownBy(() -> datagram.send(new byte[] {1}))
          .hasMessage("send to the service manager: No such file or directory (errno 2)");
    }
  }
}
