package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.catalogue.Code;
import io.graftwatch.delivery.finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the evidence of an instance adds up to: links, derived codes, score and state. A pure
/// function of the stored aggregates, so that neither order nor repetition of facts changes it.
final class Assessor {
  private static final long SECOND = 1_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final long DAY = 24 * HOUR;

  /// Sources of one host differ by this at most.
  static final long SKEW = 120 * SECOND;

  private static final long CRASH_AFTER_PLACEMENT = 15 * 60 * SECOND;
  private static final long BURST = 10 * 60 * SECOND;
  private static final int BURST_LEAST = 3;
  private static final double CLOSE_LINK = 0.5;

  private final Catalogue catalogue;
  private final String family;
  private final long timeWindow;
  private final List<String> chain;

  /// @param family platform family of the codes' probabilities
  /// @param timeWindow TimeWindow in microseconds
  /// @param chain the analytic's codes that a connection completes
  Assessor(Catalogue catalogue, String family, long timeWindow, List<String> chain) {
    this.catalogue = catalogue;
    this.family = family;
    this.timeWindow = timeWindow;
    this.chain = List.copyOf(chain);
  }

  /// All cases of an instance: one for each component with evidence, and the `unknown` one when
  /// something is left that belongs to no component.
  ///
  /// @param general the book of the instance's kind in general, whose components are armed for each
  ///   instance and become the instance's own case when something there is linked to them; the same
  ///   book when the instance is the general one
  List<CaseView> assess(InstanceBook book, InstanceBook general) {
    Collection<Component> components = components(book, general);
    Map<String, Component> targets = targets(book, components);
    var views = new ArrayList<CaseView>();
    for (Component component : components) {
      CaseView view = component(book, component, targets);
      boolean own = book.components.containsKey(component.stem);
      if (view != null && (own || view.delta() >= 0)) {
        views.add(view);
      }
    }
    CaseView rest = rest(book, targets);
    if (rest != null) {
      views.add(rest);
    }
    return views;
  }

  private static Collection<Component> components(InstanceBook book, InstanceBook general) {
    SortedMap<String, Component> all = general.components;
    if (book != general) {
      all = new TreeMap<>(general.components);
      for (Component own : book.components.values()) {
        all.merge(own.stem, own, (g, o) -> Component.merge(o, g));
      }
    }
    List<Component> registrations = all.values().stream().filter(c -> c.path == null).toList();
    if (registrations.isEmpty()) {
      return all.values();
    }
    var joined = new TreeMap<>(all);
    for (Component registration : registrations) {
      for (Component component : all.values()) {
        if (component.registeredAs(registration)) {
          joined.remove(registration.stem);
          joined.merge(component.stem, registration, Component::merge);
        }
      }
    }
    return joined.values();
  }

  /// The cases that registrations were before it was known what they register.
  ///
  /// @param component what they register
  List<CaseView> parts(InstanceBook book, Component component) {
    return book.components.values().stream()
        .filter(component::registeredAs)
        .map(part -> view(book, part, part.evidence.codes, -1))
        .toList();
  }

  /// Code of the instance → the component that it is linked to.
  private Map<String, Component> targets(InstanceBook book, Collection<Component> components) {
    var targets = new TreeMap<String, Component>();
    for (CodeStat stat : shared(book).values()) {
      if ("XND".indexOf(stat.code.charAt(0)) < 0 || !stat.solid()) {
        continue;
      }
      Component target = newest(components, stat, stat.solidFirst);
      if (target == null) {
        target = newest(components, stat, stat.solidLast);
      }
      if (target != null) {
        targets.put(stat.code, target);
      }
    }
    return targets;
  }

  private @Nullable Component newest(Collection<Component> components, CodeStat stat, long time) {
    Component newest = null;
    long newestPlaced = Long.MIN_VALUE;
    for (Component component : components) {
      long placed = placed(component);
      if (placed != Long.MIN_VALUE
          && time >= placed - SKEW
          && fits(component, stat)
          && (placed > newestPlaced
              || (placed == newestPlaced
                  && newest != null
                  && component.stem.compareTo(newest.stem) < 0))) {
        newest = component;
        newestPlaced = placed;
      }
    }
    return newest;
  }

  /// When the component was first placed, else when it first failed to load; MIN_VALUE when it was
  /// neither, or only as the baseline knows it.
  private static long placed(Component component) {
    long first = Long.MAX_VALUE;
    for (CodeStat stat : component.evidence.codes.values()) {
      if (stat.code.charAt(0) == 'P' && stat.solid()) {
        first = Math.min(first, stat.solidFirst);
      }
    }
    if (first == Long.MAX_VALUE) {
      CodeStat failed = component.evidence.stat("A3");
      first = failed != null && failed.solid() ? failed.solidFirst : first;
    }
    return first == Long.MAX_VALUE ? Long.MIN_VALUE : first;
  }

  /// A script is only linked to what ran in its folder or names it.
  private static boolean fits(Component component, CodeStat stat) {
    String script = component.path;
    if (script == null || component.evidence.stat("P5") == null || isArchive(script)) {
      return true;
    }
    return runsBy(stat.best, script) || (stat.bestSolid != null && runsBy(stat.bestSolid, script));
  }

  private static boolean isArchive(String path) {
    return path.endsWith(".war") || path.endsWith(".ear") || path.endsWith(".hpi");
  }

  private static boolean runsBy(Evidence evidence, String script) {
    Subject.ProcessView process = evidence.subject().process();
    if (process == null) {
      return false;
    }
    String folder = script.substring(0, Math.max(0, script.lastIndexOf('/')));
    return folder.equals(process.cwd())
        || process.commandLine().contains(script)
        || (evidence.code().charAt(0) == 'N' && process.cwd() == null);
  }

  private @Nullable CaseView component(
      InstanceBook book, Component component, Map<String, Component> targets) {
    SortedMap<String, CodeStat> codes = new TreeMap<>(component.evidence.codes);
    if (codes.isEmpty()) {
      return null;
    }
    long placed = placed(component);
    combined(codes);
    if (placed != Long.MIN_VALUE) {
      restarted(book, placed, codes);
      crashed(book, placed, codes);
    }
    long delta = -1;
    for (CodeStat stat : shared(book).values()) {
      if (targets.get(stat.code) == component) {
        codes.merge(stat.code, stat, CodeStat::merge);
        long distance = distance(stat, placed);
        if (distance >= 0 && (delta < 0 || distance < delta)) {
          delta = distance;
        }
      } else if (stat.code.charAt(0) == 'T'
          && placed != Long.MIN_VALUE
          && stat.last >= placed - SKEW
          && stat.first <= placed + DAY) {
        codes.merge(stat.code, stat, CodeStat::merge);
      }
    }
    removedAfterUse(component, codes);
    return view(book, component, codes, delta);
  }

  private @Nullable CaseView rest(InstanceBook book, Map<String, Component> targets) {
    SortedMap<String, CodeStat> codes = new TreeMap<>();
    for (CodeStat stat : shared(book).values()) {
      if (!targets.containsKey(stat.code) && !stat.code.equals("A1")) {
        codes.put(stat.code, stat);
      }
    }
    if (book.crashes.size() >= BURST_LEAST && book.crash != null && burst(book.crashes)) {
      codes.put("A4", derived("A4", book.crash, book.crash.time()));
    }
    return codes.isEmpty() ? null : view(book, null, codes, chained(codes));
  }

  /// Smallest distance between the first or last time of a code of the chain and that of a
  /// connection, whichever came first; -1 when there is no such pair.
  private long chained(SortedMap<String, CodeStat> codes) {
    long least = -1;
    for (String code : chain) {
      CodeStat ran = codes.get(code);
      if (ran == null || !ran.solid()) {
        continue;
      }
      for (CodeStat went : codes.values()) {
        if (went.code.charAt(0) == 'N' && went.solid()) {
          long distance =
              Math.min(
                  Math.min(
                      Math.abs(went.solidFirst - ran.solidFirst),
                      Math.abs(went.solidLast - ran.solidFirst)),
                  Math.min(
                      Math.abs(went.solidFirst - ran.solidLast),
                      Math.abs(went.solidLast - ran.solidLast)));
          least = least < 0 ? distance : Math.min(least, distance);
        }
      }
    }
    return least;
  }

  private static boolean burst(Times times) {
    for (int i = BURST_LEAST - 1; i < times.size(); i++) {
      if (times.get(i) - times.get(i - BURST_LEAST + 1) <= BURST) {
        return true;
      }
    }
    return false;
  }

  /// The instance's own codes with those that are told from when something happened: X3b and N4.
  private SortedMap<String, CodeStat> shared(InstanceBook book) {
    long third = thirdDiscovery(book);
    CodeStat beacon = beacon(book);
    if (third == Long.MIN_VALUE && beacon == null) {
      return book.shared.codes;
    }
    SortedMap<String, CodeStat> codes = new TreeMap<>(book.shared.codes);
    if (third != Long.MIN_VALUE && book.discovered != null) {
      codes.put("X3b", derived("X3b", book.discovered, third));
    }
    if (beacon != null) {
      codes.put("N4", beacon);
    }
    return codes;
  }

  private @Nullable CodeStat beacon(InstanceBook book) {
    CodeStat all = null;
    for (Destination destination : book.destinations.values()) {
      long time = destination.beaconed();
      if (time != Long.MIN_VALUE) {
        CodeStat one = derived("N4", destination.best, time);
        all = all == null ? one : all.merge(one);
      }
    }
    return all;
  }

  /// When the third different discovery command within ten minutes ran, MIN_VALUE when it never
  /// did.
  private static long thirdDiscovery(InstanceBook book) {
    if (book.discovery.size() < BURST_LEAST) {
      return Long.MIN_VALUE;
    }
    record Run(long time, String command) {}
    var runs = new ArrayList<Run>();
    book.discovery.forEach((command, times) -> {
      for (int i = 0; i < times.size(); i++) {
        runs.add(new Run(times.get(i), command));
      }
    });
    runs.sort(java.util.Comparator.comparingLong(Run::time).thenComparing(Run::command));
    for (int end = BURST_LEAST - 1; end < runs.size(); end++) {
      var different = new java.util.HashSet<String>();
      for (int i = end; i >= 0 && runs.get(end).time - runs.get(i).time <= BURST; i--) {
        different.add(runs.get(i).command);
      }
      if (different.size() >= BURST_LEAST) {
        return runs.get(end).time;
      }
    }
    return Long.MIN_VALUE;
  }

  /// P1 and P2 for one component are more than either.
  private void combined(SortedMap<String, CodeStat> codes) {
    CodeStat placed = codes.get("P1");
    CodeStat registered = codes.get("P2");
    if (placed == null || registered == null) {
      return;
    }
    Evidence weaker =
        placed.best.factor() <= registered.best.factor() ? placed.best : registered.best;
    Evidence later = placed.best.time() >= registered.best.time() ? placed.best : registered.best;
    codes.put(
        "P1+P2",
        new CodeStat(
            new Evidence(
                "P1+P2",
                later.time(),
                later.source(),
                later.record(),
                catalogue.code("P1+P2").p(family) * weaker.factor(),
                weaker.factor(),
                weaker.b(),
                weaker.q(),
                later.preexisting(),
                later.subject())));
  }

  private static void restarted(InstanceBook book, long placed, SortedMap<String, CodeStat> codes) {
    CodeStat restart = book.shared.stat("A1");
    if (restart != null && restart.last >= placed) {
      codes.merge("A1", restart, CodeStat::merge);
    }
  }

  private void crashed(InstanceBook book, long placed, SortedMap<String, CodeStat> codes) {
    if (book.crash == null) {
      return;
    }
    for (int i = 0; i < book.crashes.size(); i++) {
      long time = book.crashes.get(i);
      if (time >= placed - SKEW && time <= placed + CRASH_AFTER_PLACEMENT) {
        codes.put("A4", derived("A4", book.crash, time));
        return;
      }
    }
  }

  private void removedAfterUse(Component component, SortedMap<String, CodeStat> codes) {
    if (component.evidence.latest != null && isRemovedAfterUse(component, codes)) {
      codes.put("T3", derived("T3", component.evidence.latest, component.removed));
    }
  }

  /// Code ran or connected, and within a day the component was removed.
  static boolean isRemovedAfterUse(Component component, SortedMap<String, CodeStat> codes) {
    return !component.present()
        && codes.values().stream()
            .anyMatch(stat ->
                (stat.code.charAt(0) == 'X' || stat.code.charAt(0) == 'N')
                    && stat.solid()
                    && component.removed >= stat.solidFirst
                    && component.removed - stat.solidLast <= DAY);
  }

  private CodeStat derived(String code, Evidence from, long time) {
    return derived(code, from, time, from.record(), from.subject());
  }

  /// Evidence of a code that follows from others, weighed like one of those.
  CodeStat derived(String code, Evidence from, long time, String record, Subject subject) {
    return new CodeStat(
        new Evidence(
            code,
            time,
            from.source(),
            record,
            catalogue.code(code).p(family) * from.factor(),
            from.factor(),
            from.b(),
            from.q(),
            from.preexisting(),
            subject));
  }

  /// Smallest non-negative distance from the placement to the first or last time of a code; within
  /// the skew it is 0, before that -1.
  private static long distance(CodeStat stat, long placed) {
    long toFirst = stat.solidFirst - placed;
    long toLast = stat.solidLast - placed;
    if (toFirst >= -SKEW) {
      return Math.max(0, toFirst);
    }
    return toLast >= -SKEW ? Math.max(0, toLast) : -1;
  }

  private CaseView view(
      InstanceBook book,
      @Nullable Component component,
      SortedMap<String, CodeStat> codes,
      long delta) {
    boolean decisive = codes.values().stream().anyMatch(s -> code(s).decisive());
    Map<String, Double> classes = classes(codes, link(component, codes, delta));
    return new CaseView(
        book.instance,
        component,
        codes,
        classes,
        score(classes),
        state(component, codes, delta >= 0 && delta <= timeWindow, decisive),
        decisive,
        delta,
        component != null && gone(component, codes, restarted(codes)),
        Severity.INFORMATIONAL);
  }

  /// A case that is held together by time alone: the link counts in full.
  ///
  /// @param restarted when the host last was started anew, MIN_VALUE for never: what was removed
  ///   before is gone
  CaseView joined(
      InstanceBook book,
      @Nullable Component component,
      SortedMap<String, CodeStat> codes,
      Severity least,
      long delta,
      long restarted) {
    boolean decisive = codes.values().stream().anyMatch(s -> code(s).decisive());
    Map<String, Double> classes = classes(codes, delta >= 0 ? CLOSE_LINK : 0);
    return new CaseView(
        book.instance,
        component,
        codes,
        classes,
        score(classes),
        delta >= 0 ? CaseState.CONFIRMED : state(component, codes, false, decisive),
        decisive,
        delta,
        component != null && gone(component, codes, restarted),
        least);
  }

  /// The best p of each class that is there, and the link's.
  private Map<String, Double> classes(SortedMap<String, CodeStat> codes, double link) {
    Map<String, Double> classes = new LinkedHashMap<>();
    for (String classId : catalogue.classes().keySet()) {
      double best = 0;
      for (CodeStat stat : codes.values()) {
        if (stat.code.startsWith(classId)) {
          best = Math.max(best, stat.best.p());
        }
      }
      if (best > 0) {
        classes.put(classId, best);
      }
    }
    if (link > 0) {
      classes.put("L", link);
    }
    return classes;
  }

  private int score(Map<String, Double> classes) {
    double innocent = 1;
    for (String classId : catalogue.classes().keySet()) {
      innocent *= 1 - classes.getOrDefault(classId, 0.0);
    }
    return (int) Math.round((1 - innocent) * 1000);
  }

  /// The component was removed, the server restarted after that, and nothing happened since.
  private static boolean gone(
      Component component, SortedMap<String, CodeStat> codes, long restarted) {
    if (component.present() || restarted < component.removed) {
      return false;
    }
    for (CodeStat stat : codes.values()) {
      if (stat.code.charAt(0) != 'A' && stat.last > restarted) {
        return false;
      }
    }
    return true;
  }

  /// When the case's server last was started anew; MIN_VALUE for never.
  static long restarted(SortedMap<String, CodeStat> codes) {
    CodeStat restart = codes.get("A1");
    return restart == null ? Long.MIN_VALUE : restart.last;
  }

  private double link(@Nullable Component component, SortedMap<String, CodeStat> codes, long d) {
    if (d < 0) {
      return 0;
    }
    if (component == null) {
      return d > timeWindow ? 0.15 : d <= HOUR ? CLOSE_LINK : d <= DAY ? 0.4 : 0.3;
    }
    double link = d <= HOUR ? CLOSE_LINK : d <= DAY ? 0.4 : d <= timeWindow ? 0.3 : 0;
    if (link == 0) {
      link = component.present() ? 0.15 : 0;
    }
    return anySolid(codes, "A") ? link : link / 2;
  }

  private CaseState state(
      @Nullable Component component,
      SortedMap<String, CodeStat> codes,
      boolean linked,
      boolean decisive) {
    boolean placed = anySolid(codes, "P");
    boolean activated = anySolid(codes, "A");
    boolean executed = anySolid(codes, "X");
    boolean network = anySolid(codes, "N");
    boolean detached = anySolid(codes, "D");
    boolean tampered = anySolid(codes, "T");
    int different = 0;
    for (boolean there : new boolean[] {placed, activated, executed, network, detached, tampered}) {
      different += there ? 1 : 0;
    }
    if (((placed || activated) && linked && (executed || network || detached))
        || (component == null && linked)
        || (decisive && different > 1)
        || executedAndBeyond(codes)) {
      return CaseState.CONFIRMED;
    }
    if (executed || network || detached || tampered) {
      return CaseState.ACTIVE;
    }
    return placed && activated ? CaseState.ARMED : CaseState.PLACED;
  }

  /// X of .60 or more with a connection, a listener or own persistence of the same subtree.
  private static boolean executedAndBeyond(SortedMap<String, CodeStat> codes) {
    for (CodeStat x : codes.values()) {
      if (x.code.charAt(0) != 'X' || x.bestSolid == null || x.bestSolid.p() < 0.6) {
        continue;
      }
      for (CodeStat other : codes.values()) {
        boolean beyond =
            other.code.equals("N3") || other.code.equals("N5") || other.code.charAt(0) == 'D';
        if (beyond && other.solid() && sameSubtree(x, other)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean sameSubtree(CodeStat a, CodeStat b) {
    for (Integer subtree : a.subtrees) {
      if (b.subtrees.contains(subtree)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anySolid(SortedMap<String, CodeStat> codes, String classId) {
    for (CodeStat stat : codes.values()) {
      if (stat.code.startsWith(classId) && stat.solid()) {
        return true;
      }
    }
    return false;
  }

  private Code code(CodeStat stat) {
    return catalogue.code(stat.code);
  }
}
