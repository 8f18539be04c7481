package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.ServerProfile;
import io.graftwatch.core.lineage.Lineage;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The [Places] of every kind of server, and of each known instance with folders of its own.
///
/// A kind's general places are always there, so that a component placed while the server is down is
/// seen too; an instance with a prefix or base of its own adds to them.
final class PlaceIndex {
  private static final int MAX = 1024;
  private static final List<String> LIKELIEST = List.of("php", "apache", "nginx", "tomcat", "java");

  private final Lineage lineage;
  private final List<String> webRoots;
  private final Dialect dialect;
  private final BiPredicate<ServerInstance, String> placed;
  private final List<Places> all = new ArrayList<>();
  private final Map<ServerInstance, ServerInstance> known = new HashMap<>();
  private final Set<String> running = new HashSet<>();
  private int looked;

  /// @param webRoots WebRootPath, empty for the profiles' own
  /// @param placed whether that component of an instance has been placed
  PlaceIndex(
      Lineage lineage,
      List<String> webRoots,
      Dialect dialect,
      BiPredicate<ServerInstance, String> placed) {
    this.lineage = lineage;
    this.webRoots = webRoots;
    this.dialect = dialect;
    this.placed = placed;
    for (ServerProfile profile : lineage.profiles().all()) {
      all.add(new Places(ServerInstance.anyOf(profile.kind()), profile, webRoots, dialect));
    }
  }

  /// All places, those of instances with folders of their own last.
  List<Places> all() {
    if (lineage.instances().size() == looked) {
      return all;
    }
    looked = lineage.instances().size();
    for (ServerInstance instance : lineage.instances()) {
      if (known.size() >= MAX || known.putIfAbsent(instance, instance) != null) {
        continue;
      }
      running.add(instance.kind());
      ServerProfile profile = lineage.profiles().profile(instance.kind());
      if (profile != null && (instance.prefix() != null || instance.base() != null)) {
        all.add(new Places(instance, profile, webRoots, dialect));
      }
    }
    return all;
  }

  /// The instance with folders of its own that a configuration file belongs to, or null.
  @Nullable ServerInstance configuredBy(String kind, @Nullable String configFile) {
    if (configFile == null) {
      return null;
    }
    for (Places place : all()) {
      if (!place.instance.general()
          && place.instance.kind().equals(kind)
          && place.instance.prefix() != null
          && configFile.startsWith(place.instance.prefix() + "/")) {
        return place.instance;
      }
    }
    return null;
  }

  boolean running(Places place) {
    return running.contains(place.instance.kind());
  }

  boolean placed(ServerInstance instance, String path) {
    return placed.test(instance, path);
  }

  /// The running server that most likely runs what others wrote, or null when none is known.
  @Nullable ServerInstance likeliest() {
    all();
    for (String kind : LIKELIEST) {
      ServerInstance first = lineage.first(kind);
      if (first != null) {
        return first;
      }
    }
    for (ServerInstance any : lineage.instances()) {
      return any;
    }
    return null;
  }
}
