package io.graftwatch.core.detect;

import io.graftwatch.core.detect.PlacementRules.Change;
import io.graftwatch.core.detect.PlacementRules.Placed;
import io.graftwatch.core.lineage.Attribution;
import io.graftwatch.core.lineage.Lineage;
import java.util.List;
import java.util.function.Consumer;

/// What a file under a web root or in a deployment folder is evidence of: P5.
final class WebRootRules {
  private static final List<String> BY_REQUEST =
      List.of("php", "tomcat", "java", "apache", "nginx", "web");

  private final SiteKnowledge site;
  private final Lineage lineage;
  private final PlaceIndex places;

  WebRootRules(SiteKnowledge site, Lineage lineage, PlaceIndex places) {
    this.site = site;
    this.lineage = lineage;
    this.places = places;
  }

  void signs(Change change, Consumer<Placed> out) {
    String path = change.path();
    Places best = null;
    int bestRank = Integer.MAX_VALUE;
    boolean archive = false;
    for (Places place : places.all()) {
      boolean isArchive = place.archive(change.place());
      if (!isArchive && !place.script(change.place())) {
        continue;
      }
      int rank = BY_REQUEST.indexOf(place.instance.kind());
      rank = (rank < 0 ? BY_REQUEST.size() : rank) * 2 + (places.running(place) ? 0 : 1);
      rank += change.by() != null && change.by().instance().equals(place.instance) ? -100 : 0;
      rank += places.running(place) ? -50 : 0;
      rank += place.instance.general() ? 0 : -1;
      if (rank < bestRank) {
        best = place;
        bestRank = rank;
        archive = isArchive;
      }
    }
    if (best == null || change.packaged()) {
      return;
    }
    Subject subject =
        change.subject().about(path).with(change.fact().sha256(), change.fact().packageOwner());
    Attribution instance = Attribution.named(best.instance);
    if (archive) {
      double known = site.component(path, change.fact().sha256()) ? Sign.KNOWN : 1;
      out.accept(
          new Placed(
              instance,
              Sign.of("P5", known, "P5|" + path, subject)
                  .from(0.30)
                  .about(Sign.ComponentName.script(path))));
      return;
    }
    String unpacked = best.unpackedFrom(change.place());
    if (unpacked != null && places.placed(best.instance, unpacked)) {
      out.accept(
          new Placed(
              instance,
              Sign.of("P5", 1, "P5|" + unpacked, subject)
                  .from(0.30)
                  .about(Sign.ComponentName.script(unpacked))));
      return;
    }
    int uid = change.actor() == null ? -1 : change.actor().uid();
    if (change.by() != null || (uid > 0 && lineage.runsServer(uid))) {
      double known = site.component(path, change.fact().sha256()) ? Sign.KNOWN : 1;
      out.accept(
          new Placed(
              change.by() != null ? change.by() : instance,
              Sign.of("P5", known, "P5|" + path, subject).about(Sign.ComponentName.script(path))));
    }
  }
}
