package io.graftwatch.linux.inventory;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.catalogue.ServerProfile;
import io.graftwatch.core.config.Glob;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the inventory knows of one kind of server: how its processes are recognised, where its
/// components and its configuration lie.
///
/// @param kind as in the catalogue
/// @param names globs on the executable's file name
/// @param paths globs on the executable's path
/// @param java argument texts that make a `java` process one
/// @param service by name alone it is no server; it must be a systemd service
/// @param components path globs of native components, perhaps with `{prefix}`
/// @param archives path globs of what is deployed
/// @param config path globs, perhaps with `{prefix}`
record Served(
    String kind,
    List<Glob> names,
    List<Glob> paths,
    List<String> java,
    boolean service,
    List<String> components,
    List<String> archives,
    List<String> config) {

  static List<Served> of(Catalogue catalogue) {
    return catalogue.servers().stream().map(Served::of).toList();
  }

  private static Served of(ServerProfile profile) {
    return new Served(
        profile.kind(),
        profile.names().stream().map(Glob::path).toList(),
        profile.paths().stream().map(Glob::path).toList(),
        profile.java(),
        profile.service(),
        profile.components(),
        profile.archives().stream()
            .flatMap(ending -> profile.deploy().stream().map(place -> place + ending))
            .toList(),
        concat(profile.config(), profile.environment()));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).distinct().toList();
  }

  boolean runs(String exe) {
    String name = exe.substring(exe.lastIndexOf('/') + 1);
    return matches(names, name) || matches(paths, exe);
  }

  boolean runs(List<String> argv) {
    for (String token : java) {
      for (String argument : argv) {
        if (argument.contains(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /// A glob with the folder of a running server filled in; null when it needs one and there is
  /// none.
  static @Nullable Glob filled(String glob, @Nullable String prefix) {
    if (glob.contains("{base}") || (glob.contains("{prefix}") && prefix == null)) {
      return null;
    }
    return Glob.path(prefix == null ? glob : glob.replace("{prefix}", prefix));
  }

  static boolean matches(List<Glob> globs, String text) {
    for (Glob glob : globs) {
      if (glob.matches(text)) {
        return true;
      }
    }
    return false;
  }
}
