package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.ComponentChange.Action;
import io.graftwatch.core.fact.Fact;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is registered in configurations: tells what comes and goes, and at the first look what
/// registers a file that belongs to no package.
final class Registrations {
  private final Path root;
  private final Owners owners;
  private final Known known;
  private final Configurations configurations;
  private final Map<String, Registration> seen = new HashMap<>();
  private boolean looked;

  Registrations(Path root, Owners owners, Known known, ComponentFolders components) {
    this.root = root;
    this.owners = owners;
    this.known = known;
    this.configurations = new Configurations(root, components::named);
  }

  /// @param handmade folders of servers that no package installed
  /// @param own configurations that running servers were started with
  /// @param wait a package manager works: look again later
  /// @return how many lines were new
  int look(
      List<String> handmade,
      List<OwnConfiguration> own,
      boolean wait,
      long now,
      Consumer<Fact> sink) {
    List<Registration> all = configurations.read(handmade, own);
    owners.learn(
        all.stream().map(Registration::path).filter(Objects::nonNull).collect(Collectors.toSet()));
    Set<String> there = new HashSet<>();
    int count = 0;
    for (Registration each : all) {
      String key =
          each.server() + "|" + each.config() + "|" + each.directive() + "|" + each.value();
      there.add(key);
      if (!seen.containsKey(key)) {
        String owner = each.path() == null ? null : owners.owner(each.path());
        boolean belongs = owner != null && !owner.isEmpty();
        if (wait && !belongs) {
          continue;
        }
        seen.put(key, each);
        count++;
        if (isTold(each, key, owner, belongs, handmade)) {
          boolean preexisting = !looked && known.first();
          sink.accept(
              InventoryFacts.registration(
                  each, Action.REGISTERED, owner, preexisting, changed(each, now), now));
        }
      }
    }
    for (var each = seen.entrySet().iterator(); each.hasNext(); ) {
      var entry = each.next();
      if (!there.contains(entry.getKey())) {
        each.remove();
        known.remove("line|" + entry.getKey());
        sink.accept(
            InventoryFacts.registration(entry.getValue(), Action.REMOVED, null, false, now, now));
      }
    }
    looked = true;
    return count;
  }

  private boolean isTold(
      Registration line,
      String key,
      @Nullable String owner,
      boolean belongs,
      List<String> handmade) {
    if (belongs) {
      return looked;
    }
    boolean fresh = known.add("line|" + key);
    if (looked || !known.first()) {
      return fresh;
    }
    String path = line.path();
    boolean theirs = path == null || handmade.stream().anyMatch(path::startsWith);
    return fresh && owner != null && !theirs;
  }

  /// As [Configurations#places].
  Set<String> places() {
    return configurations.places();
  }

  private long changed(Registration line, long now) {
    Stamp stamp = Stamp.of(root.resolve(line.config().substring(1)));
    return stamp == null ? now : Math.min(stamp.changed(), now);
  }
}
