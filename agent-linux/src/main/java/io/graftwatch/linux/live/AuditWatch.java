package io.graftwatch.linux.live;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.linux.process.BootClock;
import io.graftwatch.linux.rules.RuleData;
import io.graftwatch.linux.rules.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Looks after kernel audit on a thread of its own, whatever becomes of the records: how many the
/// kernel lost, whether it is still on, whether our rules are loaded, whether the canary returns.
final class AuditWatch implements Runnable, AutoCloseable {
  private static final int PERIOD_SECONDS = 10;

  /// The canary is sent on every third look and must be back at the next.
  private static final int CANARY_EVERY = 3;

  /// Every ten minutes the host is looked over again: servers come and go.
  private static final int SURVEY_EVERY = 60;

  private static final String OLDER = "older_than_audit";
  private static final int MAX_NAMED = 20;

  private final AuditPlan plan;
  private final AuditControl control;
  private final AuditSettings settings;
  private final @Nullable RuleKeeper keeper;
  private final Canary canary;
  private final Losses losses;
  private final Consumer<Fact> facts;
  private final Consumer<Boolean> present;
  private final long enabledAt;
  private final BootClock boot;
  private final InstantSource clock;
  private final Blindness blindness;
  private final OwnChanges own;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  private long lost;
  private long lastPoll;
  private int looks;
  private boolean awaited;

  private AuditWatch(
      AuditPlan plan,
      AuditControl control,
      AuditSettings settings,
      Canary canary,
      Losses losses,
      OwnChanges own,
      long knownSince,
      Consumer<Fact> facts,
      Consumer<Boolean> present,
      InstantSource clock) {
    this.plan = plan;
    this.control = control;
    this.settings = settings;
    this.canary = canary;
    this.losses = losses;
    this.own = own;
    this.facts = facts;
    this.present = present;
    this.enabledAt = Math.max(settings.enabledAt(), knownSince);
    this.boot = BootClock.read(clock, Path.of("/proc"));
    this.clock = clock;
    this.lastPoll = Micros.now(clock);
    this.blindness = new Blindness(lastPoll);
    this.lost = settings.found().lost();
    this.keeper =
        plan.rules() == null || settings.found().locked() ? null : new RuleKeeper(plan.prefix());
    this.thread = Thread.ofPlatform().name("audit-watch").daemon(true).unstarted(this);
  }

  /// Puts audit in order and starts to watch it.
  ///
  /// @param knownSince when an earlier run switched audit on, -1 = it did not
  /// @param facts takes what is found, on the watch's thread
  /// @param present is told at each look whether audit tells what happens
  /// @throws io.graftwatch.linux.kernel.DeniedException without CAP_AUDIT_CONTROL
  static AuditWatch open(
      AuditPlan plan,
      Canary canary,
      Losses losses,
      OwnChanges own,
      long knownSince,
      Consumer<Fact> facts,
      Consumer<Boolean> present,
      InstantSource clock)
      throws IOException {
    AuditControl control = AuditControl.open();
    try {
      var settings = new AtomicReference<AuditSettings>();
      own.during(
          clock,
          () ->
              settings.set(AuditSettings.claim(control, plan.rules() != null, Micros.now(clock))));
      var watch =
          new AuditWatch(
              plan,
              control,
              settings.get(),
              canary,
              losses,
              own,
              knownSince,
              facts,
              present,
              clock);
      watch.survey();
      watch.thread.start();
      return watch;
    } catch (IOException e) {
      control.close();
      throw e;
    }
  }

  /// When we switched audit on, microseconds since the epoch; -1 when it was on already.
  long enabledAt() {
    return enabledAt;
  }

  private void survey() throws IOException {
    Supplier<Wanted> rules = plan.rules();
    if (keeper != null && rules != null) {
      Wanted wanted = rules.get();
      keeper.want(wanted.rules());
      install(keeper, control.rules());
      elders(wanted.servers());
    }
  }

  /// Servers that are older than audit have no audit context: none of their own calls is ever
  /// recorded, only those of their children. A reload of the server mends it.
  private void elders(List<Running> servers) {
    List<String> elders =
        servers.stream()
            .filter(server -> boot.ofTicks(server.startTicks()) < enabledAt)
            .limit(MAX_NAMED)
            .map(server -> server.pid() + " " + server.exe())
            .toList();
    if (!elders.isEmpty()) {
      losses.note(OLDER);
      facts.accept(
          Losses.gap(
              OLDER,
              -1,
              enabledAt,
              Micros.now(clock),
              "Older than audit, and not recorded until reloaded: " + String.join(", ", elders)));
    }
  }

  @Override
  public void run() {
    try {
      do {
        look();
      } while (!stopped.await(PERIOD_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One look at everything; what it finds becomes facts.
  void look() {
    long now = Micros.now(clock);
    try {
      if (looks % SURVEY_EVERY == SURVEY_EVERY - 1) {
        survey();
      }
      AuditStatus status = kernelLosses(now);
      Set<Trouble> troubles = EnumSet.noneOf(Trouble.class);
      Set<Trouble> mended = EnumSet.noneOf(Trouble.class);
      enabled(status, troubles, mended, now);
      rules(status, troubles, mended, now);
      canary(troubles);
      blindness.observe(troubles, mended, now).forEach(facts);
      present.accept(status.on() && mended.containsAll(troubles));
    } catch (IOException | RuntimeException e) {
      // The next look asks again; what was lost meanwhile is in its difference.
      losses.note("watch_failed");
    }
  }

  private AuditStatus kernelLosses(long now) throws IOException {
    AuditStatus status = control.status();
    long delta = (status.lost() - lost) & 0xFFFF_FFFFL;
    if (delta > 0) {
      lost = status.lost();
      String detail = "backlog " + status.backlog() + " of " + status.backlogLimit();
      facts.accept(losses.of(Losses.KERNEL, delta, lastPoll, now, detail));
    }
    lastPoll = now;
    return status;
  }

  /// Somebody switched audit off: it is reported, and where no daemon owns audit, mended.
  private void enabled(AuditStatus status, Set<Trouble> troubles, Set<Trouble> mended, long now)
      throws IOException {
    if (!status.on()) {
      troubles.add(Trouble.DISABLED);
      if (keeper != null && settings.ours() && !status.owned() && keeper.mayPutBack(now)) {
        own.during(clock, control::enable);
        mended.add(Trouble.DISABLED);
      }
    }
  }

  private void rules(AuditStatus status, Set<Trouble> troubles, Set<Trouble> mended, long now)
      throws IOException {
    List<RuleData> loaded = control.rules();
    if (loaded.stream().anyMatch(RuleData::blindsNewTasks)) {
      troubles.add(Trouble.NEW_TASKS_BLIND);
    }
    if (keeper != null && !keeper.missing(loaded).isEmpty()) {
      troubles.add(Trouble.RULES_REMOVED);
      if (!status.locked() && keeper.mayPutBack(now)) {
        install(keeper, loaded);
        losses.note("rules_put_back");
        mended.add(Trouble.RULES_REMOVED);
      }
    }
  }

  private void install(RuleKeeper rules, List<RuleData> loaded) throws IOException {
    own.during(clock, () -> rules.install(control, loaded));
  }

  private void canary(Set<Trouble> troubles) {
    if (keeper == null) {
      return;
    }
    boolean missed = awaited && !canary.heard();
    if (missed) {
      losses.note("canary_missed");
      troubles.add(Trouble.CANARY_MISSED);
    }
    if (missed || looks % CANARY_EVERY == 0) {
      canary.sing();
      awaited = true;
    }
    looks++;
  }

  /// Rules stay for the audit daemon's log, which fills our absence. Where there is none, records
  /// that nobody takes would end in the kernel's log.
  private void leave() throws IOException {
    if (keeper != null) {
      RuleKeeper.remove(control, settings.ours() ? keeper.prefix() : keeper.prefix() + "self");
    }
    settings.restore(control);
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PERIOD_SECONDS));
      kernelLosses(Micros.now(clock));
      own.during(clock, this::leave);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      losses.note("watch_failed");
    } finally {
      control.close();
    }
  }
}
