package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Analytic;
import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.catalogue.ServerProfile;
import io.graftwatch.core.catalogue.Technique;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.lineage.ServerInstance;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.Attack;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Evidence.ConnectionInfo;
import io.graftwatch.delivery.finding.FileInfo;
import io.graftwatch.delivery.finding.FindingId;
import io.graftwatch.delivery.finding.FindingInfo;
import io.graftwatch.delivery.finding.Metadata;
import io.graftwatch.delivery.finding.Observable;
import io.graftwatch.delivery.finding.ProcessInfo;
import io.graftwatch.delivery.finding.Resource;
import io.graftwatch.delivery.finding.Severity;
import io.graftwatch.delivery.finding.Status;
import io.graftwatch.delivery.finding.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes a case as an OCSF Detection Finding (detection-spec section 10).
final class Composer {
  private static final int MAX_OBSERVABLES = 64;
  private static final int MAX_UIDS = 4096;

  private final EngineConfig config;
  private final Catalogue catalogue;
  private final Narrator narrator;
  private final Metadata.Product product;
  private final Map<String, String> uids = new HashMap<>();

  Composer(EngineConfig config, Narrator narrator) {
    this.config = config;
    this.catalogue = config.catalogue();
    this.narrator = narrator;
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
      evidences.add(evidence(each, eventUid));
      CodeStat stat = view.codes().get(each.code());
      related.add(related(each, stat, eventUid));
      sources.add(each.source());
    }
    List<Attack> attacks = attacks(view, evidence);
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
        Metadata.of(
            FindingId.revision(uid, revision),
            config.analytic(),
            product,
            List.of(
                "attack:" + catalogue.attackVersion(), "config_sha256:" + config.configSha256())),
        config.device(),
        attacks,
        new FindingInfo(
            uid,
            narrator.title(view),
            narrator.explanation(view, coverage),
            List.of("server-software-component"),
            analytic(config.analytic()),
            relatedAnalytics(view),
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
        observables(evidences),
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
    out.put("implant", view.implantKey());
    out.put("b", view.codes().values().stream().mapToDouble(s -> s.best.b()).max().orElse(1));
    out.put("q", view.codes().values().stream().mapToDouble(s -> s.best.q()).max().orElse(1));
    out.put("baseline", config.site().baselineName());
    if (view.delta() >= 0) {
      out.put("seconds_from_placement", view.delta() / 1_000_000L);
    }
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
    if (mergedInto != null) {
      out.put("merged_into", mergedInto);
    }
    return out;
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

  private io.graftwatch.delivery.finding.Analytic analytic(String id) {
    for (Analytic analytic : catalogue.analytics()) {
      if (analytic.id().equals(id)) {
        return new io.graftwatch.delivery.finding.Analytic(
            id, analytic.title(), analytic.strategy(), "1.0");
      }
    }
    return new io.graftwatch.delivery.finding.Analytic(id, id, "DET0547", "1.0");
  }

  /// Analytics of sub-techniques that the evidence names.
  private List<io.graftwatch.delivery.finding.Analytic> relatedAnalytics(CaseView view) {
    var related = new ArrayList<io.graftwatch.delivery.finding.Analytic>();
    Set<String> named = subTechniques(view);
    for (Analytic analytic : catalogue.analytics()) {
      if (analytic.platform().equals(config.platform()) && named.contains(analytic.technique())) {
        related.add(analytic(analytic.id()));
      }
    }
    return related;
  }

  private Set<String> subTechniques(CaseView view) {
    Set<String> named = new TreeSet<>();
    for (String code : view.codes().keySet()) {
      for (String technique : catalogue.code(code).techniques()) {
        if (technique.startsWith("T1505.")) {
          named.add(technique);
        }
      }
    }
    for (ServerProfile profile : catalogue.servers()) {
      if (profile.kind().equals(view.instance().kind())
          && profile.technique() != null
          && view.best("P") != null) {
        named.add(profile.technique());
      }
    }
    return named;
  }

  private List<Attack> attacks(CaseView view, List<Evidence> evidence) {
    Set<String> techniques = new LinkedHashSet<>();
    techniques.add("T1505");
    techniques.addAll(subTechniques(view));
    for (Evidence each : evidence) {
      techniques.addAll(catalogue.code(each.code()).techniques());
      if (each.code().charAt(0) == 'X') {
        String interpreter = interpreterTechnique(each);
        if (interpreter != null) {
          techniques.remove("T1059");
          techniques.add(interpreter);
        }
      }
      if (each.code().equals("D2")) {
        techniques.remove("T1053");
        techniques.add(jobTechnique(each.subject().job()));
      }
    }
    var attacks = new ArrayList<Attack>();
    for (String technique : techniques) {
      attacks.add(attack(technique));
    }
    return attacks;
  }

  private static @Nullable String interpreterTechnique(Evidence evidence) {
    Subject.ProcessView process = evidence.subject().process();
    if (process == null || process.exe() == null) {
      return null;
    }
    String name = SiteKnowledge.fileName(process.exe());
    if (name.startsWith("python")) {
      return "T1059.006";
    }
    if (name.startsWith("lua")) {
      return "T1059.011";
    }
    if (name.equals("osascript")) {
      return "T1059.002";
    }
    return name.endsWith("sh") ? "T1059.004" : null;
  }

  private static String jobTechnique(@Nullable String job) {
    return switch (job == null ? "" : job) {
      case "CRON", "crontab" -> "T1053.003";
      case "AT", "at", "batch" -> "T1053.002";
      case "SYSTEMD", "systemctl" -> "T1543.002";
      case "AUTHORIZED_KEYS" -> "T1098.004";
      case "RC_SCRIPT" -> "T1037.004";
      default -> "T1053";
    };
  }

  private Attack attack(String id) {
    Technique technique = catalogue.technique(id);
    int dot = id.indexOf('.');
    Technique parent = dot < 0 ? technique : catalogue.technique(id.substring(0, dot));
    return new Attack(
        new Attack.Entry(technique.tacticId(), technique.tactic()),
        new Attack.Entry(parent.id(), parent.name()),
        dot < 0 ? null : new Attack.Entry(technique.id(), technique.name()));
  }

  private io.graftwatch.delivery.finding.Evidence evidence(Evidence evidence, String uid) {
    Subject subject = evidence.subject();
    char kind = evidence.code().charAt(0);
    var data = new TreeMap<String, Object>(subject.data());
    data.put("class", String.valueOf(kind));
    data.put("code", evidence.code());
    data.put("p", Math.round(evidence.p() * 1000) / 1000.0);
    data.put("b", evidence.b());
    data.put("q", evidence.q());
    data.put("source", evidence.source());
    data.put("record", evidence.record());
    data.put("time", evidence.time() / 1000);
    data.put("sentence", narrator.sentence(List.of(evidence)));
    if (subject.raw().length() > 0) {
      data.put("raw", subject.raw().text());
    }
    if (subject.file() != null) {
      data.put("config_file", subject.file());
    }
    if (subject.packageOwner() != null) {
      data.put("package", subject.packageOwner().isEmpty() ? "none" : subject.packageOwner());
    }
    if (evidence.preexisting()) {
      data.put("preexisting", true);
    }
    var builder =
        io.graftwatch.delivery.finding.Evidence.builder(
                evidence.code() + " " + catalogue.code(evidence.code()).title(), data)
            .uid(uid);
    ProcessInfo process = process(subject);
    boolean ran = kind == 'X' || kind == 'N';
    if (process != null) {
      if (ran) {
        builder.process(process);
      } else {
        builder.actor(new io.graftwatch.delivery.finding.Evidence.Actor(process, process.user()));
      }
    }
    if (subject.path() != null && kind != 'N') {
      builder.file(FileInfo.regular(subject.path(), subject.sha256()));
    }
    if (subject.address() != null || subject.port() >= 0) {
      var end =
          new io.graftwatch.delivery.finding.Evidence.Endpoint(
              subject.address(), null, subject.port() < 0 ? null : subject.port());
      String protocol = subject.protocol() == null ? "tcp" : subject.protocol();
      if (evidence.code().equals("N5")) {
        builder.source(end).connection(ConnectionInfo.inbound(protocol));
      } else {
        builder.destination(end).connection(ConnectionInfo.outbound(protocol));
      }
    }
    if (subject.job() != null) {
      builder.job(
          new io.graftwatch.delivery.finding.Evidence.Job(
              subject.path() == null ? subject.job() : subject.path(), null, null, null));
    }
    return builder.build();
  }

  private static @Nullable ProcessInfo process(Subject subject) {
    Subject.ProcessView process = subject.process();
    if (process == null) {
      return null;
    }
    var ancestors = new ArrayList<ProcessInfo.Ancestor>();
    for (Subject.Ancestor ancestor : subject.ancestry()) {
      ancestors.add(
          new ProcessInfo.Ancestor(
              ancestor.pid(),
              null,
              ancestor.exe() == null ? null : SiteKnowledge.fileName(ancestor.exe()),
              ancestor.exe(),
              Redaction.of(ancestor.commandLine()),
              null));
    }
    return ProcessInfo.builder()
        .pid(process.pid())
        .uid(process.pid() + ":" + (process.start() < 0 ? "?" : process.start()))
        .name(SiteKnowledge.fileName(process.image()))
        .cmdLine(process.commandLine().isEmpty() ? null : Redaction.of(process.commandLine()))
        .createdTime(process.start() < 0 ? null : process.start() / 1000)
        .file(process.exe() == null ? null : FileInfo.regular(process.exe(), null))
        .user(
            process.uid() < 0 && process.user() == null
                ? null
                : new User(
                    process.user(), process.uid() < 0 ? null : String.valueOf(process.uid()), null))
        .workingDirectory(process.cwd())
        .parent(ancestors.isEmpty() ? null : parent(ancestors.getFirst()))
        .ancestry(ancestors)
        .build();
  }

  private static ProcessInfo parent(ProcessInfo.Ancestor ancestor) {
    return ProcessInfo.builder()
        .pid(ancestor.pid())
        .name(ancestor.name())
        .cmdLine(ancestor.cmdLine())
        .file(ancestor.path() == null ? null : FileInfo.regular(ancestor.path(), null))
        .build();
  }

  /// The OCSF event class that evidence of a class would be.
  private enum EventType {
    FILE(100101, "File System Activity: Create"),
    PROCESS(100701, "Process Activity: Launch"),
    NETWORK(400101, "Network Activity: Open");

    private final int typeUid;
    private final String typeName;

    EventType(int typeUid, String typeName) {
      this.typeUid = typeUid;
      this.typeName = typeName;
    }

    static @Nullable EventType of(char classId) {
      return switch (classId) {
        case 'P' -> FILE;
        case 'X' -> PROCESS;
        case 'N' -> NETWORK;
        default -> null;
      };
    }
  }

  private FindingInfo.RelatedEvent related(Evidence evidence, @Nullable CodeStat stat, String uid) {
    EventType type = EventType.of(evidence.code().charAt(0));
    return new FindingInfo.RelatedEvent(
        uid,
        type == null ? null : type.typeUid,
        type == null ? null : type.typeName,
        (stat == null ? evidence.time() : stat.first) / 1000,
        (stat == null ? evidence.time() : stat.last) / 1000,
        stat == null ? 1 : (int) Math.min(Integer.MAX_VALUE, stat.count),
        evidence.code() + ": " + catalogue.code(evidence.code()).meaning(),
        Severity.INFORMATIONAL);
  }

  private static List<Observable> observables(
      List<io.graftwatch.delivery.finding.Evidence> evidences) {
    var seen = new LinkedHashMap<String, Observable>();
    for (int i = 0; i < evidences.size() && seen.size() < MAX_OBSERVABLES; i++) {
      var evidence = evidences.get(i);
      String at = "evidences[" + i + "].";
      FileInfo file = evidence.file();
      if (file != null && file.path() != null) {
        observable(seen, at + "file.path", Observable.Type.FILE_PATH, file.path());
        for (int h = 0; h < file.hashes().size(); h++) {
          observable(
              seen,
              at + "file.hashes[" + h + "].value",
              Observable.Type.HASH,
              file.hashes().get(h).value());
        }
      }
      var end = evidence.dstEndpoint();
      if (end != null && end.ip() != null) {
        observable(seen, at + "dst_endpoint.ip", Observable.Type.IP_ADDRESS, end.ip());
      }
      ProcessInfo process = evidence.process();
      if (process != null && process.cmdLine() != null) {
        observable(seen, at + "process.cmd_line", Observable.Type.COMMAND_LINE, process.cmdLine());
      }
    }
    return new ArrayList<>(seen.values());
  }

  private static void observable(
      Map<String, Observable> seen, String name, Observable.Type type, String value) {
    seen.putIfAbsent(type + value, new Observable(name, type, value));
  }

  private Resource resource(CaseView view) {
    ServerInstance instance = view.instance();
    String name = instance.executable() == null ? instance.key() : instance.executable();
    return new Resource(
        config.host() + "/" + instance.kind() + "/" + instance.key(), name, "server-instance");
  }
}
