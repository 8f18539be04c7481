package io.graftwatch.linux.inventory;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.source.Checkpoint;
import io.graftwatch.core.source.FactSink;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import io.graftwatch.linux.kernel.Waiter;
import io.graftwatch.linux.process.BootClock;
import io.graftwatch.linux.process.ProcFs;
import io.graftwatch.linux.process.ProcStat;
import io.graftwatch.linux.rules.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The inventory, kept up to date: all of it at start, files and registrations again two seconds
/// after the last of a burst of changes, mappings then, soon after a server started, and once a
/// minute.
final class InventorySource implements Source {
  private static final long SECOND = TimeUnit.SECONDS.toMicros(1);
  private static final long QUIET = 2 * SECOND;
  private static final long LONGEST_BURST = 10 * SECOND;
  private static final long SWEEP = 60 * SECOND;
  private static final long FULL = 600 * SECOND;

  /// Servers that start one after the other, as CGI programs do, call for no more than this.
  private static final long BETWEEN_STARTS = 10 * SECOND;

  /// Looks for changes take a fiftieth of the time at most, so that whoever changes a file again
  /// and again costs no more than that.
  private static final int SHARE = 50;

  private static final long LONGEST_REST = 30 * SECOND;

  /// As long as a package manager runs, files may be there whose package is not known yet.
  private static final long LONGEST_UPGRADE = 600 * SECOND;

  private static final int WAIT_MILLIS = 5000;
  private static final int MAX_PROCESSES = 32_768;
  private static final Set<String> PACKAGE_MANAGERS =
      Set.of("dpkg", "dpkg-deb", "rpm", "dnf", "dnf5", "yum", "zypper", "apt-get", "apt");

  private final Supplier<Surroundings> survey;
  private final Predicate<String> isServer;
  private final ProcFs proc;
  private final InstantSource clock;
  private final FolderWatch watch;
  private final Waiter waiter;
  private final Known known;
  private final ComponentFolders components;
  private final Registrations registrations;
  private final Mappings mappings;
  private final SourceCounters counters = new SourceCounters();
  private long changedFirst;
  private long changedLast;
  private volatile boolean serverStarted;
  private long looked;
  private long rested;
  private long nextFull;
  private long nextSweep;
  private long waitingSince;
  private long pause = SWEEP;
  private List<OwnConfiguration> own = List.of();

  /// @param root of the file system
  /// @param from what has been told; null on the first start ever
  /// @param survey looks what servers there are and where their components lie
  /// @param isServer whether an executable is a server's
  InventorySource(
      Path root,
      Packages packages,
      Supplier<Surroundings> survey,
      Predicate<String> isServer,
      InstantSource clock,
      @Nullable Checkpoint from)
      throws IOException {
    this.survey = survey;
    this.isServer = isServer;
    this.proc = new ProcFs(root.resolve("proc"));
    this.clock = clock;
    this.known = new Known(from == null ? null : from.value());
    var owners = new Owners(packages, root);
    this.components = new ComponentFolders(root, owners, known);
    this.registrations = new Registrations(root, owners, known, components);
    this.mappings =
        new Mappings(root, proc, BootClock.read(clock, root.resolve("proc")), owners, known);
    this.watch = new FolderWatch(root);
    try {
      this.waiter = new Waiter(watch.inotify());
    } catch (IOException e) {
      watch.close();
      throw e;
    }
  }

  @Override
  public int pump(FactSink sink, int limit) throws IOException {
    long now = BootClock.now(clock);
    if (nextFull > now) {
      long due = Math.min(nextSweep, nextFull);
      if (changedFirst > 0) {
        due = Math.min(due, changesDue());
      }
      int millis = Math.clamp((due - now) / 1000, 0, WAIT_MILLIS);
      if ((waiter.await(millis) & 1) != 0 && watch.read()) {
        now = BootClock.now(clock);
        changedFirst = changedFirst == 0 ? now : changedFirst;
        changedLast = now;
      }
      now = BootClock.now(clock);
    }
    if (serverStarted) {
      serverStarted = false;
      nextSweep = Math.min(nextSweep, Math.max(now + QUIET, looked + BETWEEN_STARTS));
    }
    boolean changed = changedFirst > 0 && now >= changesDue();
    if (!changed && now < Math.min(nextSweep, nextFull)) {
      return 0;
    }
    int facts = look(changed || now >= nextFull, now, sink);
    if (changed) {
      long after = BootClock.now(clock);
      rested = after + Math.clamp((after - now) * SHARE, 0, LONGEST_REST);
    }
    return facts;
  }

  /// When changes are looked at: after the last of a burst, or in a long one.
  private long changesDue() {
    return Math.max(rested, Math.min(changedLast + QUIET, changedFirst + LONGEST_BURST));
  }

  private int look(boolean files, long now, FactSink sink) throws IOException {
    looked = now;
    var facts = new ArrayList<Fact>();
    Surroundings around = survey.get();
    List<OwnConfiguration> before = own;
    own = OwnConfiguration.of(around.servers(), proc);
    if (files || !own.equals(before)) {
      changedFirst = 0;
      boolean wait = upgrading(now);
      int seen =
          components.look(around.components(), around.handmade(), wait, now, facts::add)
              + registrations.look(around.handmade(), own, wait, now, facts::add);
      counters.filtered(Math.max(0, seen - facts.size()));
      var watched = new ArrayList<>(around.watched());
      registrations.places().forEach(path -> watched.add(new Place(path, false)));
      watch.keep(watched);
      nextFull = now + (wait ? QUIET : FULL);
    }
    mappings.look(around.servers(), now, facts::add);
    // What was just registered is mapped at the next reload, which is near.
    pause = facts.isEmpty() ? Math.min(2 * pause, SWEEP) : QUIET;
    nextSweep = now + pause;
    counters.parsed(facts.size());
    facts.forEach(sink::accept);
    return facts.size();
  }

  /// Whether a package manager is at work; not for longer than any upgrade takes.
  private boolean upgrading(long now) {
    for (int pid : proc.pids(MAX_PROCESSES)) {
      ProcStat stat = proc.stat(pid);
      if (stat != null && PACKAGE_MANAGERS.contains(stat.comm())) {
        waitingSince = waitingSince == 0 ? now : waitingSince;
        return now - waitingSince < LONGEST_UPGRADE;
      }
    }
    waitingSince = 0;
    return false;
  }

  /// Something has just started. Any thread.
  void started(String exe) {
    if (isServer.test(exe)) {
      serverStarted = true;
      waiter.wake();
    }
  }

  @Override
  public void wake() {
    waiter.wake();
  }

  @Override
  public Checkpoint position() {
    return new Checkpoint(known.text());
  }

  @Override
  public SourceCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    waiter.close();
    watch.close();
  }

  /// What the inventory is about at one moment.
  ///
  /// @param components folders that servers load components from
  /// @param watched folders whose change calls for a look: those, and configuration
  /// @param handmade folders of servers that no package installed
  /// @param servers processes of servers
  record Surroundings(
      List<String> components,
      List<Place> watched,
      List<String> handmade,
      List<io.graftwatch.linux.rules.Running> servers) {
    Surroundings {
      components = List.copyOf(components);
      watched = List.copyOf(watched);
      handmade = List.copyOf(handmade);
      servers = List.copyOf(servers);
    }
  }
}
