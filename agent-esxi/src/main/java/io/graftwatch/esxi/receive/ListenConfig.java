package io.graftwatch.esxi.receive;

import io.graftwatch.core.config.Addresses;
import io.graftwatch.core.config.Cidr;
import io.graftwatch.core.source.SourceConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `[sources.esxi-syslog]`: where to listen, whom to hear, and what the senders are called.
///
/// @param udp where datagrams are taken, null for nowhere
/// @param tcp where plain connections are taken
/// @param tls where TLS connections are taken
/// @param peers addresses that are heard; empty: any that shows a client certificate
/// @param names address → host name
/// @param certificate of the receiver, PEM
/// @param key of the certificate, PEM
/// @param clientCa authorities that clients' certificates must lead to; null asks for none
record ListenConfig(
    @Nullable InetSocketAddress udp,
    @Nullable InetSocketAddress tcp,
    @Nullable InetSocketAddress tls,
    List<Cidr> peers,
    Map<String, String> names,
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Path clientCa) {

  ListenConfig {
    peers = List.copyOf(peers);
    names = Map.copyOf(names);
  }

  /// @throws IOException with a sentence when the table does not say enough
  static ListenConfig of(SourceConfig config) throws IOException {
    Map<String, String> names = new HashMap<>();
    for (String entry : list(config, "hosts")) {
      int equals = entry.indexOf('=');
      if (equals <= 0) {
        throw new IOException("hosts: '" + entry + "' is not ADDRESS=NAME");
      }
      names.put(entry.substring(0, equals).strip(), entry.substring(equals + 1).strip());
    }
    var listen =
        new ListenConfig(
            address(config, "udp"),
            address(config, "tcp"),
            address(config, "tls"),
            list(config, "peers").stream().map(Cidr::parse).toList(),
            names,
            path(config, "certificate"),
            path(config, "key"),
            path(config, "client_ca"));
    listen.check();
    return listen;
  }

  private void check() throws IOException {
    if (udp == null && tcp == null && tls == null) {
      throw new IOException("it has nowhere to listen: set udp, tcp or tls to ADDRESS:PORT");
    }
    if (tls != null && (certificate == null || key == null)) {
      throw new IOException("tls needs certificate and key");
    }
    if (peers.isEmpty() && (udp != null || tcp != null || clientCa == null)) {
      throw new IOException("it would hear everybody: set peers, or for tls alone client_ca");
    }
  }

  /// Whether what comes from that address is heard.
  boolean hears(InetAddress address) {
    byte[] bytes = address.getAddress();
    return peers.isEmpty() || peers.stream().anyMatch(network -> network.contains(bytes));
  }

  /// Whether the host with that address is given a name.
  boolean names(InetAddress address) {
    return names.containsKey(Addresses.format(address.getAddress()));
  }

  /// What the host with that address is called.
  String name(InetAddress address) {
    String text = Addresses.format(address.getAddress());
    return names.getOrDefault(text, text);
  }

  private static List<String> list(SourceConfig config, String key) {
    String text = config.get(key, "");
    return text.isEmpty() ? List.of() : Arrays.asList(text.split("\n", -1));
  }

  private static @Nullable Path path(SourceConfig config, String key) {
    String text = config.get(key, "");
    return text.isEmpty() ? null : Path.of(text);
  }

  private static @Nullable InetSocketAddress address(SourceConfig config, String key)
      throws IOException {
    String text = config.get(key, "");
    if (text.isEmpty()) {
      return null;
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon).replace("[", "").replace("]", "");
    byte[] bytes = Addresses.parse(host);
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (bytes != null) {
        return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IOException(key + ": '" + text + "' is not ADDRESS:PORT");
  }
}
