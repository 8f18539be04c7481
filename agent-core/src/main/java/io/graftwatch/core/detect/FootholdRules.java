package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Programs;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.detect.PlacementRules.Change;
import io.graftwatch.core.detect.PlacementRules.Placed;
import io.graftwatch.core.lineage.Attribution;
import io.graftwatch.core.lineage.ServerInstance;
import java.util.List;
import java.util.function.Consumer;

/// What a changed file outside the server's own places is evidence of: loader files (P11), own
/// persistence (D2), accounts (D3), deleted logs (T1).
final class FootholdRules {
  private final PlaceIndex places;
  private final List<Glob> loaders;
  private final List<Glob> accountFiles;
  private final List<Glob> accessLogs;
  private final List<Persistence> persistence;

  private record Persistence(String kind, List<Glob> paths) {}

  FootholdRules(Programs programs, PlaceIndex places) {
    this.places = places;
    this.loaders = PlacementRules.paths(programs.loaders());
    this.accountFiles = PlacementRules.paths(programs.accountFiles());
    this.accessLogs = PlacementRules.paths(programs.accessLogs());
    this.persistence =
        programs.persistence().stream()
            .map(p -> new Persistence(p.kind(), PlacementRules.paths(p.paths())))
            .toList();
  }

  /// Loader files, start-up places and accounts.
  void written(Change change, Consumer<Placed> out) {
    String path = change.path();
    if (PlacementRules.matches(loaders, change.place()) && !change.packaged()) {
      ServerInstance likeliest = change.by() != null ? change.by().instance() : places.likeliest();
      if (likeliest != null) {
        Subject subject = change.subject().about(path);
        Sign.ComponentName name = Sign.ComponentName.script(path);
        out.accept(
            new Placed(
                Attribution.named(likeliest),
                Sign.of("P11", 1, "P11|" + path, subject).about(name)));
        PlacementRules.byServer(change, 1, "P11|" + path, subject, name, out);
      }
    }
    if (change.by() == null) {
      return;
    }
    for (Persistence place : persistence) {
      if (PlacementRules.matches(place.paths(), change.place())) {
        out.accept(
            new Placed(
                change.by(),
                Sign.of("D2", 1, "D2|" + path, change.subject().about(path).job(place.kind()))));
        return;
      }
    }
    if (PlacementRules.matches(accountFiles, change.place())) {
      out.accept(
          new Placed(change.by(), Sign.of("D3", 1, "D3|" + path, change.subject().about(path))));
    }
  }

  void removed(Change change, Consumer<Placed> out) {
    if (change.by() != null && PlacementRules.matches(accessLogs, change.place())) {
      Subject subject = change.subject().about(change.path());
      out.accept(new Placed(change.by(), Sign.of("T1", 1, "T1|" + change.path(), subject)));
    }
  }
}
