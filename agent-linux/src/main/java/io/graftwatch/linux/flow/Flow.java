package io.graftwatch.linux.flow;

import io.graftwatch.core.config.Addresses;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.Provenance;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the sensors have in common.
final class Flow {
  private Flow() {}

  /// A connection without a process. The opener's end is its local end; whether that is this host
  /// the sensor does not know.
  static Connection seen(
      Provenance provenance,
      Connection.State state,
      String protocol,
      Endpoint opener,
      Endpoint other) {
    return new Connection(
        provenance,
        ProcessId.UNKNOWN,
        -1,
        null,
        Identity.UNKNOWN,
        Connection.Direction.UNKNOWN,
        state,
        protocol,
        opener,
        other,
        Connection.Via.FLOW);
  }

  /// One end in canonical form, or null when the text is no address or the port none.
  static @Nullable Endpoint end(@Nullable String address, int port) {
    if (address == null || address.length() > 64 || port < 0 || port > 65_535) {
      return null;
    }
    byte[] numeric = Addresses.parse(address);
    return numeric == null ? null : new Endpoint(Addresses.format(numeric), port);
  }

  /// `tcp` or `udp`; null for what has no ports.
  static @Nullable String protocol(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "tcp", "tcp6" -> "tcp";
      case "udp", "udp6" -> "udp";
      default -> null;
    };
  }
}
