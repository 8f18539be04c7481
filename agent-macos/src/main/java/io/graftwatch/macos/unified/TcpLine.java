package io.graftwatch.macos.unified;

import io.graftwatch.core.fact.Endpoint;
import org.jspecify.annotations.Nullable;

/// A line of the kernel about a TCP connection (format: xnu bsd/netinet/tcp_log.c). On release
/// kernels the addresses read `<IPv4-redacted>`.
///
/// @param event what happened
/// @param local own end; the address is null when hidden
/// @param remote other end
/// @param skipped lines that the kernel's rate limit has dropped since boot
/// @param process name, at most 16 characters
/// @param pid process id
record TcpLine(
    Event event, Endpoint local, Endpoint remote, long skipped, String process, int pid) {

  enum Event {
    OUTGOING("tcp connect outgoing: "),
    INCOMING("tcp connect incoming: "),
    CONNECTED("tcp connected: "),
    ACCEPT("tcp accept: "),
    LISTEN("tcp listen: "),
    BIND("tcp bind: "),
    SUMMARY("tcp_connection_summary ");

    private final String prefix;

    Event(String prefix) {
      this.prefix = prefix;
    }
  }

  private static final String LOOPBACK = "lo0";

  /// Whether the message claims to be such a line.
  static boolean claims(String message) {
    return message.startsWith("tcp");
  }

  /// Longest `NAME:PID`.
  private static final int MAX_PROCESS = 16 + 1 + 10;

  /// Reads a message of the kernel; null when it is no such line.
  ///
  /// @param message as it stands in the row, with the escape of its line feed
  static @Nullable TcpLine read(String message) {
    Event event = event(message);
    if (event == null) {
      return null;
    }
    int open = message.indexOf('[', event.prefix.length());
    int middle = message.indexOf("<->", open);
    int close = message.indexOf("] interface: ", middle);
    int skipped = message.indexOf(" (skipped: ", close);
    int after = message.indexOf(')', skipped);
    int process = message.indexOf(" process: ", after);
    if (open < 0 || middle < open || close < middle || skipped < close || process < after) {
      return null;
    }
    boolean loopback = message.startsWith(LOOPBACK, close + 13);
    Endpoint local = end(message, open + 1, middle, loopback);
    Endpoint remote = end(message, middle + 3, close, loopback);
    long dropped = number(message, skipped + 11, after);
    // The name is the program's own; what follows the pid is the kernel's again.
    int from = process + 10;
    int furthest = from + MAX_PROCESS;
    int stop =
        Math.max(
            message.lastIndexOf(" SYN in/out: ", furthest),
            message.lastIndexOf(" Duration: ", furthest));
    int colon = stop < from ? -1 : message.lastIndexOf(':', stop);
    long pid = colon <= from ? -1 : number(message, colon + 1, stop);
    if (local == null || remote == null || dropped < 0 || pid < 0 || pid > Integer.MAX_VALUE) {
      return null;
    }
    return new TcpLine(event, local, remote, dropped, message.substring(from, colon), (int) pid);
  }

  private static @Nullable Event event(String message) {
    for (Event event : Event.values()) {
      if (message.startsWith(event.prefix)) {
        return event;
      }
    }
    return null;
  }

  /// `address:port`; an IPv6 address has colons of its own. What goes through the loopback
  /// interface stays on the host even where the address is hidden.
  private static @Nullable Endpoint end(String message, int from, int to, boolean loopback) {
    int colon = message.lastIndexOf(':', to - 1);
    long port = colon < from ? -1 : number(message, colon + 1, to);
    if (port < 0 || port > 65_535) {
      return null;
    }
    String address = message.substring(from, colon);
    if (address.startsWith("<")) {
      address = !loopback ? null : address.startsWith("<IPv6") ? "::1" : "127.0.0.1";
    }
    return new Endpoint(address, (int) port);
  }

  private static long number(String text, int from, int to) {
    if (from >= to || to - from > 18) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
