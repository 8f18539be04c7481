package io.graftwatch.core.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;

/// What this process takes of the machine, from proc(5), which costs microseconds, or from OSHI.
///
/// @param residentBytes VmRSS
/// @param cpuMillis user and system time since its start
/// @param threads all of them, the JVM's own included
/// @param handles open descriptors
public record OwnCost(long residentBytes, long cpuMillis, int threads, int handles) {
  private static final Path SELF = Path.of("/proc/self");

  /// Reads it; what this system does not tell is -1.
  public static OwnCost read() {
    long cpu =
        ProcessHandle.current().info().totalCpuDuration().map(Duration::toMillis).orElse(-1L);
    long resident = -1;
    int threads = -1;
    try {
      for (String line : Files.readAllLines(SELF.resolve("status"))) {
        if (line.startsWith("VmRSS:")) {
          resident = number(line) * 1024;
        } else if (line.startsWith("Threads:")) {
          threads = (int) number(line);
        }
      }
    } catch (IOException e) {
      return Machine.withDeadline(() -> asked(cpu), new OwnCost(-1, cpu, -1, -1));
    }
    return new OwnCost(resident, cpu, threads, openHandles());
  }

  private static OwnCost asked(long cpu) {
    OSProcess self = new SystemInfo().getOperatingSystem().getCurrentProcess();
    return new OwnCost(
        self.getResidentMemory(), cpu, self.getThreadCount(), (int) self.getOpenFiles());
  }

  private static int openHandles() {
    int count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(SELF.resolve("fd"))) {
      for (Path _ : open) {
        count++;
      }
    } catch (IOException e) {
      return -1;
    }
    return count;
  }

  private static long number(String line) {
    long value = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
      }
    }
    return value;
  }
}
