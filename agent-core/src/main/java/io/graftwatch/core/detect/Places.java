package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.ServerProfile;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a server's components, configuration and served files lie: a profile's globs, with the
/// folders of one instance filled in.
final class Places {
  final ServerInstance instance;
  final ServerProfile profile;
  private final List<Glob> components;
  private final List<Glob> config;
  private final List<Glob> registrations;
  private final List<Glob> webRoots;
  private final List<Glob> deploy;
  private final List<Glob> environment;

  /// Paths are asked for as [Dialect#place] gives them.
  ///
  /// @param webRoots WebRootPath, empty for the profile's own
  Places(ServerInstance instance, ServerProfile profile, List<String> webRoots, Dialect dialect) {
    this.instance = instance;
    this.profile = profile;
    this.components = globs(profile.components(), instance, dialect);
    this.config = globs(profile.config(), instance, dialect);
    this.registrations = globs(profile.registrations(), instance, dialect);
    this.webRoots = globs(webRoots.isEmpty() ? profile.webRoots() : webRoots, instance, dialect);
    this.deploy = globs(profile.deploy(), instance, dialect);
    this.environment = globs(profile.environment(), instance, dialect);
  }

  boolean component(String path) {
    return any(components, path);
  }

  boolean config(String path) {
    return any(config, path);
  }

  boolean registration(String path) {
    return any(registrations, path);
  }

  boolean environment(String path) {
    return any(environment, path);
  }

  /// A file that the server would execute when asked for.
  boolean script(String path) {
    return endsWithAny(path, profile.scripts()) && any(webRoots, path);
  }

  /// An application archive in a place that the server deploys from.
  boolean archive(String path) {
    return endsWithAny(path, profile.archives()) && any(deploy, path);
  }

  /// The archive that a file was unpacked from, going by its folder, or null.
  @Nullable String unpackedFrom(String path) {
    for (String extension : profile.archives()) {
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        String archive = path.substring(0, slash) + extension;
        if (any(deploy, archive)) {
          return archive;
        }
      }
    }
    return null;
  }

  static boolean endsWithAny(String path, List<String> endings) {
    for (String ending : endings) {
      if (path.endsWith(ending)) {
        return true;
      }
    }
    return false;
  }

  private static boolean any(List<Glob> globs, String path) {
    for (Glob glob : globs) {
      if (glob.matches(path)) {
        return true;
      }
    }
    return false;
  }

  private static List<Glob> globs(List<String> patterns, ServerInstance instance, Dialect dialect) {
    var globs = new ArrayList<Glob>(patterns.size());
    for (String pattern : patterns) {
      String filled = fill(pattern, "{prefix}", instance.prefix());
      filled = filled == null ? null : fill(filled, "{base}", instance.base());
      if (filled != null) {
        globs.add(Glob.path(dialect.place(filled)));
      }
    }
    return globs;
  }

  private static @Nullable String fill(String pattern, String name, @Nullable String value) {
    if (!pattern.contains(name)) {
      return pattern;
    }
    return value == null ? null : pattern.replace(name, value);
  }
}
