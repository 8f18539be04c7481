package io.graftwatch.core.detect;

import com.google.re2j.Pattern;
import io.graftwatch.core.catalogue.Code;
import io.graftwatch.core.config.Glob;
import io.graftwatch.core.config.Site;
import io.graftwatch.core.fact.Actor;
import io.graftwatch.core.fact.ComponentChange;
import io.graftwatch.core.fact.Connection;
import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.FileWrite;
import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.JobCreate;
import io.graftwatch.core.fact.KernelCall;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ModuleLoad;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.fact.ServerLog;
import io.graftwatch.core.fact.SourceChange;
import io.graftwatch.core.fact.SourceGap;
import io.graftwatch.core.ledger.Coverage;
import io.graftwatch.core.lineage.Attribution;
import io.graftwatch.core.lineage.Lineage;
import io.graftwatch.core.lineage.ProcessNode;
import io.graftwatch.core.lineage.ServerInstance;
import io.graftwatch.core.lineage.ServerProfiles;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.core.state.StateWriter;
import io.graftwatch.delivery.finding.DetectionFinding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Detection: facts in, findings out. One thread; the only clock is the one that facts carry.
///
/// Each fact is attributed to a server instance (at once, or after a short wait for a parent that
/// is not known yet), matched against the rules, weighed, kept in the case book, and told by the
/// desk when there is something new to say.
public final class Engine {
  private static final int STATE_VERSION = 5;
  private static final int MAX_WAITING = 4096;
  private static final long OWNERSHIP_WAIT = 1_000_000L;

  /// How long a connection whose address is hidden waits for a table of connections. Only a
  /// recording has it wait: live the table was asked at once.
  private static final long LOOK_UP_WAIT = 60_000_000L;

  /// How long a start waits for a source that tells more of it, and how long after the last word of
  /// such a source.
  private static final long FULLER_RECORD = 2_000_000L;

  private static final long FULLER_SOURCE = 600_000_000L;
  private static final long LEAP = 24 * 3_600_000_000L;
  private static final List<String> DEFAULT_PORTS = List.of("80", "443", "25", "53", "123", "587");

  private final EngineConfig config;
  private final Dialect dialect;
  private final SiteKnowledge site;
  private final Lineage lineage;
  private final CaseBook book;
  private final ExecutionRules execution;
  private final NetworkRules network;
  private final PlacementRules placement;
  private final EventRules events;
  private final @Nullable HostRules host;
  private final PlaceIndex index;
  private final SeenFacts seen = new SeenFacts();
  private final WaitingRoom waiting = new WaitingRoom(MAX_WAITING);
  private final WaitingRoom unnamed = new WaitingRoom(MAX_WAITING);
  private final HiddenCalls hiddenCalls = new HiddenCalls();
  private final LookedUpEnds ends = new LookedUpEnds();
  private long clock = Long.MIN_VALUE;
  private long toldInFull = Long.MIN_VALUE / 2;
  private long leapTo;
  private long facts;
  private long repeated;

  public Engine(EngineConfig config) {
    this.config = config;
    var programs = config.catalogue().programs(config.family());
    this.dialect = Dialect.of(config.family());
    this.site = new SiteKnowledge(config.site(), programs, dialect);
    config.ownAddresses().forEach(site::own);
    this.lineage =
        new Lineage(
            new ServerProfiles(config.catalogue().servers(), servers(""), servers("!")),
            config.platform().equals("macos"),
            config.maxProcesses());
    this.book = new CaseBook(config, site);
    this.index =
        new PlaceIndex(
            lineage,
            config
                .analytics()
                .values(
                    config.family().equals("windows") ? "AN1108" : "AN1109",
                    "WebRootPath",
                    List.of()),
            dialect,
            book::isPlaced);
    this.execution =
        new ExecutionRules(
            programs,
            dialect,
            site,
            config.platform().equals("macos")
                ? config.analytics().values("AN1110", "InterpreterName", List.of())
                : List.of(),
            commandRegex());
    this.network =
        new NetworkRules(
            programs,
            site,
            config.analytics().values("AN1508", "OutboundPortRange", DEFAULT_PORTS).stream()
                .map(NetworkRules.Ports::parse)
                .toList(),
            config.family().equals("windows") ? config.catalogue().code("N6").loopback() : 0);
    this.placement = new PlacementRules(programs, dialect, site, lineage, index);
    this.events = new EventRules(programs, dialect, site);
    this.host =
        config.administered()
            ? new HostRules(
                config.catalogue().hypervisor(), config.site(), config.analytics(), config.host())
            : null;
  }

  /// Server programs that the configuration adds, or with `!` takes away: paths on Unix, file names
  /// on Windows.
  private List<Glob> servers(String mark) {
    var globs = new ArrayList<Glob>();
    for (String pattern : marked("AN1508", "ServerBinaryPath", mark)) {
      globs.add(Glob.path(pattern));
    }
    for (String pattern : marked("AN1509", "ParentBinaryPath", mark)) {
      globs.add(Glob.path(pattern));
    }
    for (String name : marked("AN1110", "ExecutionParent", mark)) {
      globs.add(Glob.path(dialect.absolute(name) ? name : "**/" + name));
    }
    for (String name : marked("AN1507", "ParentProcessName", mark)) {
      globs.add(Glob.windowsPath(dialect.absolute(name) ? name : "**/" + name));
    }
    return globs;
  }

  private List<String> marked(String analytic, String element, String mark) {
    return config.analytics().values(analytic, element, List.of()).stream()
        .filter(value -> value.startsWith("!") == !mark.isEmpty())
        .map(value -> value.substring(mark.length()))
        .toList();
  }

  /// CommandRegex of AN0512, run by an engine that is linear in the text.
  private Predicate<String> commandRegex() {
    List<String> set = config.analytics().values("AN0512", "CommandRegex", List.of());
    if (set.isEmpty()) {
      return _ -> false;
    }
    List<Pattern> patterns = set.stream().map(Pattern::compile).toList();
    return text -> patterns.stream().anyMatch(p -> p.matcher(text).find());
  }

  /// What can be seen now; findings carry it.
  public void coverage(List<Coverage> coverage) {
    book.coverage(coverage);
  }

  /// Takes one fact in.
  public void accept(Fact fact) {
    facts++;
    if (!seen.add(fact, detail(fact))) {
      repeated++;
      return;
    }
    if (!(fact instanceof ProcessStart start && start.kind() == ProcessStart.Kind.WARM)) {
      tick(fact.time());
    }
    if (host != null) {
      administered(host, fact);
      return;
    }
    switch (fact) {
      case ProcessStart start -> started(start);
      case ProcessEnd end -> lineage.end(end);
      case Connection connection -> connected(connection);
      case Listener listener -> listens(listener);
      case FileWrite write -> byActor(write, write.actor(), write.time());
      case ComponentChange change -> component(change);
      case ModuleLoad load -> loaded(load);
      case ServerLog log -> logged(log);
      case JobCreate job -> byActor(job, job.actor(), job.time());
      case SourceChange change -> byActor(change, change.actor(), change.time());
      case KernelCall call -> hidden(call);
      case SourceGap gap -> book.gap(gap.from(), gap.to());
      default -> {}
    }
    for (WaitingRoom.Guest guest : waiting.settled(lineage.changed())) {
      evaluate(guest.fact(), guest.node(), false);
    }
  }

  /// Moves the clock on where no fact does.
  ///
  /// @param now microseconds since the epoch
  public void advance(long now) {
    tick(now);
    book.advance(clock);
  }

  /// The input has ended: nothing more is waited for.
  public void finish() {
    decideWaiting();
    book.finish(clock);
  }

  /// Findings since the last call, in order.
  public List<DetectionFinding> drain() {
    return book.drain();
  }

  /// The last state of every case, observations included, sorted by uid (`replay --final`).
  public List<DetectionFinding> finalStates() {
    return book.finalStates();
  }

  /// Everything that detection would have to know to go on after a restart. Facts that wait for a
  /// parent do not wait on: they are decided now.
  public byte[] snapshot() {
    decideWaiting();
    var out = new StateWriter();
    out.number(STATE_VERSION);
    out.number(clock);
    lineage.write(out);
    book.write(out);
    seen.write(out);
    return out.bytes();
  }

  /// Takes a snapshot back; for a fresh engine.
  ///
  /// @throws StateReader.StateException when the bytes are no snapshot of this version; the engine
  ///   must then be thrown away
  public void restore(byte[] snapshot) {
    var in = new StateReader(snapshot);
    long version = in.number();
    if (version != STATE_VERSION) {
      throw new StateReader.StateException(
          "state of version " + version + ", this is " + STATE_VERSION);
    }
    clock = in.number();
    lineage.read(in);
    book.read(in);
    seen.read(in);
    if (!in.ended()) {
      throw new StateReader.StateException("more follows after the end");
    }
  }

  public Stats stats() {
    return new Stats(
        facts,
        repeated,
        lineage.table().size(),
        lineage.table().evicted(),
        waiting.size(),
        book.size(),
        book.suppressed());
  }

  /// @param facts facts taken in
  /// @param repeated of them, known already
  /// @param processes in the table
  /// @param evicted pushed out of the table
  /// @param waiting facts that wait for a parent
  /// @param cases with evidence
  /// @param suppressed findings that the storm guard held back
  public record Stats(
      long facts,
      long repeated,
      int processes,
      long evicted,
      int waiting,
      int cases,
      long suppressed) {}

  private static String detail(Fact fact) {
    return switch (fact) {
      case ProcessStart start -> start.kind().name();
      case FileWrite write -> write.path();
      case ModuleLoad load -> load.path();
      case ComponentChange change -> change.name();
      case ProcessEnd _ -> "end";
      case Connection _ -> "connection";
      case Listener _ -> "listener";
      case ServerLog _ -> "log";
      case JobCreate _ -> "job";
      default -> "other";
    };
  }

  /// The newest event time seen; a leap of more than a day needs a second record to confirm it.
  private void tick(long time) {
    if (clock != Long.MIN_VALUE && time > clock + LEAP && Math.abs(time - leapTo) > LEAP) {
      leapTo = time;
      return;
    }
    if (time > clock) {
      clock = time;
      lineage.advance(clock);
      leave();
    }
  }

  /// Decides what has waited long enough, or is too much.
  private void leave() {
    leave(waiting);
    leave(unnamed);
  }

  private void leave(WaitingRoom room) {
    for (WaitingRoom.Guest guest = room.due(clock); guest != null; guest = room.due(clock)) {
      evaluate(guest.fact(), guest.node(), true);
    }
  }

  private void decideWaiting() {
    for (WaitingRoom room : List.of(waiting, unnamed)) {
      for (WaitingRoom.Guest guest = room.poll(); guest != null; guest = room.poll()) {
        evaluate(guest.fact(), guest.node(), true);
      }
    }
  }

  private void await(Fact fact, ProcessNode node, long wait, boolean forLineage) {
    waiting.add(fact, node, Math.max(clock, fact.time()) + wait, forLineage);
    leave();
  }

  /// What a host tells of its administration belongs to the host.
  private void administered(HostRules rules, Fact fact) {
    if (fact instanceof SourceGap gap) {
      book.gap(gap.from(), gap.to());
      return;
    }
    var instance = new ServerInstance(config.platform(), config.host(), null, null, null);
    Timeline timeline = book.timeline(instance, fact.time());
    for (HostRules.Draft draft : rules.read(fact, timeline)) {
      book.record(fact, Attribution.named(instance), draft, clock);
    }
  }

  private void started(ProcessStart fact) {
    ProcessNode node = lineage.start(fact);
    if (fact.kind() == ProcessStart.Kind.FORK || fact.image().path() == null) {
      return;
    }
    boolean found =
        fact.kind() == ProcessStart.Kind.SNAPSHOT || fact.kind() == ProcessStart.Kind.WARM;
    if (!found) {
      String kind = events.reloads(fact);
      if (kind != null) {
        Subject subject = Subject.of(node, fact.cwd(), fact.provenance().raw());
        record(
            fact,
            Attribution.named(instanceOf(kind)),
            Sign.of("A1", 1, "A1", subject.saying(node.commandLine())));
      }
    }
    if (found && fact.argv().isEmpty() && node.evaluated() && !node.commandLine().isEmpty()) {
      return; // a source that gives no arguments says less than was known
    }
    int signature = fact.argv().isEmpty() ? fact.image().path().hashCode() : fact.argv().hashCode();
    if (found && isForkCopy(node)) {
      node.evaluate(signature);
      return;
    }
    if (fact.kind() == ProcessStart.Kind.CREATE) {
      created(fact, node);
    } else if (node.evaluate(signature)) {
      evaluate(fact, node, false);
    }
  }

  /// Two sources may tell of one creation, one of them in full (Sysmon): the other's record waits
  /// for it, and counts where it does not come.
  private void created(ProcessStart fact, ProcessNode node) {
    boolean full = !fact.parent().argv().isEmpty();
    if (full) {
      toldInFull = Math.max(toldInFull, fact.time());
    }
    if (!full && !node.evaluated() && fact.time() - toldInFull <= FULLER_SOURCE) {
      await(fact, node, FULLER_RECORD, false);
    } else {
      evaluate(fact, node, false);
    }
  }

  /// Whether another record of the same creation was evaluated.
  private static boolean isTold(Fact fact, ProcessNode node) {
    return fact instanceof ProcessStart start
        && start.kind() == ProcessStart.Kind.CREATE
        && !node.firstToTell(start.provenance().record());
  }

  /// A snapshot caught it between fork and exec: it still shows its parent's program.
  private static boolean isForkCopy(ProcessNode node) {
    ProcessNode parent = node.parent();
    return parent != null
        && !node.server()
        && node.commandLine().equals(parent.commandLine())
        && java.util.Objects.equals(node.exe(), parent.exe());
  }

  private void connected(Connection fact) {
    if (!fact.process().known()) {
      flow(fact);
      return;
    }
    site.own(fact.local().address());
    ends.saw(fact);
    ProcessNode node =
        lineage.subject(fact.process(), fact.ppid(), fact.exe(), fact.identity(), fact.time());
    hiddenCalls.connected(fact.remote(), fact.time());
    if (node != null) {
      evaluate(fact, node, false);
    }
  }

  /// A flow without a process tells which addresses are the host's own, and what connected through
  /// an io_uring, which no system-call audit shows.
  private void flow(Connection fact) {
    String local = fact.local().address();
    if (local != null && local.equals(fact.remote().address())) {
      site.own(local);
    }
    ProcessNode user = hiddenCalls.user(fact.time());
    if (user != null && fact.direction() != Connection.Direction.INBOUND) {
      await(fact, user, OWNERSHIP_WAIT, false);
    }
  }

  private void hidden(KernelCall fact) {
    ProcessNode node =
        lineage.subject(
            fact.actor().process(),
            fact.actor().ppid(),
            fact.actor().exe(),
            fact.actor().identity(),
            fact.time());
    if (node != null
        && fact.call() == KernelCall.Call.IO_URING
        && lineage.byLineage(node) != null) {
      hiddenCalls.asked(node, fact.time());
    }
  }

  private void listens(Listener fact) {
    site.own(fact.local().address());
    ends.saw(fact);
    ProcessNode node =
        lineage.subject(fact.process(), fact.ppid(), fact.exe(), fact.identity(), fact.time());
    if (node != null) {
      lineage.listens(node, fact);
      evaluate(fact, node, false);
    }
  }

  private void byActor(Fact fact, Actor actor, long time) {
    ProcessNode node =
        lineage.subject(actor.process(), actor.ppid(), actor.exe(), actor.identity(), time);
    if (node == null) {
      byAnybody(fact, null, lineage.byIdentity(actor.identity()));
    } else {
      evaluate(fact, node, false);
    }
  }

  /// Attributes a fact to a server and lets the rules look at it, or has it wait.
  ///
  /// @param last waiting brings nothing more
  private void evaluate(Fact fact, ProcessNode node, boolean last) {
    if (isTold(fact, node)) {
      return;
    }
    Attribution by = lineage.byLineage(node);
    if (by == null && !last && !node.settled() && mayBelong(fact)) {
      await(fact, node, Lineage.REORDER_WINDOW, true);
      return;
    }
    if (by == null) {
      by = otherMeans(fact, node);
    }
    switch (fact) {
      case ProcessStart start -> {
        if (by != null) {
          ran(start, node, by);
        }
      }
      case Connection flow when !flow.process().known() -> unseen(flow, node, by);
      case Connection connection -> {
        if (by != null) {
          connected(connection, node, by, last);
        }
      }
      case Listener listener -> {
        if (by != null) {
          Subject subject = Subject.of(node, null, listener.provenance().raw());
          record(listener, by, network.signs(listener, by.server(), subject));
        }
      }
      case ModuleLoad load -> {
        if (by != null && by.server()) {
          Subject subject = Subject.of(node, null, load.provenance().raw());
          record(load, by, events.signs(load, subject));
        }
      }
      default -> byAnybody(fact, node, by);
    }
  }

  /// A file change from a login session is nobody's server: there is nothing to wait for.
  private static boolean mayBelong(Fact fact) {
    return !(fact instanceof FileWrite write && write.actor().identity().fromLogin());
  }

  private @Nullable Attribution otherMeans(Fact fact, ProcessNode node) {
    if (fact instanceof ProcessStart start) {
      Attribution adopted = book.adopted(start);
      if (adopted != null) {
        return adopted;
      }
      return lineage.byOtherMeans(node, start.parent().exe(), start.parent().argv());
    }
    return lineage.byOtherMeans(node, null, List.of());
  }

  private void ran(ProcessStart fact, ProcessNode node, Attribution by) {
    InstanceBook instance = book.of(by.instance(), fact.time());
    Subject subject = Subject.of(node, fact.cwd(), fact.provenance().raw());
    var start =
        new ExecutionRules.Start(
            fact.image().path(),
            fact.image().script(),
            fact.image().originalFileName(),
            fact.argv(),
            fact.image().fileless(),
            fact.socketStdio());
    record(fact, by, execution.signs(start, node, by.instance(), subject, instance::hasWritten));
  }

  private void connected(Connection told, ProcessNode node, Attribution by, boolean last) {
    Connection fact = ends.complete(told);
    if (!last && LookedUpEnds.hidden(fact) && config.ownAddresses().isEmpty()) {
      unnamed.add(fact, node, Math.max(clock, fact.time()) + LOOK_UP_WAIT, false);
      return;
    }
    if (by.server() && !last && config.ownAddresses().isEmpty() && network.couldBeOwn(fact)) {
      await(fact, node, OWNERSHIP_WAIT, false);
      return;
    }
    Subject subject = Subject.of(node, null, fact.provenance().raw());
    record(fact, by, network.signs(fact, node.exe(), by.server(), by.instance(), subject));
  }

  /// A flow that no connect explains, while a server has an io_uring: it is likely that server's.
  private void unseen(Connection flow, ProcessNode node, @Nullable Attribution by) {
    if (by == null || hiddenCalls.explained(flow.remote(), flow.time())) {
      return;
    }
    var likely =
        new Attribution(
            by.instance(), Attribution.Basis.USER.quality(), Attribution.Basis.USER, by.server());
    Subject subject =
        Subject.of(node, null, flow.provenance().raw())
            .saying("seen as a flow only, after io_uring_setup");
    record(flow, likely, network.signs(flow, node.exe(), by.server(), by.instance(), subject));
  }

  private void byAnybody(Fact fact, @Nullable ProcessNode node, @Nullable Attribution by) {
    Subject subject = Subject.of(node, null, fact.provenance().raw());
    switch (fact) {
      case FileWrite write -> {
        boolean packaged = placement.packaged(node);
        String path = placement.resolve(write, node);
        if (by != null
            && write.action() != FileWrite.Action.REMOVED
            && write.action() != FileWrite.Action.ATTRIBUTES) {
          book.wrote(by.instance(), path, write.time());
        }
        if (write.action() == FileWrite.Action.REMOVED) {
          book.removed(path, write.time());
        } else if (write.action() == FileWrite.Action.RENAMED && write.from() != null) {
          book.removed(write.from(), write.time());
        }
        placement.signs(
            new PlacementRules.Change(
                write, path, dialect.place(path), node, by, packaged, subject),
            placed -> record(write, placed.attribution(), placed.sign()));
      }
      case JobCreate job -> {
        if (by != null) {
          record(job, by, events.signs(job, subject));
        }
      }
      case SourceChange change -> {
        boolean packaged = placement.packaged(node);
        Attribution who = by != null ? by : Attribution.named(ServerInstance.anyOf("host"));
        record(change, who, events.signs(change, subject, packaged, by != null));
      }
      default -> {}
    }
  }

  private void component(ComponentChange fact) {
    ProcessNode node =
        lineage.subject(
            fact.actor().process(),
            fact.actor().ppid(),
            fact.actor().exe(),
            fact.actor().identity(),
            fact.time());
    Subject subject = Subject.of(node, null, fact.provenance().raw());
    if (fact.action() == ComponentChange.Action.REMOVED && fact.path() != null) {
      book.removed(fact.path(), fact.time());
    }
    boolean known = placement.packaged(node);
    boolean exposed = fact.path() != null && placement.exposed(fact.path());
    ServerInstance configured = index.configuredBy(fact.serverKind(), fact.configFile());
    Attribution instance =
        Attribution.named(
            configured != null ? configured : instanceOf(fact.serverKind(), fact.instance()));
    List<Sign> signs = events.signs(fact, subject, known, exposed);
    record(fact, instance, signs);
    Attribution by = node == null ? null : lineage.byLineage(node);
    if (by != null && !signs.isEmpty()) {
      Sign first = signs.getFirst();
      record(fact, by, new Sign("P3", -1, 1, first.pattern(), first.component(), first.subject()));
    }
  }

  private void loaded(ModuleLoad fact) {
    ProcessNode node = lineage.subject(fact.process(), -1, null, Identity.UNKNOWN, fact.time());
    if (node != null) {
      evaluate(fact, node, false);
    }
  }

  private void logged(ServerLog fact) {
    ProcessNode node = fact.pid() > 0 ? lineage.table().get(fact.pid()) : null;
    Attribution by;
    if (fact.serverKind().equals("kernel")) {
      if (node == null && fact.exe() != null && fact.pid() > 0) {
        node =
            lineage.subject(
                ProcessId.of(fact.pid()),
                -1,
                dialect.absolute(fact.exe()) ? fact.exe() : null,
                Identity.UNKNOWN,
                fact.time());
      }
      by = node == null ? null : lineage.byLineage(node);
      if (by == null || !by.server()) {
        return;
      }
    } else {
      by = Attribution.named(instanceOf(fact.serverKind(), fact.instance()));
    }
    InstanceBook instance = book.of(by.instance(), fact.time());
    Subject subject = Subject.of(node, null, fact.provenance().raw());
    if (fact.kind() == ServerLog.Kind.WORKER_CRASH) {
      if (!instance.died(fact.pid(), fact.time())) {
        return;
      }
      List<Sign> signs = events.signs(fact, subject);
      instance.crash = book.weigh(fact, by, signs.getFirst(), instance);
      book.refresh(instance, clock);
      return;
    }
    record(fact, by, events.signs(fact, subject));
  }

  /// The instance that a record names; when it names none the one known instance of its kind, else
  /// the kind in general.
  private ServerInstance instanceOf(String kind, @Nullable String key) {
    return key == null ? instanceOf(kind) : new ServerInstance(kind, key, null, null, null);
  }

  private ServerInstance instanceOf(String kind) {
    ServerInstance only = lineage.only(kind);
    return only == null ? ServerInstance.anyOf(kind) : only;
  }

  private void record(Fact fact, Attribution by, List<Sign> signs) {
    for (Sign sign : signs) {
      record(fact, by, sign);
    }
  }

  private void record(Fact fact, Attribution by, Sign sign) {
    book.record(fact, by, sign, clock);
  }

  /// For tests: the code that a sign would be weighed by.
  Code code(String name) {
    return config.catalogue().code(name);
  }

  /// For tests and explanations.
  boolean declared() {
    return config.site().baseline() == Site.Baseline.DECLARED;
  }
}
