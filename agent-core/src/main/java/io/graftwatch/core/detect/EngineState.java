package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Raw;
import io.graftwatch.core.lineage.Lineage;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.core.state.StateWriter;
import io.graftwatch.delivery.finding.Confidence;
import io.graftwatch.delivery.finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes evidence, cases, desk and baseline down and reads them back.
final class EngineState {
  private EngineState() {}

  static void write(StateWriter out, InstanceBook book) {
    Lineage.write(out, book.instance);
    out.number(book.since);
    out.number(book.watched);
    out.flag(book.active);
    aggregate(out, book.shared);
    out.list(book.components.values(), component -> component(out, component));
    times(out, book.discovery);
    optional(out, book.discovered);
    out.number(book.destinations.size());
    book.destinations.forEach((remote, destination) -> {
      out.text(remote);
      evidence(out, destination.best);
      times(out, destination.times);
    });
    out.list(book.written(), out::text);
    out.number(book.deaths().size());
    book.deaths()
        .forEach((pid, time) -> {
          out.number(pid);
          out.number(time);
        });
    times(out, book.crashes);
    optional(out, book.crash);
    out.flag(book.timeline != null);
    if (book.timeline != null) {
      timeline(out, book.timeline);
    }
  }

  private static void timeline(StateWriter out, Timeline timeline) {
    out.number(timeline.installed().size());
    timeline
        .installed()
        .forEach((vib, listed) -> {
          out.text(vib);
          out.number(listed);
        });
    out.list(timeline.vendors(), out::text);
    out.list(timeline.acts(), act -> act(out, act));
    out.number(timeline.folded().size());
    timeline
        .folded()
        .forEach((slot, count) -> {
          out.text(slot);
          out.number(count);
        });
  }

  private static void act(StateWriter out, Act act) {
    out.text(act.kind().name());
    out.number(act.time());
    out.text(act.record());
    optional(out, act.evidence());
    out.text(act.access().vector());
    out.text(act.access().user());
    out.text(act.access().address());
    out.text(act.access().session());
    out.text(act.run());
    out.number(act.data().size());
    new TreeMap<>(act.data())
        .forEach((name, value) -> {
          out.text(name);
          out.text(value);
        });
  }

  private static Timeline readTimeline(StateReader in) {
    var timeline = new Timeline();
    for (int i = in.count(); i > 0; i--) {
      timeline.installed().put(in.requiredText(), in.number());
    }
    for (int i = in.count(); i > 0; i--) {
      timeline.vendors().add(in.requiredText());
    }
    for (int i = in.count(); i > 0; i--) {
      boolean _ = timeline.add(readAct(in));
    }
    for (int i = in.count(); i > 0; i--) {
      timeline.folded().put(in.requiredText(), in.number());
    }
    return timeline;
  }

  private static Act readAct(StateReader in) {
    Act.Kind kind = Act.Kind.valueOf(in.requiredText());
    long time = in.number();
    String record = in.requiredText();
    Evidence evidence = readOptional(in);
    var access = new Act.Access(in.text(), in.text(), in.text(), in.text());
    String run = in.text();
    var data = new TreeMap<String, String>();
    for (int i = in.count(); i > 0; i--) {
      data.put(in.requiredText(), in.requiredText());
    }
    return new Act(kind, time, record, evidence, access, run, data);
  }

  static InstanceBook readBook(StateReader in) {
    var book = new InstanceBook(Lineage.readInstance(in), in.number());
    book.watched = in.number();
    book.active = in.flag();
    aggregate(in, book.shared);
    for (int i = in.count(); i > 0; i--) {
      Component component = readComponent(in);
      book.components.put(component.stem, component);
    }
    times(in, book.discovery);
    book.discovered = readOptional(in);
    for (int i = in.count(); i > 0; i--) {
      String remote = in.requiredText();
      Evidence best = readEvidence(in);
      var connected = new Times();
      times(in, connected);
      book.destinations.put(remote, new Destination(best, connected));
    }
    for (int i = in.count(); i > 0; i--) {
      book.wrote(in.requiredText());
    }
    for (int i = in.count(); i > 0; i--) {
      book.deaths().put(in.integer(), in.number());
    }
    times(in, book.crashes);
    book.crash = readOptional(in);
    if (in.flag()) {
      book.timeline = readTimeline(in);
    }
    return book;
  }

  private static void component(StateWriter out, Component component) {
    out.text(component.stem);
    out.text(component.path);
    out.text(component.registration);
    out.number(component.removed);
    out.number(component.written);
    aggregate(out, component.evidence);
  }

  private static Component readComponent(StateReader in) {
    var component = new Component(in.requiredText());
    component.path = in.text();
    component.registration = in.text();
    component.removed = in.number();
    component.written = in.number();
    aggregate(in, component.evidence);
    return component;
  }

  private static void aggregate(StateWriter out, Aggregate aggregate) {
    out.list(aggregate.codes.values(), stat -> stat(out, stat));
    optional(out, aggregate.latest);
  }

  private static void aggregate(StateReader in, Aggregate aggregate) {
    for (int i = in.count(); i > 0; i--) {
      CodeStat stat = readStat(in);
      aggregate.codes.put(stat.code, stat);
    }
    aggregate.latest = readOptional(in);
  }

  private static void stat(StateWriter out, CodeStat stat) {
    evidence(out, stat.best);
    optional(out, stat.bestSolid);
    out.number(stat.count);
    out.number(stat.first);
    out.number(stat.last);
    out.number(stat.solidFirst);
    out.number(stat.solidLast);
    out.list(stat.subtrees, subtree -> out.number(subtree));
  }

  private static CodeStat readStat(StateReader in) {
    var stat = new CodeStat(readEvidence(in));
    stat.bestSolid = readOptional(in);
    stat.count = in.number();
    stat.first = in.number();
    stat.last = in.number();
    stat.solidFirst = in.number();
    stat.solidLast = in.number();
    stat.subtrees.clear();
    for (int i = in.count(); i > 0; i--) {
      stat.subtrees.add(in.integer());
    }
    return stat;
  }

  private static void times(StateWriter out, Map<String, Times> all) {
    out.number(all.size());
    all.forEach((name, times) -> {
      out.text(name);
      times(out, times);
    });
  }

  private static void times(StateReader in, Map<String, Times> all) {
    for (int i = in.count(); i > 0; i--) {
      String name = in.requiredText();
      var times = new Times();
      times(in, times);
      all.put(name, times);
    }
  }

  private static void times(StateWriter out, Times times) {
    out.number(times.size());
    for (int i = 0; i < times.size(); i++) {
      out.number(times.get(i));
    }
  }

  private static void times(StateReader in, Times times) {
    for (int i = in.count(); i > 0; i--) {
      times.add(in.number());
    }
  }

  private static void optional(StateWriter out, @Nullable Evidence evidence) {
    out.flag(evidence != null);
    if (evidence != null) {
      evidence(out, evidence);
    }
  }

  private static @Nullable Evidence readOptional(StateReader in) {
    return in.flag() ? readEvidence(in) : null;
  }

  private static void evidence(StateWriter out, Evidence evidence) {
    out.text(evidence.code());
    out.number(evidence.time());
    out.text(evidence.source());
    out.text(evidence.record());
    out.real(evidence.p());
    out.real(evidence.factor());
    out.real(evidence.b());
    out.real(evidence.q());
    out.flag(evidence.preexisting());
    subject(out, evidence.subject());
  }

  private static Evidence readEvidence(StateReader in) {
    return new Evidence(
        in.requiredText(),
        in.number(),
        in.requiredText(),
        in.requiredText(),
        in.real(),
        in.real(),
        in.real(),
        in.real(),
        in.flag(),
        readSubject(in));
  }

  private static void subject(StateWriter out, Subject subject) {
    Subject.ProcessView process = subject.process();
    out.flag(process != null);
    if (process != null) {
      out.number(process.pid());
      out.number(process.start());
      out.text(process.exe());
      out.text(process.script());
      out.text(process.commandLine());
      out.text(process.cwd());
      out.number(process.uid());
      out.text(process.user());
      out.text(process.unit());
    }
    out.list(
        subject.ancestry(),
        ancestor -> {
          out.number(ancestor.pid());
          out.text(ancestor.exe());
          out.text(ancestor.commandLine());
        });
    out.number(subject.subtree());
    out.text(subject.path());
    out.text(subject.file());
    out.text(subject.sha256());
    out.text(subject.packageOwner());
    out.text(subject.address());
    out.number(subject.port());
    out.text(subject.protocol());
    out.text(subject.job());
    out.text(subject.text());
    out.number(subject.data().size());
    new TreeMap<>(subject.data())
        .forEach((name, value) -> {
          out.text(name);
          out.text(value);
        });
    out.text(subject.raw().text());
  }

  private static Subject readSubject(StateReader in) {
    Subject.ProcessView process = null;
    if (in.flag()) {
      process =
          new Subject.ProcessView(
              in.integer(),
              in.number(),
              in.text(),
              in.text(),
              in.requiredText(),
              in.text(),
              in.integer(),
              in.text(),
              in.text());
    }
    List<Subject.Ancestor> ancestry = new ArrayList<>();
    for (int i = in.count(); i > 0; i--) {
      ancestry.add(new Subject.Ancestor(in.integer(), in.text(), in.requiredText()));
    }
    int subtree = in.integer();
    String path = in.text();
    String file = in.text();
    String sha256 = in.text();
    String owner = in.text();
    String address = in.text();
    int port = in.integer();
    String protocol = in.text();
    String job = in.text();
    String text = in.text();
    var data = new TreeMap<String, String>();
    for (int i = in.count(); i > 0; i--) {
      data.put(in.requiredText(), in.requiredText());
    }
    return new Subject(
        process,
        List.copyOf(ancestry),
        subtree,
        path,
        file,
        sha256,
        owner,
        address,
        port,
        protocol,
        job,
        text,
        Map.copyOf(data),
        Raw.of(in.requiredText()));
  }

  static void write(StateWriter out, Map<String, Desk.Said> cases) {
    out.number(cases.size());
    cases.forEach((uid, said) -> {
      out.text(uid);
      out.number(said.revision);
      out.text(said.state.name());
      out.number(said.severity.id());
      out.number(said.confidence.id());
      out.list(said.classes, out::text);
      out.number(said.count);
      out.number(said.time);
      out.number(said.created);
      out.number(said.acted);
      out.flag(said.closed);
    });
  }

  static void readCases(StateReader in, Map<String, Desk.Said> cases) {
    for (int i = in.count(); i > 0; i--) {
      String uid = in.requiredText();
      var said = new Desk.Said();
      said.revision = in.integer();
      said.state = state(in.requiredText());
      said.severity = Severity.of(in.integer());
      said.confidence = Confidence.of(in.integer());
      said.classes = new TreeSet<>();
      for (int j = in.count(); j > 0; j--) {
        said.classes.add(in.requiredText());
      }
      said.count = in.number();
      said.time = in.number();
      said.created = in.number();
      said.acted = in.number();
      said.closed = in.flag();
      cases.put(uid, said);
    }
  }

  private static CaseState state(String name) {
    for (CaseState state : CaseState.values()) {
      if (state.name().equals(name)) {
        return state;
      }
    }
    throw new StateReader.StateException("there is no case state of that name");
  }

  static void write(StateWriter out, Baseline baseline) {
    out.number(baseline.entries().size());
    baseline
        .entries()
        .forEach((habit, entry) -> {
          out.text(habit.kind());
          out.text(habit.key());
          out.text(habit.code());
          out.text(habit.pattern());
          out.number(entry.days());
          out.number(entry.lastDay());
        });
  }

  static void read(StateReader in, Baseline baseline) {
    for (int i = in.count(); i > 0; i--) {
      var habit =
          new Baseline.Habit(
              in.requiredText(), in.requiredText(), in.requiredText(), in.requiredText());
      baseline.entries().put(habit, new Baseline.Entry(in.integer(), in.number()));
    }
  }

  static void write(StateWriter out, Storm storm) {
    out.list(storm.created, out::number);
    out.list(
        storm.held.values(),
        held -> {
          out.text(held.uid());
          out.text(held.title());
          out.number(held.severity().id());
          out.number(held.score());
          out.list(held.codes(), out::text);
        });
    out.number(storm.count);
    out.number(storm.told);
    out.number(storm.time);
    out.number(storm.begun);
    out.number(storm.revision);
  }

  static void read(StateReader in, Storm storm) {
    for (int i = in.count(); i > 0; i--) {
      storm.created.add(in.number());
    }
    for (int i = in.count(); i > 0; i--) {
      String uid = in.requiredText();
      String title = in.requiredText();
      Severity severity = Severity.of(in.integer());
      int score = in.integer();
      var codes = new ArrayList<String>();
      for (int j = in.count(); j > 0; j--) {
        codes.add(in.requiredText());
      }
      storm.held.put(uid, new Storm.Held(uid, title, severity, score, List.copyOf(codes)));
    }
    storm.count = in.number();
    storm.told = in.number();
    storm.time = in.number();
    storm.begun = in.number();
    storm.revision = in.integer();
  }
}
