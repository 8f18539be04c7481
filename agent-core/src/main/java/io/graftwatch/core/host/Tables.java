package io.graftwatch.core.host;

import io.graftwatch.core.fact.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.software.os.InternetProtocolStats.IPConnection;
import oshi.software.os.OSProcess;

/// The tables of processes and connections as they are now, for platforms whose logs leave out what
/// these tell. Every question has a deadline; nothing is kept.
public final class Tables {
  private static final int MAX_PROCESSES = 32_768;

  private Tables() {}

  /// A running process.
  ///
  /// @param path executable; empty when it may not be known
  /// @param start microseconds since the epoch, to the millisecond; 0 when not known
  public record Running(int pid, int ppid, String path, List<String> argv, int uid, long start) {}

  /// A TCP connection.
  public record Open(int pid, Endpoint local, Endpoint remote) {}

  /// The process of that pid, or null.
  public static @Nullable Running process(int pid) {
    return Machine.withDeadline(
            () ->
                Optional.ofNullable(new SystemInfo().getOperatingSystem().getProcess(pid))
                    .map(Tables::running),
            Optional.<Running>empty())
        .orElse(null);
  }

  /// Every process, the youngest first.
  public static List<Running> running() {
    return select(_ -> true, MAX_PROCESSES);
  }

  /// Processes of that name, the youngest first, at most `most`.
  public static List<Running> named(String name, int most) {
    return select(process -> name.equals(process.getName()), most);
  }

  private static List<Running> select(Predicate<OSProcess> wanted, int most) {
    return Machine.withDeadline(
        () ->
            new SystemInfo()
                .getOperatingSystem().getProcesses().stream()
                    .filter(wanted)
                    .sorted(Comparator.comparingLong(OSProcess::getStartTime).reversed())
                    .limit(most)
                    .map(Tables::running)
                    .toList(),
        List.of());
  }

  /// All TCP connections with their processes.
  public static List<Open> connections() {
    return Machine.withDeadline(
        () ->
            new SystemInfo()
                .getOperatingSystem().getInternetProtocolStats().getConnections().stream()
                    .filter(each -> each.getType().startsWith("tcp"))
                    .map(Tables::open)
                    .toList(),
        List.of());
  }

  private static Running running(OSProcess process) {
    int uid;
    try {
      uid = Integer.parseInt(process.getUserID());
    } catch (NumberFormatException _) {
      uid = -1;
    }
    return new Running(
        process.getProcessID(),
        process.getParentProcessID(),
        process.getPath(),
        process.getArguments(),
        uid,
        process.getStartTime() * 1000);
  }

  private static Open open(IPConnection each) {
    return new Open(
        each.getowningProcessId(),
        new Endpoint(address(each.getLocalAddress()), each.getLocalPort()),
        new Endpoint(address(each.getForeignAddress()), each.getForeignPort()));
  }

  private static @Nullable String address(byte[] bytes) {
    try {
      return bytes.length == 0 ? null : InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException _) {
      return null;
    }
  }
}
