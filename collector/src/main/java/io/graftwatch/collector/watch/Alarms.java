package io.graftwatch.collector.watch;

import io.graftwatch.collector.config.Config;
import io.graftwatch.collector.store.Condition;
import io.graftwatch.collector.store.Condition.Kind;
import io.graftwatch.collector.watch.Telling.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is to be told of what is wrong: each trouble when its grace is over, its end when it ends,
/// and what befalls many agents within ten minutes as one incident of the fleet. A pure function of
/// the conditions and the time.
final class Alarms {
  private static final Duration TOGETHER = Duration.ofMinutes(10);
  private static final Duration BETWEEN_UPDATES = Duration.ofMinutes(1);

  private final Config.Watch limits;
  private final long now;
  private final List<Telling> tell = new ArrayList<>();
  private final List<Condition> told = new ArrayList<>();
  private final List<Condition> over = new ArrayList<>();

  /// @param told conditions as they are once `tell` has been said
  /// @param over conditions that are done with
  record Plan(List<Telling> tell, List<Condition> told, List<Condition> over) {
    boolean isEmpty() {
      return told.isEmpty() && over.isEmpty();
    }
  }

  private Alarms(Config.Watch limits, long now) {
    this.limits = limits;
    this.now = now;
  }

  static Plan of(List<Condition> conditions, Config.Watch limits, long now) {
    var alarms = new Alarms(limits, now);
    for (Kind kind : Kind.values()) {
      if (!limits.off().contains(kind.word())) {
        alarms.plan(kind, conditions.stream().filter(c -> c.kind() == kind).toList());
      }
    }
    return new Plan(alarms.tell, alarms.told, alarms.over);
  }

  private void plan(Kind kind, List<Condition> all) {
    Condition fleet = all.stream().filter(Condition::isFleet).findFirst().orElse(null);
    List<Condition> single = all.stream().filter(c -> !c.isFleet()).toList();
    single.stream().filter(c -> c.isTold() && !c.isOpen()).forEach(this::close);
    List<Condition> open = single.stream().filter(Condition::isOpen).toList();
    List<Condition> due = open.stream().filter(c -> !c.isTold() && isRipe(c)).toList();
    if (fleet != null) {
      goOn(fleet, open, due);
      return;
    }
    List<Condition> recent =
        open.stream()
            .filter(c -> c.isTold() && !c.gathered() && now - c.toldAt() <= TOGETHER.toMillis())
            .toList();
    if (!due.isEmpty() && agents(due) + agents(recent) >= limits.storm()) {
      gather(kind, due, recent);
    } else {
      due.forEach(this::open);
    }
  }

  /// Held so long that it will not mend itself. What is measured by heartbeats ripens with them:
  /// while none comes, nothing is known.
  private boolean isRipe(Condition condition) {
    long grace =
        switch (condition.kind()) {
          case SILENT, CLONE -> 0;
          case GAP, LEDGER, SOURCE, CLOCK, CERTIFICATE -> limits.grace().toMillis();
          case COVERAGE -> limits.coverageGrace().toMillis();
        };
    // Who was heard while our clock ran ahead has been silent since a time to come.
    return grace == 0 || condition.seen() - condition.since() >= grace;
  }

  private void open(Condition condition) {
    tell.add(Telling.of(condition, Stage.OPENED));
    told.add(condition.told(now, condition.revision() + 1, false, 0));
  }

  private void close(Condition condition) {
    if (!condition.gathered()) {
      tell.add(Telling.of(condition, Stage.CLOSED));
    }
    over.add(condition);
  }

  /// Begins the fleet's incident; what was told one by one a moment ago is merged into it.
  private void gather(Kind kind, List<Condition> due, List<Condition> recent) {
    var members = new ArrayList<>(recent);
    members.addAll(due);
    long since = members.stream().mapToLong(Condition::since).min().orElse(now);
    Condition fleet = Condition.found(Condition.FLEET, kind, "", "", "", since);
    List<String> hosts = hosts(members);
    tell.add(new Telling(fleet, Stage.OPENED, 1, hosts, null));
    told.add(fleet.told(now, 1, false, hosts.size()));
    for (Condition condition : recent) {
      tell.add(new Telling(condition, Stage.CLOSED, condition.revision() + 1, List.of(), fleet));
      told.add(condition.told(now, condition.revision() + 1, true, 0));
    }
    due.forEach(condition -> told.add(condition.told(now, 0, true, 0)));
  }

  /// Keeps the fleet's incident up to date. It ends when so few are left that each can be told.
  private void goOn(Condition fleet, List<Condition> open, List<Condition> due) {
    var members = new ArrayList<>(open.stream().filter(Condition::gathered).toList());
    members.addAll(due);
    List<String> hosts = hosts(members);
    if (hosts.size() <= limits.storm() / 2) {
      tell.add(new Telling(fleet, Stage.CLOSED, fleet.revision() + 1, hosts, null));
      over.add(fleet);
      members.forEach(this::reopen);
      return;
    }
    due.forEach(condition -> told.add(condition.told(now, 0, true, 0)));
    if (hosts.size() != fleet.members() && now - fleet.toldAt() >= BETWEEN_UPDATES.toMillis()) {
      tell.add(new Telling(fleet, Stage.CHANGED, fleet.revision() + 1, hosts, null));
      told.add(fleet.told(now, fleet.revision() + 1, false, hosts.size()));
    }
  }

  /// A condition that was merged has a finding that was closed; it is opened again.
  private void reopen(Condition condition) {
    Stage stage = condition.revision() == 0 ? Stage.OPENED : Stage.CHANGED;
    tell.add(Telling.of(condition, stage));
    told.add(condition.told(now, condition.revision() + 1, false, 0));
  }

  private static long agents(List<Condition> conditions) {
    return conditions.stream().map(Condition::subject).distinct().count();
  }

  private static List<String> hosts(List<Condition> members) {
    return members.stream()
        .sorted(Comparator.comparingLong(Condition::since).thenComparing(Condition::host))
        .collect(
            java.util.stream.Collectors.toMap(
                Condition::subject, Condition::host, (a, _) -> a, java.util.LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }
}
