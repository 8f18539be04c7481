package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.lineage.ServerInstance;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Attack;
import io.graftwatch.delivery.finding.Confidence;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.FindingInfo;
import io.graftwatch.delivery.finding.Metadata;
import io.graftwatch.delivery.finding.Resource;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.finding.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes a case as an OCSF Detection Finding (detection-spec section 10).
final class Composer {
  private static final int MAX_UIDS = 4096;

  private final EngineConfig config;
  private final Catalogue catalogue;
  private final Narrator narrator;
  private final Exhibits exhibits;
  private final Techniques techniques;
  private final Metadata.Product product;
  private final Map<String, String> uids = new HashMap<>();

  Composer(EngineConfig config, Narrator narrator) {
    this.config = config;
    this.catalogue = config.catalogue();
    this.narrator = narrator;
    this.exhibits =
        new Exhibits(catalogue, narrator, catalogue.analytic(config.analytic()).stages());
    this.techniques = new Techniques(catalogue, config.platform());
    this.product = Metadata.Product.graftwatch("agent-" + config.platform(), config.version());
  }

  /// `finding_info.uid` of a case.
  String uid(CaseView view) {
    String key = view.instance().kind() + '\0' + view.instance().key() + '\0' + view.implantKey();
    String uid = uids.get(key);
    if (uid == null) {
      uid =
          FindingId.of(
              config.host(), view.instance().kind(), view.instance().key(), view.implantKey());
      if (uids.size() >= MAX_UIDS) {
        uids.clear();
      }
      uids.put(key, uid);
    }
    return uid;
  }

  /// @param revision 1 for the Create
  /// @param created when the case was opened, microseconds
  /// @param severity as it is to be shown
  /// @param mergedInto uid of the case that took this one in, null for none
  DetectionFinding compose(
      CaseView view,
      Activity activity,
      int revision,
      long created,
      Severity severity,
      @Nullable Coverage coverage,
      @Nullable String mergedInto) {
    String uid = uid(view);
    List<Evidence> evidence = view.evidence();
    List<io.graftwatch.delivery.finding.Evidence> evidences = new ArrayList<>();
    List<FindingInfo.RelatedEvent> related = new ArrayList<>();
    Set<String> sources = new TreeSet<>();
    for (Evidence each : evidence) {
      String eventUid = "ev-" + (evidences.size() + 1);
      evidences.add(exhibits.evidence(each, eventUid));
      CodeStat stat = view.codes().get(each.code());
      related.add(exhibits.related(each, stat, eventUid));
      sources.add(each.source());
    }
    List<Attack> attacks = techniques.attacks(view, evidence);
    boolean closed = activity == Activity.CLOSE;
    long time = view.last() / 1000;
    return new DetectionFinding(
        activity,
        time,
        view.first() / 1000,
        time,
        severity,
        Desk.confidence(view),
        view.score() / 10,
        closed ? Status.RESOLVED : Status.NEW,
        (int) Math.min(Integer.MAX_VALUE, view.count()),
        narrator.message(view),
        metadata(uid, revision),
        config.device(),
        attacks,
        new FindingInfo(
            uid,
            narrator.title(view),
            narrator.explanation(view, coverage),
            List.of("server-software-component"),
            techniques.analytic(config.analytic()),
            techniques.related(view),
            attacks.subList(0, 1),
            created / 1000,
            time,
            view.first() / 1000,
            time,
            List.copyOf(sources),
            (int) Math.min(Integer.MAX_VALUE, view.count()),
            related,
            List.of(new FindingInfo.Tag("state", state(view, closed)))),
        evidences,
        Exhibits.observables(evidences),
        List.of(resource(view)),
        new DetectionFinding.Remediation(narrator.advice(view), List.of()),
        Map.of("graftwatch", unmapped(view, coverage, closed, mergedInto)));
  }

  private static String state(CaseView view, boolean closed) {
    return closed ? CaseState.CLOSED.name() : view.state().name();
  }

  private Map<String, Object> unmapped(
      CaseView view, @Nullable Coverage coverage, boolean closed, @Nullable String mergedInto) {
    var out = new TreeMap<String, Object>();
    out.put("state", state(view, closed));
    out.put("classes", rounded(view.classes()));
    out.put("codes", List.copyOf(view.codes().keySet()));
    out.put("counts", counts(view));
    out.put("score", view.score());
    out.put("implant", view.shown());
    out.put("implant_key", view.implantKey());
    out.put("b", view.codes().values().stream().mapToDouble(s -> s.best.b()).max().orElse(1));
    out.put("q", view.codes().values().stream().mapToDouble(s -> s.best.q()).max().orElse(1));
    out.put("baseline", config.site().baselineName());
    if (view.delta() >= 0 && view.component() != null) {
      out.put("seconds_from_placement", view.delta() / 1_000_000L);
    }
    coverage(coverage, out);
    if (mergedInto != null) {
      out.put("merged_into", mergedInto);
    }
    return out;
  }

  private static void coverage(@Nullable Coverage coverage, Map<String, Object> out) {
    if (coverage != null) {
      var blind = new ArrayList<Map<String, Object>>();
      for (Coverage.BlindInterval interval : coverage.blind()) {
        blind.add(
            Map.of(
                "source", interval.source(),
                "from", interval.from() / 1000,
                "to", interval.to() / 1000,
                "lost", interval.lost(),
                "reason", interval.reason()));
      }
      out.put(
          "coverage",
          Map.of(
              "analytic", coverage.analytic(),
              "level", coverage.level().name(),
              "reasons", coverage.reasons(),
              "blind", blind));
    }
  }

  private static Map<String, Object> rounded(Map<String, Double> classes) {
    var out = new LinkedHashMap<String, Object>();
    classes.forEach((name, p) -> out.put(name, Math.round(p * 1000) / 1000.0));
    return out;
  }

  private static Map<String, Long> counts(CaseView view) {
    var counts = new TreeMap<String, Long>();
    view.codes().forEach((code, stat) -> counts.put(code, stat.count));
    return counts;
  }

  /// What the storm guard keeps of a case.
  Storm.Held held(CaseView view) {
    return new Storm.Held(
        uid(view),
        narrator.title(view),
        Desk.severity(view),
        view.score(),
        List.copyOf(view.codes().keySet()));
  }

  /// Many new findings told as one.
  DetectionFinding storm(Storm.Report report, @Nullable Coverage coverage) {
    String uid = FindingId.of(config.host(), "host", "host", "storm");
    boolean closed = report.activity() == Activity.CLOSE;
    Severity severity =
        report.top().stream()
            .map(Storm.Held::severity)
            .max(Comparator.naturalOrder())
            .orElse(Severity.MEDIUM);
    List<Attack> attacks = techniques.attacks();
    var own = new TreeMap<String, Object>();
    own.put("state", closed ? CaseState.CLOSED.name() : CaseState.ACTIVE.name());
    own.put("codes", List.copyOf(report.codes()));
    own.put("implant", "storm");
    own.put("held", report.count());
    own.put("top", report.top().stream().map(Storm.Held::uid).toList());
    coverage(coverage, own);
    long time = report.time() / 1000;
    return new DetectionFinding(
        report.activity(),
        time,
        report.begun() / 1000,
        time,
        severity,
        Confidence.HIGH,
        100,
        closed ? Status.RESOLVED : Status.NEW,
        (int) Math.min(Integer.MAX_VALUE, report.count()),
        narrator.storm(report),
        metadata(uid, report.revision()),
        config.device(),
        attacks,
        new FindingInfo(
            uid,
            "Storm of findings on " + config.host(),
            narrator.storm(report) + "\n" + Narrator.worst(report),
            List.of("server-software-component"),
            techniques.analytic(config.analytic()),
            List.of(),
            attacks,
            report.begun() / 1000,
            time,
            report.begun() / 1000,
            time,
            List.of(),
            (int) Math.min(Integer.MAX_VALUE, report.count()),
            List.of(),
            List.of(new FindingInfo.Tag("state", "storm"))),
        List.of(),
        List.of(),
        List.of(new Resource(config.host(), config.host(), "host")),
        new DetectionFinding.Remediation(
            "Look at the worst cases first. If one cause is behind all, name it in [site].",
            List.of()),
        Map.of("graftwatch", own));
  }

  private Metadata metadata(String uid, int revision) {
    return Metadata.of(
        FindingId.revision(uid, revision),
        config.analytic(),
        product,
        List.of("attack:" + catalogue.attackVersion(), "config_sha256:" + config.configSha256()));
  }

  private Resource resource(CaseView view) {
    ServerInstance instance = view.instance();
    String name = instance.executable() == null ? instance.key() : instance.executable();
    return new Resource(
        config.host() + "/" + instance.kind() + "/" + instance.key(), name, "server-instance");
  }
}
