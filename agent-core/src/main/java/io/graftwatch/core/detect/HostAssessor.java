package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Hypervisor;
import io.graftwatch.core.config.Addresses;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.fact.Raw;
import io.graftwatch.delivery.finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the acts of an administered host add up to (detection-spec section 6): all that it shows
/// within TimeWindow of an install-like step, before or after, is one case. A pure function of the
/// timeline and of how late it is.
final class HostAssessor {
  static final long RUN = HostHistory.RUN;

  /// How long a step that may be the cluster agent's waits for what tells.
  private static final long WAIT = 60_000_000L;

  /// P of P7 when it came on a way, or from where, nothing is expected to come.
  private static final double UNEXPECTED = 0.75;

  private final Assessor assessor;
  private final Hypervisor hypervisor;
  private final Site site;
  private final Set<String> vectors;
  private final int threshold;
  private final long window;

  HostAssessor(
      Assessor assessor, Hypervisor hypervisor, Site site, Analytics analytics, long window) {
    this.assessor = assessor;
    this.hypervisor = hypervisor;
    this.site = site;
    this.window = window;
    this.vectors = new TreeSet<>();
    for (String vector : analytics.values("AN1510", "AccessVector", List.of("vcenter", "https"))) {
      vectors.add(vector.toLowerCase(Locale.ROOT));
    }
    this.threshold =
        Integer.parseInt(
            analytics.values("AN1475", "InstallCommandThreshold", List.of("1")).getFirst());
  }

  /// A step that counts, as it is to be shown.
  ///
  /// @param unexpected it came on a way, or from where, nothing is expected to come
  /// @param placed the VIB that came with it, `vendor/name`; empty when unknown
  private record Step(Act act, Evidence evidence, boolean unexpected, String placed) {
    boolean installs() {
      return "PDT".indexOf(evidence.code().charAt(0)) >= 0;
    }

    long time() {
      return act.time();
    }
  }

  /// The install-like steps that lie close together, with all that lies close to them.
  private static final class Episode {
    final List<Step> steps = new ArrayList<>();
    long first;
    long last;

    Episode(Step step) {
      first = step.time();
      last = step.time();
      steps.add(step);
    }
  }

  /// All cases of a host; the one that names no component comes last.
  ///
  /// @param now microseconds since the epoch; MAX_VALUE when nothing more will come
  List<CaseView> assess(InstanceBook book, Timeline timeline, long now) {
    var history = new HostHistory(timeline.acts(), window);
    List<Step> steps = steps(history, now);
    List<Episode> episodes = episodes(steps);
    var named = new TreeMap<String, List<Episode>>();
    for (Episode episode : episodes) {
      named.computeIfAbsent(key(episode), _ -> new ArrayList<>()).add(episode);
    }
    var views = new ArrayList<CaseView>();
    named.forEach((key, parts) -> {
      if (!key.isEmpty()) {
        views.add(view(book, timeline, new Component(key), parts));
      }
    });
    List<Episode> rest = named.get("");
    if (rest != null) {
      views.add(view(book, timeline, null, rest));
    } else {
      List<Step> loose =
          steps.stream()
              .filter(s -> episodes.stream().noneMatch(e -> e.steps.contains(s)))
              .toList();
      if (!loose.isEmpty()) {
        views.add(
            assessor.joined(
                book, null, codes(loose, timeline), Severity.INFORMATIONAL, -1, Long.MIN_VALUE));
      }
    }
    return views;
  }

  private List<Step> steps(HostHistory history, long now) {
    var steps = new ArrayList<Step>();
    for (Act act : history.acts()) {
      Evidence evidence = act.evidence();
      if (evidence == null || !history.isInEarnest(act)) {
        continue;
      }
      if (evidence.code().equals("P6")
          && (history.isClusterAgent(act)
              || history.mayBeClusterAgent(act, time -> now - time < WAIT))) {
        continue;
      }
      steps.add(step(history, act, evidence));
    }
    return steps;
  }

  private Step step(HostHistory history, Act act, Evidence evidence) {
    char kind = evidence.code().charAt(0);
    if (kind == 'A') {
      boolean ordinary = evidence.b() == 1 && history.isWorkedOn(act.time());
      return new Step(act, ordinary ? weaker(evidence) : evidence, false, "");
    }
    Act.Access access = kind == 'X' ? act.access() : history.access(act);
    boolean unexpected = kind != 'X' && isUnexpected(access);
    Act image = evidence.code().equals("P6") ? history.image(act) : null;
    String placed = image == null ? "" : image.data().getOrDefault(Act.PLACED, "");
    var data = new HashMap<>(evidence.subject().data());
    put(data, Stages.USER, access.user());
    put(data, Stages.ADDRESS, access.address());
    put(data, Stages.VECTOR, access.vector());
    if (!placed.isEmpty()) {
      placed = chosen(placed, act.data().getOrDefault(Act.URL, ""));
      data.putIfAbsent(Stages.VENDOR, placed.substring(0, placed.indexOf('/')));
    }
    double base = evidence.code().equals("P7") && unexpected ? UNEXPECTED : -1;
    return new Step(act, with(evidence, base, evidence.b(), data), unexpected, placed);
  }

  private static void put(Map<String, String> data, String name, @Nullable String value) {
    if (value != null) {
      data.put(name, value);
    }
  }

  /// The VIB that a forced run is about, where several are new: the one that its source names, else
  /// the one listed last.
  private static String chosen(String placed, String url) {
    for (String vib : placed.split(" ", -1)) {
      if (url.contains(vib.substring(vib.indexOf('/') + 1))) {
        return vib;
      }
    }
    return placed.substring(placed.lastIndexOf(' ') + 1);
  }

  private boolean isUnexpected(Act.Access access) {
    String vector = access.vector();
    byte[] address = access.address() == null ? null : Addresses.parse(access.address());
    boolean foreign =
        address != null
            && !site.adminNetworks().isEmpty()
            && site.adminNetworks().stream().noneMatch(network -> network.contains(address));
    return vector == null || !vectors.contains(vector) || foreign;
  }

  private static Evidence weaker(Evidence evidence) {
    return new Evidence(
        evidence.code(),
        evidence.time(),
        evidence.source(),
        evidence.record(),
        evidence.p() * Sign.KNOWN,
        evidence.factor() * Sign.KNOWN,
        Sign.KNOWN,
        evidence.q(),
        evidence.preexisting(),
        evidence.subject());
  }

  /// @param base probability to take instead of the catalogue's; -1 = as weighed
  private static Evidence with(Evidence evidence, double base, double b, Map<String, String> data) {
    return new Evidence(
        evidence.code(),
        evidence.time(),
        evidence.source(),
        evidence.record(),
        base < 0 ? evidence.p() : base * evidence.factor(),
        evidence.factor(),
        b,
        evidence.q(),
        evidence.preexisting(),
        evidence.subject().with(data));
  }

  private List<Episode> episodes(List<Step> steps) {
    var episodes = new ArrayList<Episode>();
    for (Step step : steps) {
      if (!step.installs()) {
        continue;
      }
      Episode open = episodes.isEmpty() ? null : episodes.getLast();
      if (open != null && step.time() - open.last <= window) {
        open.steps.add(step);
        open.last = step.time();
      } else {
        episodes.add(new Episode(step));
      }
    }
    episodes.removeIf(this::isTooLittle);
    for (Episode episode : episodes) {
      for (Step step : steps) {
        if (!step.installs()
            && step.time() >= episode.first - window
            && step.time() <= episode.last + window) {
          episode.steps.add(step);
        }
      }
    }
    return episodes;
  }

  /// Fewer installs of unknown vendors than InstallCommandThreshold, and nothing else.
  private boolean isTooLittle(Episode episode) {
    long installs = episode.steps.stream().map(step -> step.act().record()).distinct().count();
    return installs < threshold
        && episode.steps.stream()
            .allMatch(step -> "install_unknown_vendor".equals(Stages.of(step.evidence())));
  }

  /// What the case is known by: the first VIB of an unknown vendor or extension, else what was
  /// forced in; empty when neither is named.
  private static String key(Episode episode) {
    String forced = "";
    for (Step step : episode.steps) {
      String name = step.act().data().get(Act.NAME);
      if (name != null) {
        return name;
      }
      if (forced.isEmpty() && !step.placed().isEmpty()) {
        forced = step.placed().substring(step.placed().indexOf('/') + 1);
      }
    }
    return forced;
  }

  private CaseView view(
      InstanceBook book, Timeline timeline, @Nullable Component component, List<Episode> episodes) {
    var steps = new ArrayList<Step>();
    long delta = -1;
    for (Episode episode : episodes) {
      for (Step step : episode.steps) {
        if (!steps.contains(step)) {
          steps.add(step);
        }
      }
      long distance = distance(episode);
      delta = distance >= 0 && (delta < 0 || distance < delta) ? distance : delta;
    }
    Severity least = Severity.INFORMATIONAL;
    for (Step step : steps) {
      if (step.evidence().solid()) {
        Hypervisor.Stage stage =
            hypervisor.stage(step.evidence().subject().data().getOrDefault(Stages.STAGE, ""));
        Severity own = Severity.valueOf(step.unexpected() ? stage.unexpected() : stage.severity());
        least = own.compareTo(least) > 0 ? own : least;
      }
    }
    SortedMap<String, CodeStat> codes = codes(steps, timeline);
    if (component != null) {
      removed(component, timeline, codes);
    }
    return assessor.joined(
        book,
        component,
        codes,
        delta >= 0 ? Severity.CRITICAL : least,
        delta,
        Math.max(Assessor.restarted(codes), timeline.booted()));
  }

  /// Whether what came is there no more, and what that is evidence of.
  private void removed(Component component, Timeline timeline, SortedMap<String, CodeStat> codes) {
    Act without = timeline.without(component.stem);
    if (without == null) {
      return;
    }
    component.removed = without.time();
    if (Assessor.isRemovedAfterUse(component, codes)) {
      Evidence like = codes.values().iterator().next().best;
      Subject subject =
          Subject.of(null, null, Raw.NONE)
              .saying(component.stem + " is not among the installed VIBs any more")
              .with(Map.of(Stages.STAGE, "component_removed"));
      codes.put("T3", assessor.derived("T3", like, without.time(), without.record(), subject));
    }
  }

  /// Smallest distance between an install-like step and a shell or restart, -1 without one.
  private long distance(Episode episode) {
    long least = -1;
    for (Step install : episode.steps) {
      for (Step other : episode.steps) {
        if (install.installs() && !other.installs() && other.evidence().solid()) {
          long distance = Math.abs(other.time() - install.time());
          least = distance <= window && (least < 0 || distance < least) ? distance : least;
        }
      }
    }
    return least;
  }

  private static SortedMap<String, CodeStat> codes(List<Step> steps, Timeline timeline) {
    var codes = new TreeMap<String, CodeStat>();
    steps.stream()
        .sorted(Comparator.comparing(Step::evidence, Evidence.BY_TIME))
        .forEach(step -> {
          Evidence evidence = step.evidence();
          CodeStat known = codes.get(evidence.code());
          if (known == null) {
            codes.put(evidence.code(), new CodeStat(evidence));
          } else {
            boolean _ = known.add(evidence);
          }
        });
    var slots = new TreeSet<String>();
    for (Step step : steps) {
      CodeStat stat = codes.get(step.evidence().code());
      if (stat != null && slots.add(step.act().slot())) {
        stat.count += timeline.folded(step.act());
      }
    }
    return codes;
  }
}
