package io.graftwatch.core.config;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the owner of the site knows, `[site]` (detection-spec section 8).
///
/// @param baseline learn from what is seen, or take the lists as complete
/// @param internalNetworks networks that are not the outside world
/// @param allowedDestinations where servers may connect to
/// @param adminNetworks where administrators come from
/// @param knownChildren programs that servers start as a matter of course
/// @param knownConnections connections that servers make as a matter of course
/// @param knownComponents components that belong
/// @param maintenance declared maintenance windows
public record Site(
    Baseline baseline,
    List<Cidr> internalNetworks,
    List<Destination> allowedDestinations,
    List<Cidr> adminNetworks,
    List<KnownChild> knownChildren,
    List<KnownConnection> knownConnections,
    List<KnownComponent> knownComponents,
    List<Maintenance> maintenance) {

  public enum Baseline {
    LEARN,
    DECLARED
  }

  /// A destination: network and, unless 0 to 65535, ports.
  public record Destination(Cidr network, int fromPort, int toPort) {}

  /// @param server glob on the server's executable; null for any
  /// @param child glob on executable or script
  /// @param args glob on the argv joined by single spaces; null for any
  public record KnownChild(@Nullable Glob server, Glob child, @Nullable Glob args) {}

  /// @param process glob on the executable's path or plain name
  /// @param network remote network; null for any
  /// @param port remote port; -1 for any
  public record KnownConnection(@Nullable Glob process, @Nullable Cidr network, int port) {}

  /// @param path glob on the component's path
  /// @param sha256 lower-case hex that it must have, where it is known; null for any
  public record KnownComponent(Glob path, @Nullable String sha256) {}

  /// @param hosts globs on host names; empty for all
  public record Maintenance(Instant from, Instant to, List<Glob> hosts) {
    public Maintenance {
      hosts = List.copyOf(hosts);
    }

    public boolean covers(String host, long timeMicros) {
      long millis = Math.floorDiv(timeMicros, 1000);
      return millis >= from.toEpochMilli()
          && millis <= to.toEpochMilli()
          && (hosts.isEmpty() || hosts.stream().anyMatch(h -> h.matches(host)));
    }
  }

  /// The networks of design.md section 4.
  public static final List<Cidr> DEFAULT_INTERNAL =
      List.of(
          Cidr.parse("10.0.0.0/8"),
          Cidr.parse("172.16.0.0/12"),
          Cidr.parse("192.168.0.0/16"),
          Cidr.parse("127.0.0.0/8"),
          Cidr.parse("::1/128"),
          Cidr.parse("fc00::/7"),
          Cidr.parse("fe80::/10"));

  public static final Site DEFAULT =
      new Site(
          Baseline.LEARN,
          DEFAULT_INTERNAL,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  public Site {
    internalNetworks = List.copyOf(internalNetworks);
    allowedDestinations = List.copyOf(allowedDestinations);
    adminNetworks = List.copyOf(adminNetworks);
    knownChildren = List.copyOf(knownChildren);
    knownConnections = List.copyOf(knownConnections);
    knownComponents = List.copyOf(knownComponents);
    maintenance = List.copyOf(maintenance);
  }

  public boolean declared() {
    return baseline == Baseline.DECLARED;
  }

  /// The name as the configuration writes it.
  public String baselineName() {
    return baseline.name().toLowerCase(Locale.ROOT);
  }
}
