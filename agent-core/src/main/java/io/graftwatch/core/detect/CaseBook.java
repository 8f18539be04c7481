package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.lineage.Attribution;
import io.graftwatch.core.lineage.ServerInstance;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.core.state.StateWriter;
import io.graftwatch.delivery.finding.Activity;
import io.graftwatch.delivery.finding.DetectionFinding;
import io.graftwatch.delivery.finding.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All cases of the host: weighs signs into evidence, keeps it by instance, and tells findings.
final class CaseBook {
  private static final int MAX_INSTANCES = 16_384;

  /// Repeated evidence is looked at again after this at the latest. Microseconds.
  private static final long REFRESH = 60_000_000L;

  private static final long SECOND = 1_000_000L;

  /// Between two looks for cases that have grown old. Microseconds.
  private static final long SWEEP = 3_600_000_000L;

  private final EngineConfig config;
  private final SiteKnowledge site;
  private final Assessor assessor;

  /// Where cases are held together by time; null where lineage and components do.
  private final @Nullable HostAssessor hosts;

  private final Composer composer;
  private final Desk desk = new Desk();
  private final Weighing weighing;
  private final Storm storm = new Storm();
  private final Map<ServerInstance, InstanceBook> books = new HashMap<>();

  /// Books with components.
  private final Set<InstanceBook> placed = new LinkedHashSet<>();

  /// File → the book of the lineage that wrote it.
  private final Map<String, InstanceBook> writers = new HashMap<>();

  /// Books with repeated evidence that has not been looked at.
  private final Set<InstanceBook> held = new LinkedHashSet<>();

  private long swept = Long.MIN_VALUE;

  /// Nothing more will come.
  private boolean ended;

  private final List<DetectionFinding> told = new ArrayList<>();
  private @Nullable Coverage coverage;

  CaseBook(EngineConfig config, SiteKnowledge site) {
    this.config = config;
    this.site = site;
    Duration window = config.analytics().timeWindow(config.analytic());
    long micros = window.toSeconds() * 1_000_000L;
    this.assessor =
        new Assessor(
            config.catalogue(),
            config.family(),
            micros,
            config.catalogue().analytic(config.analytic()).chain());
    this.hosts =
        config.administered()
            ? new HostAssessor(
                assessor,
                config.catalogue().hypervisor(),
                config.site(),
                config.analytics(),
                micros)
            : null;
    this.composer = new Composer(config, new Narrator(config.catalogue(), config.host()));
    this.weighing = new Weighing(config, site);
  }

  void coverage(List<Coverage> all) {
    coverage =
        all.stream().filter(c -> c.analytic().equals(config.analytic())).findFirst().orElse(null);
  }

  InstanceBook of(ServerInstance instance, long time) {
    InstanceBook known = books.get(instance);
    if (known == null) {
      if (books.size() >= MAX_INSTANCES) {
        return books.computeIfAbsent(
            ServerInstance.anyOf(instance.kind()), i -> new InstanceBook(i, time));
      }
      known = new InstanceBook(instance, time);
      books.put(instance, known);
    }
    return known;
  }

  int size() {
    return (int) books.values().stream().filter(b -> !b.isEmpty()).count();
  }

  long suppressed() {
    return storm.count;
  }

  boolean isPlaced(ServerInstance instance, String path) {
    InstanceBook known = books.get(instance);
    return known != null && known.components.containsKey(path);
  }

  /// A server's lineage wrote a file.
  void wrote(ServerInstance instance, String path, long time) {
    InstanceBook book = of(instance, time);
    String forgotten = book.wrote(path);
    writers.putIfAbsent(path, book);
    if (forgotten != null) {
      writers.remove(forgotten, book);
    }
  }

  /// The instance whose lineage wrote what a process runs, attributed by adoption.
  @Nullable Attribution adopted(ProcessStart start) {
    if (writers.isEmpty()) {
      return null;
    }
    InstanceBook writer = writers.get(start.image().path());
    writer = writer == null ? writers.get(start.image().script()) : writer;
    for (int i = 0; writer == null && i < start.argv().size(); i++) {
      String argument = start.argv().get(i);
      writer = argument.startsWith("/") ? writers.get(argument) : null;
    }
    return writer == null
        ? null
        : new Attribution(
            writer.instance,
            Attribution.Basis.ADOPTION.quality(),
            Attribution.Basis.ADOPTION,
            false);
  }

  void removed(String path, long time) {
    String stem = Component.stem(path);
    for (InstanceBook each : placed) {
      Component component = each.components.get(stem);
      if (component == null || !path.equals(component.path)) {
        component = each.components.get(path);
      }
      if (component != null && path.equals(component.path)) {
        component.removed = Math.max(component.removed, time);
        refresh(each, time);
      }
    }
  }

  /// Weighs a sign and adds it to its case.
  void record(Fact fact, Attribution by, Sign sign, long now) {
    InstanceBook book = of(by.instance(), fact.time());
    Evidence evidence = weigh(fact, by, sign, book);
    Sign.ComponentName name = sign.component();
    Component component = name == null ? null : book.component(name);
    boolean news;
    if (component != null) {
      placed.add(book);
      component.written = Math.max(component.written, fact.time());
      news = component.evidence.add(evidence);
    } else {
      news = book.shared.add(evidence);
    }
    String command = ExecutionRules.discoveryCommand(sign);
    if (command != null && evidence.solid()) {
      news |= book.discovered(command, evidence);
    }
    if (sign.code().equals("N1") || sign.code().equals("N2")) {
      news |= book.connected(evidence);
    }
    weighing.learn(sign, evidence, book);
    if (news || now - book.looked >= REFRESH) {
      refresh(book, now);
    } else {
      held.add(book);
    }
  }

  /// Adds what an administered host's log told to its timeline.
  void record(Fact fact, Attribution by, HostRules.Draft draft, long now) {
    InstanceBook book = of(by.instance(), fact.time());
    Sign sign = draft.sign();
    Evidence evidence = sign == null ? null : weigh(fact, by, sign, book);
    var act =
        new Act(
            draft.kind(),
            fact.time(),
            fact.provenance().shown(),
            evidence,
            draft.access(),
            draft.run(),
            draft.data());
    if (!timeline(book).add(act)) {
      return;
    }
    if (sign != null && evidence != null) {
      weighing.learn(sign, evidence, book);
      if (now - book.looked >= SECOND || timeline(book).like(act) == 1) {
        refresh(book, now);
      }
    }
    held.add(book); // what follows may give it another meaning
  }

  Timeline timeline(ServerInstance instance, long time) {
    return timeline(of(instance, time));
  }

  private static Timeline timeline(InstanceBook book) {
    if (book.timeline == null) {
      book.timeline = new Timeline();
    }
    return book.timeline;
  }

  Evidence weigh(Fact fact, Attribution by, Sign sign, InstanceBook book) {
    return weighing.weigh(fact, by, sign, fact.time() - book.watched);
  }

  /// Nothing was seen for so long that what is unseen since proves little.
  void gap(long from, long to) {
    if (to - from > Baseline.DAY) {
      books.values().forEach(book -> book.watched = Math.max(book.watched, to));
    }
  }

  /// Looks at an instance's cases anew and tells what is new.
  void refresh(InstanceBook book, long now) {
    held.remove(book);
    book.looked = now;
    boolean learning = !site.site().declared() && now - book.since <= Baseline.LEARNING;
    List<CaseView> views = views(book, now);
    String taker = null;
    boolean unknown = false;
    boolean active = false;
    for (CaseView view : views) {
      active |= view.state().compareTo(CaseState.ACTIVE) >= 0 && Desk.opens(view, learning);
      if (view.component() == null) {
        unknown = book.timeline == null || Desk.opens(view, learning);
      }
      boolean said = tell(view, learning, now);
      if (view.gone()) {
        close(view, now, null);
      } else if (!said && desk.owes(composer.uid(view), view)) {
        held.add(book);
      }
      if (view.component() != null && (view.delta() >= 0 || book.timeline != null)) {
        taker = composer.uid(view);
      }
      if (view.component() != null) {
        for (CaseView part : assessor.parts(book, view.component())) {
          close(part, now, composer.uid(view));
        }
      }
    }
    book.active = active;
    if (book.unknown != null && !unknown && taker != null) {
      close(book.unknown, now, taker);
    }
    if (unknown) {
      book.unknown = views.getLast();
    }
    if (book.instance.general()) {
      for (InstanceBook each : instances(book)) {
        refresh(each, now);
      }
    } else {
      handOver(general(book), views, now);
    }
  }

  /// The instances of a general book's kind that something is known of.
  private List<InstanceBook> instances(InstanceBook general) {
    return books.values().stream()
        .filter(each ->
            each != general
                && each.instance.kind().equals(general.instance.kind())
                && !each.isEmpty())
        .toList();
  }

  /// The cases of an instance. A component that is known for the kind in general is a case of the
  /// instances that have taken it up, if any has.
  private List<CaseView> views(InstanceBook book, long now) {
    if (hosts != null && book.timeline != null) {
      return hosts.assess(book, book.timeline, ended ? Long.MAX_VALUE : now);
    }
    InstanceBook general = general(book);
    List<CaseView> views = assessor.assess(book, general);
    if (!book.instance.general() || book.components.isEmpty()) {
      return views;
    }
    var taken = new HashSet<String>();
    for (InstanceBook each : instances(book)) {
      for (CaseView view : assessor.assess(each, general)) {
        if (view.component() != null) {
          taken.add(view.component().stem);
        }
      }
    }
    return views.stream()
        .filter(view -> view.component() == null || !taken.contains(view.component().stem))
        .toList();
  }

  /// Closes what was told of the kind in general and is now told of an instance.
  private void handOver(InstanceBook general, List<CaseView> views, long now) {
    if (!general.instance.general()) {
      return;
    }
    for (CaseView view : views) {
      if (view.component() != null) {
        for (CaseView before : assessor.assess(general, general)) {
          if (before.component() != null && before.implantKey().equals(view.implantKey())) {
            close(before, now, composer.uid(view));
          }
        }
      }
    }
  }

  /// @return whether there was anything to say
  private boolean tell(CaseView view, boolean learning, long now) {
    String uid = composer.uid(view);
    if (desk.isNew(uid, view, learning)) {
      if (!storm.admits(now)) {
        storm.hold(composer.held(view), now);
        report(now);
        return false;
      }
      storm.admitted(uid, now);
    }
    Desk.Decision decision = desk.consider(uid, view, learning, now);
    if (decision == null) {
      return false;
    }
    told.add(compose(view, decision, null));
    return true;
  }

  private DetectionFinding compose(
      CaseView view, Desk.Decision decision, @Nullable String mergedInto) {
    return composer.compose(
        view,
        decision.activity(),
        decision.said().revision,
        decision.said().created,
        Desk.severity(view),
        coverage,
        mergedInto);
  }

  private void report(long now) {
    Storm.Report report = storm.report(now);
    if (report != null) {
      told.add(composer.storm(report, coverage));
    }
  }

  private void close(CaseView view, long now, @Nullable String mergedInto) {
    Desk.Decision decision = desk.close(composer.uid(view), view, now);
    if (decision != null) {
      told.add(compose(view, decision, mergedInto));
    }
  }

  /// Tells updates that were held back for long enough; now and then closes what has grown old.
  void advance(long now) {
    for (InstanceBook book : held.isEmpty() ? List.<InstanceBook>of() : List.copyOf(held)) {
      if (now - book.looked >= REFRESH) {
        refresh(book, now);
      }
    }
    if (swept == Long.MIN_VALUE || now - swept >= SWEEP) {
      sweep(now);
    }
    if (storm.waits(now)) {
      release(now);
    }
    report(now);
  }

  /// The storm guard has room again: tells what it held back.
  private void release(long now) {
    List.copyOf(books.values()).forEach(book -> refresh(book, now));
    if (storm.waits(now)) {
      // What is still held has become part of another case.
      storm.held.clear();
    }
  }

  /// Tells every update that was held back, and closes what has grown old.
  void finish(long now) {
    ended = true;
    List.copyOf(held).forEach(book -> refresh(book, now));
    sweep(now);
  }

  private void sweep(long now) {
    swept = now;
    for (InstanceBook book : books.values()) {
      for (CaseView view : views(book, now)) {
        if (desk.stale(composer.uid(view), view, now)) {
          close(view, now, null);
        }
      }
    }
  }

  private InstanceBook general(InstanceBook book) {
    if (book.instance.general()) {
      return book;
    }
    InstanceBook general = books.get(ServerInstance.anyOf(book.instance.kind()));
    return general == null ? book : general;
  }

  void write(StateWriter out) {
    out.list(books.values(), book -> EngineState.write(out, book));
    EngineState.write(out, desk.cases());
    EngineState.write(out, weighing.baseline());
    EngineState.write(out, storm);
  }

  void read(StateReader in) {
    for (int i = in.count(); i > 0; i--) {
      InstanceBook book = EngineState.readBook(in);
      held.add(book); // an update may have been held back
      books.put(book.instance, book);
      book.written().forEach(path -> writers.putIfAbsent(path, book));
      if (!book.components.isEmpty()) {
        placed.add(book);
      }
    }
    EngineState.readCases(in, desk.cases());
    EngineState.read(in, weighing.baseline());
    EngineState.read(in, storm);
    for (InstanceBook book : books.values()) {
      List<CaseView> views =
          book.timeline == null ? assessor.assess(book, general(book)) : views(book, book.looked);
      for (CaseView view : views) {
        if (view.component() == null) {
          book.unknown = view;
        }
      }
    }
  }

  List<DetectionFinding> drain() {
    if (told.isEmpty()) {
      return List.of();
    }
    List<DetectionFinding> out = List.copyOf(told);
    told.clear();
    return out;
  }

  List<DetectionFinding> finalStates() {
    var byUid = new HashMap<String, CaseView>();
    for (InstanceBook book : books.values()) {
      for (CaseView view : views(book, Long.MAX_VALUE)) {
        byUid.merge(
            composer.uid(view), view, (a, b) -> CaseView.WORST_FIRST.compare(a, b) <= 0 ? a : b);
      }
    }
    var states = new ArrayList<DetectionFinding>();
    byUid.forEach((uid, view) -> {
      Desk.Said said = desk.said(uid);
      boolean closed = view.gone() || (said != null && said.closed && Desk.opens(view, false));
      Severity severity = Desk.severity(view);
      states.add(
          composer.compose(
              view,
              closed ? Activity.CLOSE : Activity.CREATE,
              1,
              view.first(),
              severity,
              coverage,
              null));
    });
    states.sort(Comparator.comparing(finding -> finding.findingInfo().uid()));
    return states;
  }
}
