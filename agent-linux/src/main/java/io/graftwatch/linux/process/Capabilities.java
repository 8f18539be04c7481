package io.graftwatch.linux.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The capabilities that this process has in effect (`man 7 capabilities`).
///
/// @param bits one for each capability, as `CapEff` in `/proc/self/status`
public record Capabilities(long bits) {

  /// Capabilities that sources need, with their numbers (linux/capability.h).
  public enum Capability {
    DAC_READ_SEARCH(2),
    NET_ADMIN(12),
    SYS_PTRACE(19),
    AUDIT_CONTROL(30),
    AUDIT_READ(37);

    private final int number;

    Capability(int number) {
      this.number = number;
    }

    /// `CAP_AUDIT_READ`.
    public String kernelName() {
      return "CAP_" + name();
    }

    /// What to type so that the agent gets it.
    public String remedy() {
      return "systemctl edit graftwatch  # AmbientCapabilities="
          + kernelName()
          + " (from a checkout: run as root)";
    }
  }

  public boolean has(Capability capability) {
    return (bits >>> capability.number & 1) != 0;
  }

  /// Those of the running process; none when they cannot be read.
  public static Capabilities own() {
    try {
      return parse(Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return new Capabilities(0);
    }
  }

  static Capabilities parse(String status) {
    for (String line : status.lines().toList()) {
      if (line.startsWith("CapEff:\t") && line.length() == 24) {
        try {
          return new Capabilities(Long.parseUnsignedLong(line, 8, 24, 16));
        } catch (NumberFormatException e) {
          break;
        }
      }
    }
    return new Capabilities(0);
  }
}
