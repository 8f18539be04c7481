package io.graftwatch.core.config;

import io.graftwatch.delivery.config.Key;
import io.graftwatch.delivery.config.Table;
import io.graftwatch.delivery.config.Type;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `[site]`: its keys and how they become a [Site].
final class SiteReader {
  static final Key<Boolean> ALLOW_ALL =
      Key.of(
          "allow_all",
          Type.flag(),
          false,
          "Accept entries that match everything (`*`, `0.0.0.0/0`) in the lists of the site and the"
              + " analytics.");

  final Key<String> baseline =
      Key.of(
          "baseline",
          Type.choice(List.of("learn", "declared")),
          "learn",
          "`learn`: what happens on several days becomes normal. `declared`: the lists below are"
              + " complete, nothing is learned.");
  final Key<List<Cidr>> internalNetworks;
  final Key<List<Site.Destination>> allowedDestinations;
  final Key<List<Cidr>> adminNetworks;
  final Key<Glob> server;
  final Key<Glob> child;
  final Key<Glob> args;
  final Key<Glob> process;
  final Key<Cidr> address;
  final Key<Integer> port;
  final Key<Glob> path;
  final Key<String> sha256 =
      Key.optional(
          "sha256",
          Type.text("64 hex digits").map(SiteReader::digest),
          "any",
          "The SHA-256 that it must have, where it is known.");
  final Key<Instant> from = instant("from", "Begin of the window.");
  final Key<Instant> to = instant("to", "End of the window.");
  final Key<List<Glob>> hosts;

  private SiteReader(boolean allowAll) {
    Type<Cidr> network =
        Type.text("address or network").map(Cidr::parse).map(Globs.narrowNetwork(allowAll));
    Type<Glob> glob = Type.text("glob").map(Globs.narrow(allowAll)).map(Globs::path);
    internalNetworks =
        Key.of(
            "internal_networks",
            Type.listOf(Type.text("address or network").map(Cidr::parse)),
            Site.DEFAULT_INTERNAL,
            "Networks that are not the outside world.");
    allowedDestinations =
        Key.of(
            "allowed_destinations",
            Type.listOf(
                Type.text("network, `network:port` or `network:from-to`")
                    .map(Ports::destination)
                    .map(to -> {
                      var _ = Globs.narrowNetwork(allowAll).apply(to.network());
                      return to;
                    })),
            List.of(),
            "Where servers of this host may connect to.");
    adminNetworks =
        Key.of(
            "admin_networks", Type.listOf(network), List.of(), "Where administrators come from.");
    server = Key.optional("server", glob, "any", "Glob on the server's executable.");
    child = Key.required("child", glob, "Glob on the executable, or the script for a #! script.");
    args =
        Key.optional(
            "args",
            Type.text("glob on text").map(Globs.narrow(allowAll)).map(Glob::text),
            "any",
            "Glob on the whole argument list (argv[0] too) joined by single spaces; `*` matches"
                + " anything there.");
    process = Key.optional("process", glob, "any", "Glob on the executable's path, or its name.");
    address = Key.optional("address", network, "any", "Remote address or network.");
    port = Key.optional("port", Type.integer(1, Ports.MAX), "any", "Remote port.");
    path = Key.required("path", glob, "Glob on the component's path.");
    hosts =
        Key.of(
            "hosts",
            Type.listOf(Type.text("glob on text").map(Glob::text)),
            List.of(),
            "all",
            "Globs on the names of the hosts.");
  }

  static SiteReader of(boolean allowAll) {
    return new SiteReader(allowAll);
  }

  List<Key<?>> keys() {
    return List.of(baseline, internalNetworks, allowedDestinations, adminNetworks, ALLOW_ALL);
  }

  /// The lists of tables: name → keys.
  java.util.SequencedMap<String, List<Key<?>>> lists() {
    var lists = new java.util.LinkedHashMap<String, List<Key<?>>>();
    lists.put("known_children", List.of(server, child, args));
    lists.put("known_connections", List.of(process, address, port));
    lists.put("known_components", List.of(path, sha256));
    lists.put("maintenance", List.of(from, to, hosts));
    return lists;
  }

  Site read(Table site) {
    Site.Baseline mode =
        site.value(baseline).equals("declared") ? Site.Baseline.DECLARED : Site.Baseline.LEARN;
    var networks = site.value(internalNetworks);
    var allowed = site.value(allowedDestinations);
    var admins = site.value(adminNetworks);
    var children = new ArrayList<Site.KnownChild>();
    for (Table table : site.tables("known_children")) {
      Glob onServer = table.get(server);
      Glob onChild = table.get(child);
      Glob onArgs = table.get(args);
      table.rejectOthers("known_children");
      if (onChild != null) {
        children.add(new Site.KnownChild(onServer, onChild, onArgs));
      }
    }
    var connections = new ArrayList<Site.KnownConnection>();
    for (Table table : site.tables("known_connections")) {
      connections.add(connection(table));
    }
    var components = new ArrayList<Site.KnownComponent>();
    for (Table table : site.tables("known_components")) {
      Glob onPath = table.get(path);
      String hash = table.get(sha256);
      table.rejectOthers("known_components");
      if (onPath != null) {
        components.add(new Site.KnownComponent(onPath, hash));
      }
    }
    var windows = new ArrayList<Site.Maintenance>();
    for (Table table : site.tables("maintenance")) {
      Site.Maintenance window = maintenance(table);
      if (window != null) {
        windows.add(window);
      }
    }
    site.rejectOthers("[site]");
    return new Site(mode, networks, allowed, admins, children, connections, components, windows);
  }

  private Site.KnownConnection connection(Table table) {
    Glob by = table.get(process);
    Cidr remote = table.get(address);
    Integer on = table.get(port);
    table.rejectOthers("known_connections");
    if (by == null && remote == null && on == null) {
      table.problem("known_connections: an entry needs process, address or port");
    }
    return new Site.KnownConnection(by, remote, on == null ? -1 : on);
  }

  private Site.@Nullable Maintenance maintenance(Table table) {
    Instant begin = table.get(from);
    Instant end = table.get(to);
    List<Glob> names = table.value(hosts);
    table.rejectOthers("maintenance");
    if (begin == null || end == null) {
      return null;
    }
    if (end.isBefore(begin)) {
      table.problem("maintenance: the window ends before it begins");
    }
    return new Site.Maintenance(begin, end, names);
  }

  private static Key<Instant> instant(String name, String doc) {
    return Key.required(
        name,
        Type.text("date and time with zone, as 2026-11-24T20:00:00Z").map(SiteReader::time),
        doc);
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text.replace(' ', 'T').toUpperCase(Locale.ROOT)).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time with zone, as 2026-11-24T20:00:00Z", e);
    }
  }

  private static String digest(String text) {
    String hex = text.toLowerCase(Locale.ROOT);
    if (hex.length() != 64 || !hex.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new IllegalArgumentException("'" + text + "' is not a SHA-256: 64 hex digits");
    }
    return hex;
  }
}
