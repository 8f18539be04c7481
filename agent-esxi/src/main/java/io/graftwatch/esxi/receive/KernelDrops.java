package io.graftwatch.esxi.receive;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Datagrams that the kernel has dropped since a socket was bound, because nobody took them in
/// time: Linux counts them in proc(5)'s net/udp. Other systems do not tell.
///
/// @param table of all sockets of the address's family
/// @param local address and port as the table writes them
record KernelDrops(Path table, String local) {
  static KernelDrops of(InetSocketAddress bound) {
    boolean v4 = bound.getAddress() instanceof Inet4Address;
    return new KernelDrops(
        Path.of(v4 ? "/proc/net/udp" : "/proc/net/udp6"), written(bound, ByteOrder.nativeOrder()));
  }

  /// An end as the kernel writes it: the words of the address in the machine's order, then the
  /// port.
  static String written(InetSocketAddress end, ByteOrder order) {
    var text = new StringBuilder();
    ByteBuffer words = ByteBuffer.wrap(end.getAddress().getAddress()).order(order);
    while (words.hasRemaining()) {
      text.append("%08X".formatted(words.getInt()));
    }
    return text.append(":%04X".formatted(end.getPort())).toString();
  }

  /// @return 0 where the system does not tell
  long count() {
    long all = 0;
    try (BufferedReader sockets = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
      for (String line = sockets.readLine(); line != null; line = sockets.readLine()) {
        all += drops(line, local);
      }
    } catch (IOException _) {
      return 0;
    }
    return all;
  }

  /// The last column of a line about a socket that is bound there, else 0.
  static long drops(String line, String local) {
    String text = line.strip();
    int colon = text.indexOf(": ");
    if (colon < 0 || !text.startsWith(local + " ", colon + 2)) {
      return 0;
    }
    try {
      return Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
