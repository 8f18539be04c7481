package io.graftwatch.macos.live;

import io.graftwatch.core.child.ChildLines;
import io.graftwatch.core.source.Applicability.Lack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The kernel's switches that decide what the unified log can show.
final class Switches {
  private static final Duration ANSWER = Duration.ofSeconds(1);

  /// @param tcp lines about TCP connections are written
  /// @param exec names of started programs are written
  record State(boolean tcp, boolean exec) {
    /// What is missing, for `doctor` and the coverage.
    List<Lack> lacks() {
      var lacks = new ArrayList<Lack>();
      if (!tcp) {
        lacks.add(
            new Lack(
                "The kernel's TCP log is off: connections cannot be seen.",
                "sudo sysctl -w net.inet.tcp.log.enable=0x61"));
      }
      if (!exec) {
        lacks.add(
            new Lack(
                "The kernel's log of started programs is off: interpreters other than osascript"
                    + " cannot be seen without eslogger.",
                "sudo sysctl -w security.mac.platform_exec_logging=1"));
      }
      return lacks;
    }
  }

  private final String sysctl;

  /// @param sysctl absolute path of the program that reads switches
  Switches(String sysctl) {
    this.sysctl = sysctl;
  }

  /// Asks the kernel; a switch that cannot be read counts as off.
  State read() {
    return new State(isOn("net.inet.tcp.log.enable"), isOn("security.mac.platform_exec_logging"));
  }

  private boolean isOn(String name) {
    try (ChildLines child = ChildLines.start(List.of(sysctl, "-n", name), false, 256)) {
      List<byte[]> lines = child.take(1, ANSWER);
      String value =
          lines.isEmpty() ? "" : new String(lines.getFirst(), StandardCharsets.UTF_8).strip();
      return !value.isEmpty() && !value.equals("0") && !value.equals("0x0");
    } catch (IOException _) {
      return false;
    }
  }
}
