package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.catalogue.Hypervisor;
import io.graftwatch.core.catalogue.ServerProfile;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.delivery.finding.Activity;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says what happened in words for a tired reader: one sentence as the message, one per evidence as
/// the explanation, what could not be seen, and what to do.
final class Narrator {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final int MAX_QUOTE = 160;
  private static final String LINEAGE = "the server's lineage ";
  private static final List<String> TELLING =
      List.of("X6", "X8", "X7", "X2", "X5", "X4", "X10", "X3", "X1");

  private final Catalogue catalogue;
  private final String host;

  Narrator(Catalogue catalogue, String host) {
    this.catalogue = catalogue;
    this.host = host;
  }

  String title(CaseView view) {
    String server = server(view);
    List<String> stages = stages(view);
    if (!stages.isEmpty()) {
      return server
          + (view.component() == null ? ": " : ": " + named(view) + ", ")
          + String.join(", ", stages);
    }
    Evidence network = view.best("N");
    boolean ran = view.best("X") != null;
    if (view.component() != null) {
      String component = named(view);
      if (ran && network != null) {
        return server + ": component " + component + ", then commands and " + connecting(network);
      }
      if (ran) {
        return server + ": component " + component + ", then commands";
      }
      if (network != null) {
        return server + ": component " + component + ", then " + connecting(network);
      }
      return server + ": component " + component + " " + stage(view);
    }
    if (ran && network != null) {
      return server
          + " started commands that "
          + (network.subject().unanswered() ? "tried to connect out" : "connected out");
    }
    if (ran) {
      return server + " started commands that it is not known to start";
    }
    if (network != null) {
      return server
          + (network.subject().unanswered() ? " tried" : " made")
          + " a connection that it is not known to make";
    }
    return server + ": " + view.evidence().getLast().code();
  }

  /// A storm in one sentence.
  String storm(Storm.Report report) {
    return report.count()
        + " more findings on "
        + host
        + " since "
        + clock(report.begun())
        + " were held back, as more than "
        + Storm.MOST
        + " came within an hour"
        + (report.activity() == Activity.CLOSE
            ? "; the storm is over, and they have been told."
            : ".");
  }

  /// The worst cases of a storm, one a line.
  static String worst(Storm.Report report) {
    var text = new StringBuilder();
    for (Storm.Held held : report.top()) {
      text.append(held.severity())
          .append(' ')
          .append(held.title())
          .append(" (")
          .append(held.uid())
          .append(").\n");
    }
    return text.toString();
  }

  private static String connecting(Evidence network) {
    return network.subject().unanswered() ? "an attempt to connect" : "a connection";
  }

  private static String stage(CaseView view) {
    return view.has("A3") ? "failed to load" : view.has("A2") ? "placed and loaded" : "placed";
  }

  /// The stages of a platform page that a case shows, in the page's order.
  private List<String> stages(CaseView view) {
    Set<String> shown = new LinkedHashSet<>();
    view.evidence().forEach(evidence -> shown.add(String.valueOf(Stages.of(evidence))));
    return catalogue.hypervisor().stages().stream()
        .map(Hypervisor.Stage::stage)
        .filter(shown::contains)
        .toList();
  }

  private String staged(CaseView view, List<String> stages) {
    var clauses = new ArrayList<String>();
    stages.forEach(stage -> clauses.add(catalogue.hypervisor().stage(stage).clause()));
    String by =
        view.evidence().stream()
            .filter(evidence -> "PDT".indexOf(evidence.code().charAt(0)) >= 0)
            .filter(evidence -> evidence.subject().data().containsKey(Stages.VECTOR))
            .map(evidence -> ", by " + who(evidence.subject()))
            .findFirst()
            .orElse("");
    return "On "
        + server(view)
        + " "
        + host
        + " "
        + join(clauses)
        + (view.component() == null ? "" : " (" + named(view) + ")")
        + by
        + ".";
  }

  /// One sentence.
  String message(CaseView view) {
    List<String> stages = stages(view);
    if (!stages.isEmpty()) {
      return staged(view, stages);
    }
    var parts = new ArrayList<String>();
    Evidence placed = view.best("P");
    Evidence activated = view.best("A");
    if (view.component() != null && placed != null) {
      parts.add("got component " + named(view) + unowned(placed));
      if (view.has("A3")) {
        parts.add("could not load it");
      }
    } else if (view.component() != null && activated != null) {
      parts.add("could not load component " + named(view));
    }
    Evidence ran = telling(view);
    if (ran != null) {
      parts.add(after(view) + "ran " + command(ran));
    }
    Evidence network = view.best("N");
    if (network != null) {
      parts.add(connection(network));
    }
    Evidence detached = view.best("D");
    if (detached != null) {
      parts.add("arranged to be started again through " + about(detached));
    }
    Evidence tampered = view.best("T");
    if (tampered != null) {
      parts.add(clause(tampered.code()));
    }
    if (parts.isEmpty()) {
      parts.add(view.evidence().stream().map(e -> clause(e.code())).findFirst().orElse("changed"));
    }
    return server(view) + " on " + host + " " + join(parts) + ".";
  }

  /// The command that tells most: what was run rather than that much was run.
  private static @Nullable Evidence telling(CaseView view) {
    for (String code : TELLING) {
      CodeStat stat = view.codes().get(code);
      if (stat != null && stat.bestSolid != null) {
        return stat.bestSolid;
      }
    }
    return view.best("X");
  }

  private static String after(CaseView view) {
    return view.component() != null && view.delta() >= 1_000_000L
        ? span(view.delta()) + " later "
        : "";
  }

  private static String unowned(Evidence placed) {
    return placed.solid() && (placed.code().startsWith("P1") || placed.code().equals("P8"))
        ? " that no package owns"
        : "";
  }

  private static String join(List<String> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.getLast();
  }

  /// The explanation: what happened in time order, how it hangs together, what was not seen.
  String explanation(CaseView view, @Nullable Coverage coverage) {
    var text = new StringBuilder();
    List<Evidence> all = view.evidence();
    for (int from = 0, to; from < all.size(); from = to) {
      to = from + 1;
      while (to < all.size() && sameAct(all.get(from), all.get(to))) {
        to++;
      }
      text.append(sentence(all.subList(from, to))).append('\n');
    }
    if (view.delta() >= 0 && view.component() != null && stages(view).isEmpty()) {
      text.append("What ran is tied to the component by server and time: ")
          .append(span(view.delta()))
          .append(" after it was placed.\n");
    }
    if (view.gone() || isRemoved(view)) {
      text.append(named(view))
          .append(" was removed by ")
          .append(clock(Objects.requireNonNull(view.component()).removed))
          .append(view.gone() ? ", and the server has started anew since.\n" : ".\n");
    }
    text.append(notSeen(view, coverage));
    return text.toString();
  }

  /// Whether the component is there no more, and no evidence says so.
  private static boolean isRemoved(CaseView view) {
    return view.component() != null && !view.component().present() && !view.has("T3");
  }

  /// One record of one process is told once, whatever it is evidence of.
  private static boolean sameAct(Evidence a, Evidence b) {
    return a.code().charAt(0) == 'X'
        && b.code().charAt(0) == 'X'
        && a.record().equals(b.record())
        && a.source().equals(b.source())
        && a.b() == b.b()
        && a.q() == b.q();
  }

  /// What was done, in one sentence, with all that it is evidence of.
  String sentence(List<Evidence> act) {
    Evidence evidence = act.getFirst();
    Subject subject = evidence.subject();
    var text = new StringBuilder(clock(evidence.time())).append(' ');
    Subject.ProcessView process = subject.process();
    switch (Stages.of(evidence) != null ? ' ' : evidence.code().charAt(0)) {
      case ' ' ->
          text.append(who(subject))
              .append(": ")
              .append(subject.text() != null ? quote(subject.text()) : about(evidence));
      case 'P' -> {
        text.append(who(subject));
        String verb =
            evidence.code().equals("P2") || evidence.code().equals("P10")
                ? " registered "
                : evidence.code().equals("P1+P2") ? " placed and registered " : " wrote ";
        text.append(verb).append(quote(subject.path()));
        if (subject.file() != null && !subject.file().equals(subject.path())) {
          text.append(" in ").append(quote(subject.file()));
        }
      }
      case 'X' -> {
        text.append(process == null ? "a process" : user(process));
        text.append(" ran ").append(command(evidence));
        text.append(lineage(subject));
      }
      case 'N' -> {
        text.append(process == null ? "a process" : process.image());
        text.append(process == null ? "" : " (" + user(process) + ")");
        text.append(' ').append(connection(evidence));
        text.append(lineage(subject));
      }
      default -> {
        text.append(process == null ? "the server" : who(subject));
        text.append(": ");
        text.append(subject.text() != null ? quote(subject.text()) : about(evidence));
      }
    }
    text.append(": ").append(clauses(act));
    if (evidence.b() < 1) {
      text.append(", but known here (weight ").append(evidence.b()).append(')');
    }
    if (evidence.q() < 1) {
      text.append(", attributed with quality ").append(evidence.q());
    }
    if (evidence.preexisting()) {
      text.append(", already so when the agent looked first");
    }
    return text.append(" [").append(String.join(" ", codes(act))).append("].").toString();
  }

  private static List<String> codes(List<Evidence> act) {
    return act.stream().map(Evidence::code).toList();
  }

  /// Clauses about the server's lineage share their subject.
  private String clauses(List<Evidence> act) {
    var verbs = new ArrayList<String>();
    var others = new ArrayList<String>();
    for (Evidence each : act) {
      String clause = clause(each.code());
      if (clause.startsWith(LINEAGE)) {
        verbs.add(clause.substring(LINEAGE.length()));
      } else {
        others.add(clause);
      }
    }
    if (!verbs.isEmpty()) {
      others.addFirst(LINEAGE + join(verbs));
    }
    return String.join("; ", others);
  }

  private String notSeen(CaseView view, @Nullable Coverage coverage) {
    var missing = new ArrayList<String>();
    if (!stages(view).isEmpty()) {
      missing.add(
          "what a component does on the host: its processes and connections are not logged");
    } else if (view.best("P") == null) {
      missing.add("how the implant was placed");
    }
    if (view.best("X") == null && stages(view).isEmpty()) {
      missing.add("any command run by it");
    }
    if (view.best("N") == null && stages(view).isEmpty()) {
      missing.add("any connection made by it");
    }
    var text = new StringBuilder();
    if (!missing.isEmpty()) {
      text.append("Not seen: ").append(join(missing)).append(".\n");
    }
    if (coverage != null && coverage.level() != Coverage.Level.FULL) {
      text.append("Coverage of ")
          .append(coverage.analytic())
          .append(" is ")
          .append(coverage.level())
          .append(": ")
          .append(String.join("; ", coverage.reasons()))
          .append(".\n");
    }
    if (coverage != null) {
      for (Coverage.BlindInterval blind : coverage.blind()) {
        text.append("Blind on ")
            .append(blind.source())
            .append(" from ")
            .append(clock(blind.from()))
            .append(" to ")
            .append(clock(blind.to()))
            .append(blind.lost() < 0 ? "" : ", " + blind.lost() + " records lost")
            .append(" (")
            .append(blind.reason())
            .append(").\n");
      }
    }
    return text.toString();
  }

  /// What to do, a sentence per code, the same advice once.
  String advice(CaseView view) {
    Set<String> advice = new LinkedHashSet<>();
    view.evidence().stream()
        .sorted(Evidence.BY_STRENGTH)
        .map(e -> catalogue.code(e.code()).advice())
        .filter(a -> !a.isEmpty())
        .limit(6)
        .forEach(advice::add);
    return String.join(" ", advice);
  }

  String server(CaseView view) {
    for (ServerProfile profile : catalogue.servers()) {
      if (profile.kind().equals(view.instance().kind())) {
        return profile.title();
      }
    }
    return view.instance().kind();
  }

  private static String named(CaseView view) {
    return quote(SiteKnowledge.fileName(view.shown()));
  }

  private String clause(String code) {
    return catalogue.code(code).meaning();
  }

  private static String who(Subject subject) {
    Subject.ProcessView process = subject.process();
    String user = subject.data().get(Stages.USER);
    String vector = subject.data().get(Stages.VECTOR);
    if (process == null && (user != null || vector != null)) {
      String address = subject.data().get(Stages.ADDRESS);
      return (user == null ? "somebody" : Redaction.of(user))
          + (vector == null ? "" : " through " + vector)
          + (address == null ? "" : " from " + address);
    }
    if (process == null) {
      return "somebody unseen";
    }
    String parent = subject.ancestry().isEmpty() ? null : subject.ancestry().getFirst().exe();
    return SiteKnowledge.fileName(process.image())
        + " ("
        + user(process)
        + (parent == null ? "" : ", from " + SiteKnowledge.fileName(parent))
        + ")";
  }

  private static String user(Subject.ProcessView process) {
    return process.user() != null
        ? process.user()
        : process.uid() == 0 ? "root" : process.uid() > 0 ? "uid " + process.uid() : "a process";
  }

  /// Programs above a process, nearest first; a worker and its master are one.
  private static String lineage(Subject subject) {
    var chain = new ArrayList<String>();
    for (Subject.Ancestor ancestor : subject.ancestry()) {
      if (ancestor.exe() != null && ancestor.pid() > 1) {
        String name = SiteKnowledge.fileName(ancestor.exe());
        if (chain.isEmpty() || !chain.getLast().equals(name)) {
          chain.add(name);
        }
      }
    }
    return chain.isEmpty() ? "" : " under " + String.join(" ← ", chain);
  }

  private static String command(Evidence evidence) {
    Subject.ProcessView process = evidence.subject().process();
    if (process == null) {
      return about(evidence);
    }
    String line = process.commandLine().isEmpty() ? process.image() : process.commandLine();
    return quote(Redaction.of(line));
  }

  private static String connection(Evidence evidence) {
    Subject subject = evidence.subject();
    if (evidence.code().equals("N5")) {
      return "listened on " + end(subject);
    }
    String outcome = subject.data().get(Subject.OUTCOME);
    return (outcome == null ? "connected to " : "tried to connect to ")
        + end(subject)
        + ("refused".equals(outcome) ? " (refused)" : "");
  }

  private static String end(Subject subject) {
    String address = subject.address() == null ? "a hidden address" : subject.address();
    return subject.port() < 0
        ? address
        : (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + subject.port();
  }

  private static String about(Evidence evidence) {
    Subject subject = evidence.subject();
    if (subject.path() != null) {
      return quote(subject.path());
    }
    if (subject.job() != null) {
      return subject.job();
    }
    return subject.address() != null ? end(subject) : "it";
  }

  /// Attackers write these texts: shown on one line, bounded, control and direction marks escaped.
  static String quote(@Nullable String text) {
    if (text == null) {
      return "'?'";
    }
    var out = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      if (out.length() > MAX_QUOTE) {
        out.append('…');
        break;
      }
      char c = text.charAt(i);
      int type = Character.getType(c);
      if (Character.isISOControl(c)
          || type == Character.FORMAT
          || type == Character.LINE_SEPARATOR
          || type == Character.PARAGRAPH_SEPARATOR
          || (type == Character.SURROGATE && !isPair(text, i))) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('\'').toString();
  }

  private static boolean isPair(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  static String clock(long micros) {
    return CLOCK.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  static String span(long micros) {
    long seconds = micros / 1_000_000L;
    if (seconds < 1) {
      return "less than a second";
    }
    if (seconds < 120) {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
    long minutes = seconds / 60;
    if (minutes < 120) {
      return minutes + " minutes";
    }
    long hours = minutes / 60;
    return hours < 48 ? hours + " hours" : hours / 24 + " days";
  }
}
