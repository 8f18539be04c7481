package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Analytic;
import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.catalogue.ServerProfile;
import io.graftwatch.core.catalogue.Technique;
import io.graftwatch.core.config.Glob;
import io.graftwatch.delivery.finding.Attack;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Names a case in MITRE's words: analytics and techniques.
final class Techniques {
  private final Catalogue catalogue;
  private final String platform;

  Techniques(Catalogue catalogue, String platform) {
    this.catalogue = catalogue;
    this.platform = platform;
  }

  /// An analytic as findings name it.
  io.graftwatch.delivery.finding.Analytic analytic(String id) {
    for (Analytic analytic : catalogue.analytics()) {
      if (analytic.id().equals(id)) {
        return new io.graftwatch.delivery.finding.Analytic(
            id, analytic.title(), analytic.strategy(), "1.0");
      }
    }
    return new io.graftwatch.delivery.finding.Analytic(id, id, "DET0547", "1.0");
  }

  /// Analytics of sub-techniques that the evidence names.
  List<io.graftwatch.delivery.finding.Analytic> related(CaseView view) {
    var related = new ArrayList<io.graftwatch.delivery.finding.Analytic>();
    Set<String> named = subTechniques(view);
    for (Analytic analytic : catalogue.analytics()) {
      if (analytic.platform().equals(platform) && named.contains(analytic.technique())) {
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
    if (platform.equals("macos") && ranInWebRoot(view)) {
      named.add("T1505.003");
    }
    return named;
  }

  /// Something ran in a folder that the server serves, as scripts of PHP and CGI do. It stands for
  /// the written script that no source of macOS shows.
  private boolean ranInWebRoot(CaseView view) {
    for (ServerProfile profile : catalogue.servers()) {
      if (profile.kind().equals(view.instance().kind())) {
        for (Evidence each : view.evidence()) {
          Subject.ProcessView process = each.subject().process();
          String cwd = process == null || each.code().charAt(0) != 'X' ? null : process.cwd();
          if (cwd != null
              && profile.webRoots().stream().anyMatch(root -> Glob.path(root).matches(cwd + "/"))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /// The techniques of a case: T1505 first, then what its evidence names.
  List<Attack> attacks(CaseView view, List<Evidence> evidence) {
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
      if (each.code().equals("D1") || each.code().equals("D2")) {
        techniques.removeAll(catalogue.code(each.code()).techniques());
        techniques.add(jobTechnique(each.subject().job()));
      }
      if (each.code().equals("T2") && platform.equals("esxi")) {
        techniques.removeAll(catalogue.code("T2").techniques());
        techniques.add("T1562");
      }
      if (each.code().equals("T2") && platform.equals("windows")) {
        techniques.removeAll(catalogue.code("T2").techniques());
        techniques.add(blindingTechnique(each.subject().text()));
      }
    }
    var attacks = new ArrayList<Attack>();
    for (String technique : techniques) {
      attacks.add(attack(technique));
    }
    return attacks;
  }

  /// What all cases have in common.
  List<Attack> attacks() {
    return List.of(attack("T1505"));
  }

  private static @Nullable String interpreterTechnique(Evidence evidence) {
    Subject.ProcessView process = evidence.subject().process();
    if (process == null || process.exe() == null) {
      return null;
    }
    String name = SiteKnowledge.fileName(process.exe());
    String windows = windowsInterpreter(name.toLowerCase(Locale.ROOT));
    if (windows != null) {
      return windows;
    }
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

  private static @Nullable String windowsInterpreter(String name) {
    return switch (name) {
      case "powershell.exe", "powershell_ise.exe", "pwsh.exe" -> "T1059.001";
      case "cmd.exe" -> "T1059.003";
      case "cscript.exe", "wscript.exe" -> "T1059.005";
      default -> null;
    };
  }

  private static String blindingTechnique(@Nullable String text) {
    return text != null && text.contains("LOG_CLEARED") ? "T1070.001" : "T1562.002";
  }

  private static String jobTechnique(@Nullable String job) {
    return switch (job == null ? "" : job) {
      case "CRON", "crontab" -> "T1053.003";
      case "AT", "at", "batch" -> "T1053.002";
      case "SYSTEMD", "systemctl" -> "T1543.002";
      case "LAUNCHD", "launchctl" -> "T1543.004";
      case "AUTHORIZED_KEYS" -> "T1098.004";
      case "RC_SCRIPT" -> "T1037.004";
      case "TASK", "schtasks" -> "T1053.005";
      case "SERVICE", "sc" -> "T1543.003";
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
}
