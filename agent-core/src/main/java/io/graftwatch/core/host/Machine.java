package io.graftwatch.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import oshi.SystemInfo;

/// Who this machine is.
///
/// @param os as its maker calls it: `Debian GNU/Linux 12 (bookworm)`
/// @param machineId survives reboots; empty when the system has none
/// @param bootId of the running boot; empty when the system has none
public record Machine(String os, String machineId, String bootId) {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  public static Machine read() {
    String machine = first(Path.of("/etc/machine-id"), Path.of("/var/lib/dbus/machine-id"));
    String boot = first(Path.of("/proc/sys/kernel/random/boot_id"));
    if (!Files.exists(Path.of("/proc/sys"))) {
      machine =
          withDeadline(
              () -> new SystemInfo().getHardware().getComputerSystem().getHardwareUUID(), machine);
      boot =
          withDeadline(
              () -> String.valueOf(new SystemInfo().getOperatingSystem().getSystemBootTime()),
              boot);
    }
    return new Machine(osName(), machine, boot);
  }

  /// The platform id that goes with this JVM. The property `graftwatch.platform` overrides it, for
  /// stand-ins of another platform's programs.
  public static String platform() {
    String wanted = System.getProperty("graftwatch.platform");
    if (wanted != null) {
      return wanted;
    }
    String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return "windows";
    }
    return name.startsWith("mac") ? "macos" : "linux";
  }

  /// /etc/os-release where there is one, else what OSHI finds.
  private static String osName() {
    try {
      for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
        if (line.startsWith("PRETTY_NAME=")) {
          return line.substring("PRETTY_NAME=".length()).replace("\"", "");
        }
      }
    } catch (IOException e) {
      return withDeadline(() -> new SystemInfo().getOperatingSystem().toString(), fallback());
    }
    return fallback();
  }

  private static String fallback() {
    return System.getProperty("os.name", "") + " " + System.getProperty("os.version", "");
  }

  /// Asks on a thread of its own and takes `otherwise` when the answer fails or takes too long: a
  /// look-up that hangs for ever costs one parked thread, nothing else.
  static <T> T withDeadline(Supplier<T> question, T otherwise) {
    var answer = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon(true)
        .name("host")
        .start(() -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException | LinkageError e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return otherwise;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return otherwise;
    }
  }

  private static String first(Path... files) {
    for (Path file : files) {
      try {
        return Files.readString(file).strip();
      } catch (IOException _) {
        // The next one may be there.
      }
    }
    return "";
  }
}
