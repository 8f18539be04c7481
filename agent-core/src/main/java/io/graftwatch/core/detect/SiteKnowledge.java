package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.BenignShape;
import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.config.Addresses;
import io.graftwatch.core.config.Cidr;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What site and catalogue know to be ordinary: children, connections, components, networks.
final class SiteKnowledge {
  private static final int MAX_OWN = 4096;
  private static final int MAX_PARSED = 1024;
  private static final int DNS = 53;

  private final Site site;
  private final Dialect dialect;
  private final List<BenignShape> benign;
  private final Set<Integer> internalPorts;
  private final boolean knowsServers;
  private final Set<String> own = new HashSet<>();
  private final Map<String, byte @Nullable []> parsed = new HashMap<>();

  SiteKnowledge(Site site, Programs programs, Dialect dialect) {
    this.site = site;
    this.dialect = dialect;
    this.benign = programs.benign();
    this.internalPorts = Set.copyOf(programs.internalPorts());
    this.knowsServers = site.knownChildren().stream().anyMatch(child -> child.server() != null);
  }

  Site site() {
    return site;
  }

  /// Whether some children are known for certain servers only.
  boolean knowsServers() {
    return knowsServers;
  }

  /// What knowledge leaves of a child's X codes: 1, or [Sign#KNOWN].
  ///
  /// @param exe executable as resolved
  /// @param script script that ran through it, null for none
  /// @param argv arguments, argv[0] included
  double child(
      ServerInstance instance, @Nullable String exe, @Nullable String script, List<String> argv) {
    String commandLine = String.join(" ", argv);
    List<String> images = images(exe, script, argv);
    for (Site.KnownChild known : site.knownChildren()) {
      if (serves(known.server(), instance)
          && images.stream().anyMatch(known.child()::matches)
          && (known.args() == null || known.args().matches(commandLine))) {
        return Sign.KNOWN;
      }
    }
    String image = script != null ? script : exe;
    return image != null
            && (isBenign(instance, image, commandLine) || startsBenign(instance, image, argv))
        ? Sign.KNOWN
        : 1;
  }

  private boolean isBenign(ServerInstance instance, String image, String commandLine) {
    String place = dialect.place(image);
    String line = dialect.fold(commandLine);
    for (BenignShape shape : benign) {
      if (shape.matches(instance.kind(), place, line)) {
        return true;
      }
    }
    return false;
  }

  /// A shell that only starts one benign child, as `popen` and `exec` of most languages do; what it
  /// starts is judged by itself, too.
  private boolean startsBenign(ServerInstance instance, String image, List<String> argv) {
    if (!isShellName(fileName(image))) {
      return false;
    }
    String code = ShellText.inlineCode(argv, true);
    String command = code == null ? null : ShellText.plainCommand(code);
    if (command == null) {
      return false;
    }
    String program = command.substring(0, command.length() - ShellText.arguments(command).length());
    program = program.strip();
    return isBenign(instance, program.indexOf('/') < 0 ? "/usr/bin/" + program : program, command);
  }

  /// The names that a child goes by: as resolved and as run.
  private static List<String> images(
      @Nullable String exe, @Nullable String script, List<String> argv) {
    var images = new ArrayList<String>(4);
    if (script != null) {
      images.add(script);
    }
    if (exe != null && script == null) {
      images.add(exe);
    }
    if (exe != null && script != null && argv.size() > 1 && argv.get(1).startsWith("/")) {
      images.add(argv.get(1));
    }
    if (exe != null && script != null) {
      images.add(exe);
    }
    if (exe != null && !argv.isEmpty()) {
      String run = argv.getFirst();
      if (run.startsWith("/")) {
        images.add(run);
      } else if (run.indexOf('/') < 0 && isShellName(run)) {
        images.add("/bin/" + run);
        images.add("/usr/bin/" + run);
      }
    }
    return images;
  }

  /// `sh` is run by its own name and resolved to dash or bash.
  private static boolean isShellName(String name) {
    return name.equals("sh") || name.equals("bash") || name.equals("dash");
  }

  private static boolean serves(@Nullable Glob server, ServerInstance instance) {
    return server == null
        || (instance.executable() != null && server.matches(instance.executable()))
        || server.matches(instance.key());
  }

  /// Whether the site declares that component, by path and, where both are known, by hash.
  boolean component(String path, @Nullable String sha256) {
    for (Site.KnownComponent known : site.knownComponents()) {
      if (known.path().matches(path)
          && (known.sha256() == null
              || sha256 == null
              || known.sha256().equals(sha256.toLowerCase(Locale.ROOT)))) {
        return true;
      }
    }
    return false;
  }

  /// Where a remote address lies.
  enum Place {
    /// Loopback, link-local, unspecified.
    LOCAL,
    /// The host's own, by an address that others can reach it at.
    OWN,
    INTERNAL,
    PUBLIC
  }

  /// The bytes of an address; a server connects to the same few.
  private byte @Nullable [] bytes(@Nullable String address) {
    if (address == null) {
      return null;
    }
    byte[] known = parsed.get(address);
    if (known == null) {
      known = Addresses.parse(address);
      if (parsed.size() >= MAX_PARSED) {
        parsed.clear();
      }
      parsed.put(address, known);
    }
    return known;
  }

  Place place(@Nullable String address) {
    byte[] bytes = bytes(address);
    if (bytes == null) {
      return Place.PUBLIC;
    }
    if (isLocal(bytes)) {
      return Place.LOCAL;
    }
    if (own.contains(address)) {
      return Place.OWN;
    }
    for (Cidr network : site.internalNetworks()) {
      if (network.contains(bytes)) {
        return Place.INTERNAL;
      }
    }
    return Place.PUBLIC;
  }

  static boolean isLocal(byte[] a) {
    if (a.length == 4) {
      return a[0] == 127
          || (a[0] == 0 && a[1] == 0 && a[2] == 0 && a[3] == 0)
          || (a[0] == (byte) 169 && a[1] == (byte) 254);
    }
    if (a[0] == (byte) 0xFE && (a[1] & 0xC0) == 0x80) {
      return true;
    }
    for (int i = 0; i < 15; i++) {
      if (a[i] != 0) {
        return false;
      }
    }
    return a[15] == 0 || a[15] == 1;
  }

  /// Learns that an address is the host's own.
  void own(@Nullable String address) {
    if (address != null && own.size() < MAX_OWN) {
      own.add(address);
    }
  }

  boolean allowed(@Nullable String address, int port) {
    byte[] bytes = bytes(address);
    for (Site.Destination destination : site.allowedDestinations()) {
      if (destination.network().contains(bytes)
          && (port < 0 || (port >= destination.fromPort() && port <= destination.toPort()))) {
        return true;
      }
    }
    return false;
  }

  boolean knownConnection(@Nullable String exe, @Nullable String address, int port) {
    byte[] bytes = bytes(address);
    for (Site.KnownConnection known : site.knownConnections()) {
      boolean process =
          known.process() == null
              || (exe != null
                  && (known.process().matches(exe) || known.process().matches(fileName(exe))));
      boolean network = known.network() == null || known.network().contains(bytes);
      if (process && network && (known.port() < 0 || known.port() == port)) {
        return true;
      }
    }
    return false;
  }

  /// A database, cache, directory, mail or name server inside. A name server counts as inside at
  /// every private address: sites list the networks of their servers, seldom that of the resolver.
  boolean internalService(Place place, @Nullable String address, int port) {
    boolean inside = place != Place.PUBLIC;
    return internalPorts.contains(port) && (inside || (port == DNS && isPrivate(address)));
  }

  private static boolean isPrivate(@Nullable String address) {
    byte[] a = address == null ? null : Addresses.parse(address);
    if (a == null) {
      return false;
    }
    return a.length == 4
        ? a[0] == 10
            || (a[0] == (byte) 192 && a[1] == (byte) 168)
            || (a[0] == (byte) 172 && (a[1] & 0xF0) == 16)
        : (a[0] & 0xFE) == 0xFC;
  }

  static String fileName(String path) {
    return Image.fileName(path);
  }
}
