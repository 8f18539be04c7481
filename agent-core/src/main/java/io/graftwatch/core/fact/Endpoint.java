package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// One end of a connection.
///
/// @param address numeric IPv4 or IPv6 text, v4-mapped IPv6 written as IPv4; null when hidden or
///   unknown
/// @param port 0 to 65535; -1 when unknown
public record Endpoint(@Nullable String address, int port) {
  public static final Endpoint UNKNOWN = new Endpoint(null, -1);

  @Override
  public int hashCode() {
    return (address == null ? 0 : address.hashCode()) * 31 + port;
  }
}
