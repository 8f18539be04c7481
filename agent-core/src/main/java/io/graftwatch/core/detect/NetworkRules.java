package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Endpoint;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a connection or listener of a server or of its lineage is evidence of: the N codes.
final class NetworkRules {
  /// An inclusive range of ports.
  record Ports(int from, int to) {
    /// Reads `443` or `8000-8100`, as OutboundPortRange has it.
    static Ports parse(String text) {
      int dash = text.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
      return new Ports(from, dash < 0 ? from : Integer.parseInt(text.substring(dash + 1)));
    }

    boolean contains(int port) {
      return port >= from && port <= to;
    }
  }

  private static final int MAX_PATTERNS = 1024;

  private final Map<Endpoint, String> patterns = new HashMap<>();
  private final SiteKnowledge site;
  private final List<Ports> outbound;
  private final Set<Integer> adminPorts;
  private final double loopback;

  /// @param loopback p of a connection to an administration port of the host itself; 0 = what stays
  ///   on the host counts for nothing
  NetworkRules(Programs programs, SiteKnowledge site, List<Ports> outbound, double loopback) {
    this.site = site;
    this.loopback = loopback;
    this.outbound = List.copyOf(outbound);
    this.adminPorts = Set.copyOf(programs.adminPorts());
  }

  /// Whether a server's connection could turn out to be one to the host itself, so that it is worth
  /// a short wait for a source that tells.
  boolean couldBeOwn(Connection fact) {
    return site.place(fact.remote().address()) == SiteKnowledge.Place.PUBLIC
        && !site.allowed(fact.remote().address(), fact.remote().port());
  }

  /// @param exe the process's executable
  /// @param server it is the server itself
  List<Sign> signs(
      Connection fact,
      @Nullable String exe,
      boolean server,
      ServerInstance instance,
      Subject subject) {
    if (fact.direction() == Connection.Direction.INBOUND) {
      return List.of();
    }
    String address = fact.remote().address();
    int port = fact.remote().port();
    SiteKnowledge.Place place = site.place(address);
    boolean self = place == SiteKnowledge.Place.LOCAL || place == SiteKnowledge.Place.OWN;
    if (loopback == 0 && (place == SiteKnowledge.Place.LOCAL || (server && self))) {
      return List.of();
    }
    Subject about = subject.to(address, port, fact.protocol());
    if (fact.state() == Connection.State.REFUSED || fact.state() == Connection.State.ATTEMPTED) {
      about = about.with(Map.of(Subject.OUTCOME, fact.state().name().toLowerCase(Locale.ROOT)));
    }
    boolean known =
        site.allowed(address, port)
            || site.knownConnection(exe, address, port)
            || (server && site.knownConnection(instance.executable(), address, port));
    double benign = known || site.internalService(place, address, port) ? Sign.KNOWN : 1;
    String pattern = pattern(fact.remote());
    var signs = new ArrayList<Sign>(2);
    if (server) {
      if (place == SiteKnowledge.Place.PUBLIC && !site.allowed(address, port)) {
        signs.add(Sign.of(inRange(port) ? "N2" : "N1", benign, pattern, about));
      }
    } else {
      signs.add(Sign.of("N3", benign, pattern, about));
    }
    if (adminPorts.contains(port) && place == SiteKnowledge.Place.INTERNAL) {
      signs.add(Sign.of("N6", known ? Sign.KNOWN : 1, pattern, about));
    } else if (adminPorts.contains(port) && self && loopback > 0) {
      // A tunnel: what comes in through it goes on to the host's own administration.
      signs.add(Sign.of("N6", known ? Sign.KNOWN : 1, pattern, about).from(loopback));
    }
    return signs;
  }

  /// A server connects to the same few ends.
  private String pattern(Endpoint remote) {
    String known = patterns.get(remote);
    if (known == null) {
      known = "N|" + Baseline.network(remote.address()) + "|" + remote.port();
      if (patterns.size() >= MAX_PATTERNS) {
        patterns.clear();
      }
      patterns.put(remote, known);
    }
    return known;
  }

  List<Sign> signs(Listener fact, boolean server, Subject subject) {
    if (server || fact.local().port() <= 0) {
      return List.of();
    }
    Subject about = subject.to(fact.local().address(), fact.local().port(), fact.protocol());
    return List.of(Sign.of("N5", 1, "N5|" + fact.local().port(), about));
  }

  private boolean inRange(int port) {
    for (Ports range : outbound) {
      if (range.contains(port)) {
        return true;
      }
    }
    return false;
  }
}
