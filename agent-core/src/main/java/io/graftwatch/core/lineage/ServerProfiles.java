package io.graftwatch.core.lineage;

import io.graftwatch.core.catalogue.ServerProfile;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.fact.Image;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells whether a program is a server, of which kind, and which instance.
public final class ServerProfiles {
  private static final int CACHE = 4096;

  /// MAXCOMLEN of xnu.
  private static final int LONGEST_BARE_NAME = 16;

  private static final List<Glob> DISTRIBUTION =
      List.of(
          Glob.path("/usr/sbin/*"),
          Glob.path("/usr/bin/*"),
          Glob.path("/usr/lib/**"),
          Glob.path("/usr/lib64/**"),
          Glob.path("/usr/libexec/**"),
          Glob.path("/sbin/*"),
          Glob.path("/bin/*"),
          // Homebrew is what macOS has for a distribution; its paths carry versions.
          Glob.path("/opt/homebrew/**"),
          Glob.path("/usr/local/Cellar/**"),
          Glob.path("/usr/local/opt/**"));

  private record Candidate(
      ServerProfile profile, List<Glob> names, List<Glob> paths, List<Glob> interpreters) {}

  /// What an executable's path alone tells.
  ///
  /// @param profile the server that it is by name, null for none
  /// @param runner it runs programs that may be servers: java or an interpreter
  /// @param configured it is among the servers of the configuration
  /// @param named the configuration names it itself, not a pattern that others match, too
  private record Known(
      @Nullable ServerProfile profile, boolean runner, boolean configured, boolean named) {}

  private final List<Candidate> candidates;
  private final Map<String, ServerProfile> byKind = new HashMap<>();
  private final List<Glob> configured;
  private final List<Glob> removed;
  private final Map<String, Known> byPath = new HashMap<>();

  /// @param profiles the catalogue's profiles, first match wins
  /// @param configured path globs of further server executables (ServerBinaryPath and its kin)
  /// @param removed path globs of executables that are no servers here
  public ServerProfiles(List<ServerProfile> profiles, List<Glob> configured, List<Glob> removed) {
    this.candidates =
        profiles.stream()
            .map(p ->
                new Candidate(
                    p,
                    p.names().stream().map(Glob::text).toList(),
                    p.paths().stream().map(Glob::path).toList(),
                    p.interpreters().stream().map(Glob::text).toList()))
            .toList();
    profiles.forEach(p -> byKind.put(p.kind(), p));
    this.configured = List.copyOf(configured);
    this.removed = List.copyOf(removed);
  }

  /// The profile of a kind, or null for a kind that the catalogue does not have.
  public @Nullable ServerProfile profile(String kind) {
    return byKind.get(kind);
  }

  public List<ServerProfile> all() {
    return candidates.stream().map(Candidate::profile).toList();
  }

  /// Recognises a server.
  ///
  /// @param exe executable path
  /// @param commandLine arguments joined by single spaces
  /// @param argv the arguments where they are at hand, else empty: instance keys with blanks need
  ///   it
  /// @param service it has a listener or is run as a service
  @Nullable ServerInstance recognise(
      @Nullable String exe, String commandLine, List<String> argv, boolean service) {
    if (exe == null) {
      return null;
    }
    if (isBareName(exe)) {
      String path = configuredPath(exe);
      if (path != null) {
        return recognise(path, commandLine, argv, service);
      }
    }
    Known known = byPath.get(exe);
    if (known == null) {
      known =
          matchesAny(removed, exe)
              ? new Known(null, false, false, false)
              : new Known(byName(exe), isRunner(exe), matchesAny(configured, exe), isNamed(exe));
      if (byPath.size() >= CACHE) {
        byPath.clear();
      }
      byPath.put(exe, known);
    }
    ServerProfile profile = known.profile;
    boolean named = known.named;
    if (profile == null) {
      profile = known.runner ? byArguments(exe, commandLine) : null;
      if (profile == null) {
        return known.configured ? instance(guess(exe), exe, argv) : null;
      }
    }
    if (!named && profile.service() && !(service && runsScript(profile, argv, commandLine))) {
      return null;
    }
    List<String> wanted = profile.daemonArgs().get(fileName(exe));
    if (!named && wanted != null && wanted.stream().noneMatch(w -> argument(commandLine, w))) {
      return null;
    }
    return instance(profile, exe, argv);
  }

  /// The source gives a program's name without its path, as macOS's kernel does.
  private static boolean isBareName(String exe) {
    return exe.indexOf('/') < 0 && exe.indexOf('\\') < 0;
  }

  /// The configured executable of that name, or null. A name of [#LONGEST_BARE_NAME] characters may
  /// be the beginning of a longer one.
  private @Nullable String configuredPath(String name) {
    for (Glob glob : configured) {
      String path = glob.pattern();
      String last = Image.fileName(path);
      if (glob.isLiteral()
          && !last.equals(path)
          && (last.equals(name) || (name.length() == LONGEST_BARE_NAME && last.startsWith(name)))) {
        return path;
      }
    }
    return null;
  }

  /// Whether the configuration names that executable by its path, or its name wherever it lies.
  private boolean isNamed(String exe) {
    for (Glob glob : configured) {
      String pattern = glob.pattern();
      boolean one = glob.isLiteral() || (pattern.startsWith("**/") && pattern.indexOf('*', 3) < 0);
      if (one && glob.matches(exe)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable ServerProfile byName(String exe) {
    String name = fileName(exe);
    String path = isUnix(exe) ? exe : exe.replace('\\', '/').toLowerCase(Locale.ROOT);
    for (Candidate candidate : candidates) {
      for (Glob glob : candidate.names) {
        if (glob.matches(name)) {
          return candidate.profile;
        }
      }
      for (Glob glob : candidate.paths) {
        if (glob.matches(path)) {
          return candidate.profile;
        }
      }
    }
    return null;
  }

  private boolean isRunner(String exe) {
    String name = fileName(exe);
    return isJava(name)
        || candidates.stream().anyMatch(candidate -> matchesAny(candidate.interpreters, name));
  }

  private static boolean isJava(String name) {
    return name.equals("java") || name.equals("java.exe");
  }

  private @Nullable ServerProfile byArguments(String exe, String commandLine) {
    String name = fileName(exe);
    boolean java = isJava(name);
    for (Candidate candidate : candidates) {
      ServerProfile profile = candidate.profile;
      if (java) {
        for (String token : profile.java()) {
          if (commandLine.contains(token)) {
            return profile;
          }
        }
      }
      if (matchesAny(candidate.interpreters, name)) {
        for (String script : profile.scriptNames()) {
          if (namesScript(commandLine, script)) {
            return profile;
          }
        }
      }
    }
    return null;
  }

  /// A configured executable with a name of its own is taken for the kind that its name contains,
  /// else for a web server.
  private ServerProfile guess(String exe) {
    String path = exe.toLowerCase(Locale.ROOT);
    for (Candidate candidate : candidates) {
      String kind = candidate.profile.kind();
      if (path.contains(kind) || (kind.equals("apache") && path.contains("httpd"))) {
        return candidate.profile;
      }
    }
    ServerProfile web = byKind.get("web");
    return web != null ? web : candidates.getFirst().profile;
  }

  private ServerInstance instance(ServerProfile profile, String exe, List<String> argv) {
    String base = null;
    String key = null;
    String property = profile.instanceProperty();
    for (int i = 1; i < argv.size(); i++) {
      String arg = argv.get(i);
      if (property != null && arg.startsWith(property)) {
        base = arg.substring(property.length());
        key = base;
      }
      for (String flag : profile.instanceArgs()) {
        if (flag.endsWith("*") && arg.length() >= flag.length() && arg.startsWith(stem(flag))) {
          key = arg.substring(flag.length() - 1);
        } else if (arg.equals(flag) && i + 1 < argv.size()) {
          key = argv.get(i + 1);
        } else if (arg.startsWith(flag + "=")) {
          key = arg.substring(flag.length() + 1);
        }
      }
    }
    if (key == null && profile.instanceScript()) {
      key = firstScript(argv);
    }
    if (key == null && profile.instanceFolder() != null) {
      key = behindDot(exe, profile.instanceFolder());
    }
    boolean distribution = DISTRIBUTION.stream().anyMatch(d -> d.matches(exe));
    if (key == null || (distribution && key.startsWith("/etc/"))) {
      boolean general = profile.kind().equals("java") || (!isUnix(exe) && hasInstances(profile));
      key = distribution || general || isBareName(exe) ? profile.kind() : exe;
    }
    return new ServerInstance(profile.kind(), key, exe, distribution ? null : prefix(exe), base);
  }

  private static boolean hasInstances(ServerProfile profile) {
    return !profile.instanceArgs().isEmpty();
  }

  private static String stem(String flag) {
    return flag.substring(0, flag.length() - 1);
  }

  /// What stands behind the dot in the folder whose name begins so.
  private static @Nullable String behindDot(String exe, String folder) {
    for (String element : exe.split("[/\\\\]", 64)) {
      int dot = element.indexOf('.');
      if (dot > 0
          && dot + 1 < element.length()
          && element.regionMatches(true, 0, folder, 0, folder.length())) {
        return element.substring(dot + 1);
      }
    }
    return null;
  }

  /// The instance whose virtual account that is, or null.
  ///
  /// @param account `DOMAIN\name`
  @Nullable ServerInstance byAccount(String account) {
    for (Candidate candidate : candidates) {
      for (Map.Entry<String, String> each : candidate.profile.virtualAccounts().entrySet()) {
        String pattern = each.getKey();
        boolean open = pattern.endsWith("*");
        int length = open ? pattern.length() - 1 : pattern.length();
        if (account.regionMatches(true, 0, pattern, 0, length)
            && (open ? account.length() > length : account.length() == length)) {
          String key = each.getValue().equals("*") ? account.substring(length) : each.getValue();
          return new ServerInstance(candidate.profile.kind(), key, null, null, null);
        }
      }
    }
    return null;
  }

  private static boolean runsScript(ServerProfile profile, List<String> argv, String commandLine) {
    if (!profile.instanceScript()) {
      return true;
    }
    if (commandLine.isEmpty()) {
      return true; // nobody told its arguments
    }
    return argv.isEmpty() ? commandLine.indexOf(' ') > 0 : firstScript(argv) != null;
  }

  private static @Nullable String firstScript(List<String> argv) {
    for (int i = 1; i < argv.size(); i++) {
      String arg = argv.get(i);
      if (arg.equals("-e") || arg.equals("-p") || arg.equals("--eval") || arg.equals("-i")) {
        return null;
      }
      if (!arg.startsWith("-")) {
        return arg;
      }
    }
    return null;
  }

  private static boolean matchesAny(List<Glob> globs, String name) {
    for (Glob glob : globs) {
      if (glob.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /// The script's name stands in the command line as the end of a path or a word of its own.
  private static boolean namesScript(String commandLine, String script) {
    int at = commandLine.indexOf(script);
    while (at >= 0) {
      boolean starts = at == 0 || " /".indexOf(commandLine.charAt(at - 1)) >= 0;
      int end = at + script.length();
      if (starts && (end == commandLine.length() || commandLine.charAt(end) == ' ')) {
        return true;
      }
      at = commandLine.indexOf(script, at + 1);
    }
    return false;
  }

  private static boolean argument(String commandLine, String glob) {
    return Glob.text("* " + glob).matches(commandLine);
  }

  /// The name of a Windows program is told in lower case, as the catalogue has it.
  static String fileName(String path) {
    String name = Image.fileName(path);
    return isUnix(path) ? name : name.toLowerCase(Locale.ROOT);
  }

  private static boolean isUnix(String path) {
    return path.startsWith("/");
  }

  /// The folder above `bin` or `sbin`, else the executable's own folder.
  private static @Nullable String prefix(String exe) {
    int slash = exe.length() - Image.fileName(exe).length() - 1;
    if (slash <= 0) {
      return null;
    }
    String folder = exe.substring(0, slash);
    String last = Image.fileName(folder).toLowerCase(Locale.ROOT);
    if (last.equals("bin") || last.equals("sbin")) {
      folder = folder.substring(0, Math.max(0, folder.length() - last.length() - 1));
    }
    return folder.isEmpty() ? null : folder;
  }
}
