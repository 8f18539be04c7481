package io.graftwatch.core.lineage;

import io.graftwatch.core.fact.Identity;
import io.graftwatch.core.fact.Image;
import io.graftwatch.core.fact.Listener;
import io.graftwatch.core.fact.ProcessEnd;
import io.graftwatch.core.fact.ProcessId;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.core.state.StateWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Follows processes and knows which server instance each belongs to.
///
/// A node inherits its origin from its parent and keeps it for life: neither setsid nor
/// re-parenting nor a change of user washes it off. Sources deliver out of order, so a parent that
/// becomes known later still corrects its children.
public final class Lineage {
  static final int MAX_DEPTH = 64;

  /// How long an ended process is kept: late records still name it. Microseconds.
  private static final long KEEP_ENDED = 120_000_000;

  /// How long a process waits for a parent that is not known yet. Microseconds.
  public static final long REORDER_WINDOW = 5_000_000;

  /// Start times of one process differ this much between sources at most. Microseconds.
  private static final long START_TOLERANCE = 1_100_000;

  /// Records of one creation differ this much between sources at most. Microseconds.
  private static final long SAME_CREATION = 2_100_000;

  private static final int MAX_ORPHANS = 8192;
  private static final int MAX_INSTANCES = 16_384;
  private static final int MAX_OF_USER = 64;

  /// macOS: accounts below belong to services, those from here on to people.
  private static final int FIRST_PERSON = 500;

  private final ServerProfiles profiles;
  private final boolean desktop;
  private final ProcessTable table;
  private final Map<Integer, List<ProcessNode>> orphans = new HashMap<>();
  private final ArrayDeque<ProcessNode> orphanAge = new ArrayDeque<>();
  final Map<String, ServerInstance> units = new HashMap<>();
  final Map<Integer, SortedSet<ServerInstance>> accounts = new HashMap<>();
  final TreeMap<ServerInstance, ServerInstance> instances = new TreeMap<>();
  private final Set<ProcessNode> changed = new LinkedHashSet<>();

  /// @param desktop the host may be somebody's desk, as a Mac is: neither a listener nor the lack
  ///   of a login session makes a service there
  public Lineage(ServerProfiles profiles, boolean desktop, int maxProcesses) {
    this.profiles = profiles;
    this.desktop = desktop;
    this.table = new ProcessTable(maxProcesses);
  }

  public ProcessTable table() {
    return table;
  }

  public ServerProfiles profiles() {
    return profiles;
  }

  /// The topmost known ancestors below or above which something became known since the last call: a
  /// parent, or that a process is a server.
  public Collection<ProcessNode> changed() {
    if (changed.isEmpty()) {
      return List.of();
    }
    List<ProcessNode> all = List.copyOf(changed);
    changed.clear();
    return all;
  }

  /// The server that the process belongs to by lineage, or null.
  public @Nullable ServerInstance originOf(ProcessNode node) {
    return origin(node);
  }

  /// Whether that account runs a server here.
  public boolean runsServer(int uid) {
    return accounts.containsKey(uid);
  }

  /// The first known instance of a kind by its key, or null.
  public @Nullable ServerInstance first(String kind) {
    ServerInstance first = instances.ceilingKey(ServerInstance.before(kind));
    return first != null && first.kind().equals(kind) ? first : null;
  }

  /// The instance of a kind when exactly one is known, else null.
  public @Nullable ServerInstance only(String kind) {
    ServerInstance first = first(kind);
    ServerInstance next = first == null ? null : instances.higherKey(first);
    return next != null && next.kind().equals(kind) ? null : first;
  }

  public Collection<ServerInstance> instances() {
    return instances.keySet();
  }

  /// Writes everything down that a restart needs; processes that wait for a parent do not wait on.
  public void write(StateWriter out) {
    LineageState.write(this, out);
  }

  /// Takes back what [#write] wrote; for a fresh lineage.
  public void read(StateReader in) {
    LineageState.read(this, in);
  }

  /// Writes an instance down.
  public static void write(StateWriter out, ServerInstance instance) {
    LineageState.instance(out, instance);
  }

  /// Takes an instance back.
  public static ServerInstance readInstance(StateReader in) {
    return LineageState.instance(in);
  }

  /// Takes a start, a program change or a snapshot in.
  public ProcessNode start(ProcessStart fact) {
    long time = fact.time();
    int pid = fact.process().pid();
    if (fact.kind() == ProcessStart.Kind.CREATE) {
      tell(fact.parent(), time);
    }
    ProcessNode node = table.get(pid);
    if (node == null || !same(node, fact)) {
      node =
          create(
              pid,
              fact.process().start(),
              fact.parent().process().pid(),
              time,
              fact.kind() == ProcessStart.Kind.FORK);
    } else if (fact.kind() == ProcessStart.Kind.FORK && !node.forked) {
      node.forked = true;
      adoptParent(node, fact.parent().process().pid(), time, true);
    } else if (node.ppid < 0 && fact.parent().process().known()) {
      // A source that names no parents, such as the table of sockets, saw it first.
      adoptParent(node, fact.parent().process().pid(), time, true);
    }
    if (node.start < 0 || node.named) {
      node.start = fact.process().start();
      node.named = false;
    }
    if (fact.kind() == ProcessStart.Kind.FORK) {
      inheritImage(node);
    } else {
      node.found |= fact.process().start() < 0 && isFound(fact.kind());
      takeImage(node, fact, time);
    }
    return node;
  }

  private static boolean isFound(ProcessStart.Kind kind) {
    return kind == ProcessStart.Kind.SNAPSHOT || kind == ProcessStart.Kind.WARM;
  }

  public void end(ProcessEnd fact) {
    ProcessNode node = table.get(fact.process().pid());
    if (node != null && node.ended < 0 && fact.time() >= node.firstSeen) {
      node.ended = fact.time();
      table.relist(node);
    }
  }

  /// The process that a connection, listener or file change names; made known if it was not.
  public @Nullable ProcessNode subject(
      ProcessId process, int ppid, @Nullable String exe, Identity identity, long time) {
    if (!process.known()) {
      return null;
    }
    ProcessNode node = table.get(process.pid());
    if (node != null && node.ended >= 0 && time > node.ended + REORDER_WINDOW) {
      node = null;
    }
    if (node == null || (exe != null && isAnother(node, exe))) {
      node = create(process.pid(), process.start(), ppid, time, false);
    }
    identity(node, identity);
    if (exe != null && !exe.equals(node.exe) && !sameProgram(exe, node.exe)) {
      node.exe = table.share(exe);
      node.commandLine = "";
      node.evaluated = 0;
      recognise(node, List.of(), time);
    }
    return node;
  }

  /// A process is known to listen: by that some programs become servers.
  public void listens(ProcessNode node, Listener fact) {
    if (!node.listens) {
      node.listens = true;
      recognise(node, List.of(), fact.time());
    }
  }

  /// Attribution by lineage alone, or null.
  public @Nullable Attribution byLineage(ProcessNode node) {
    ProcessNode holder = node.origin != null ? node : holder(node);
    if (holder == null || holder.origin == null) {
      return null;
    }
    boolean named = holder.named && holder != node;
    return Attribution.of(
        exact(holder.origin, node),
        named ? Attribution.Basis.NAME : Attribution.Basis.LINEAGE,
        node.server);
  }

  /// The instance where the server's record told its kind only: by a virtual account, or the only
  /// one of its kind whose executable is known.
  private ServerInstance exact(ServerInstance origin, ProcessNode node) {
    if (origin.general() && origin.bare()) {
      ServerInstance only = onlyKnown(origin.kind());
      return only == null ? origin : only;
    }
    ServerInstance account = origin.general() && node.user != null ? byAccount(node.user) : null;
    return account != null && account.kind().equals(origin.kind()) ? account : origin;
  }

  private @Nullable ServerInstance onlyKnown(String kind) {
    ServerInstance found = null;
    for (ServerInstance each = first(kind);
        each != null && each.kind().equals(kind);
        each = instances.higherKey(each)) {
      if (!each.bare()) {
        if (found != null) {
          return null;
        }
        found = each;
      }
    }
    return found;
  }

  private @Nullable ServerInstance byAccount(String user) {
    return user.indexOf('\\') < 0 && !user.startsWith("S-1-") ? null : profiles.byAccount(user);
  }

  /// Attribution by a virtual account alone, where a record tells no process.
  public @Nullable Attribution byIdentity(Identity identity) {
    ServerInstance account = identity.user() == null ? null : byAccount(identity.user());
    if (account == null && identity.sid() != null) {
      account = byAccount(identity.sid());
    }
    return account == null ? null : Attribution.of(account, Attribution.Basis.CONTAINMENT, false);
  }

  /// Attribution when lineage says nothing: containment, then user, then the name in the event.
  ///
  /// @param parentExe the parent's executable, where the event itself tells
  /// @param parentArgv the parent's arguments, where the event itself tells
  public @Nullable Attribution byOtherMeans(
      ProcessNode node, @Nullable String parentExe, List<String> parentArgv) {
    ServerInstance contained = node.user == null ? null : byAccount(node.user);
    if (contained == null && node.unit != null) {
      contained = units.get(node.unit);
    }
    if (contained != null) {
      return Attribution.of(contained, Attribution.Basis.CONTAINMENT, node.server);
    }
    boolean rootless = node.parent == null || node.parent.pid <= 1;
    if (rootless && node.uid > 0 && node.withoutLogin()) {
      SortedSet<ServerInstance> ofUser = accounts.get(node.uid);
      if (ofUser != null && !ofUser.isEmpty()) {
        return Attribution.of(likeliest(ofUser), Attribution.Basis.USER, node.server);
      }
    }
    if (parentExe != null && node.parent == null) {
      ServerInstance named =
          profiles.recognise(parentExe, String.join(" ", parentArgv), parentArgv, true);
      if (named != null) {
        return Attribution.of(named, Attribution.Basis.NAME, false);
      }
    }
    return null;
  }

  /// Lets go of what is too old to matter.
  public void advance(long now) {
    table.expire(now - KEEP_ENDED);
    while (!orphanAge.isEmpty()
        && (orphanAge.peek().firstSeen < now - REORDER_WINDOW || orphanAge.size() > MAX_ORPHANS)) {
      ProcessNode old = orphanAge.poll();
      List<ProcessNode> waiting = orphans.get(old.ppid);
      if (waiting != null) {
        waiting.remove(old);
        if (waiting.isEmpty()) {
          orphans.remove(old.ppid);
        }
      }
    }
  }

  private boolean same(ProcessNode node, ProcessStart fact) {
    long time = fact.time();
    long start = fact.process().start();
    if (fact.kind() == ProcessStart.Kind.CREATE) {
      return sameCreation(node, fact);
    }
    if (start >= 0 && node.start >= 0) {
      return Math.abs(start - node.start) <= START_TOLERANCE;
    }
    if (node.ended >= 0 && time > node.ended) {
      return false;
    }
    int ppid = fact.parent().process().pid();
    if (fact.kind() == ProcessStart.Kind.FORK) {
      return !node.forked && Math.abs(time - node.firstSeen) <= REORDER_WINDOW;
    }
    return node.forked || ppid < 0 || ppid == node.ppid || ppid <= 1 || node.ppid <= 1;
  }

  /// A process that is created with its program keeps it: another program is another process.
  private static boolean sameCreation(ProcessNode node, ProcessStart fact) {
    String exe = fact.image().path();
    if (exe != null && node.exe != null && !sameProgram(exe, node.exe)) {
      return false;
    }
    long start = fact.process().start();
    if (start >= 0 && node.start >= 0) {
      return Math.abs(start - node.start) <= SAME_CREATION;
    }
    return node.ended < 0
        && (node.named || Math.abs(fact.time() - node.firstSeen) <= REORDER_WINDOW);
  }

  private static boolean sameProgram(String exe, @Nullable String other) {
    return other != null && Image.fileName(exe).equalsIgnoreCase(Image.fileName(other));
  }

  /// On Windows no process changes its program: the pid has gone to another one.
  private static boolean isAnother(ProcessNode node, String exe) {
    return node.exe != null
        && !exe.startsWith("/")
        && !node.exe.startsWith("/")
        && !sameProgram(exe, node.exe);
  }

  /// Makes the parent known that a record describes, unless it is.
  private void tell(ProcessStart.Parent parent, long time) {
    int pid = parent.process().pid();
    String exe = parent.exe();
    if (pid < 0 || exe == null) {
      return;
    }
    ProcessNode node = table.get(pid);
    if (node == null || !fits(node, parent, exe, time)) {
      node = create(pid, parent.process().start(), 0, time, false);
      node.named = true;
    }
    if (node.exe == null || (node.commandLine.isEmpty() && !parent.argv().isEmpty())) {
      node.exe = table.share(exe);
      node.commandLine = table.commandLine(parent.argv());
      recognise(node, parent.argv(), time);
    }
  }

  private static boolean fits(ProcessNode node, ProcessStart.Parent parent, String exe, long time) {
    if (gone(node, time)) {
      return false;
    }
    long start = parent.process().start();
    if (start >= 0 && node.start >= 0) {
      return Math.abs(start - node.start) <= SAME_CREATION;
    }
    return node.exe == null || sameProgram(exe, node.exe);
  }

  private ProcessNode create(int pid, long start, int ppid, long time, boolean forked) {
    var node = new ProcessNode(pid, time);
    node.start = start;
    node.forked = forked;
    table.put(node);
    adoptParent(node, ppid, time, false);
    List<ProcessNode> waiting = orphans.remove(pid);
    if (waiting != null) {
      for (ProcessNode child : waiting) {
        if (child.parent == null && child.ppid == pid && child != node) {
          changed.add(child.root());
          child.parent = node;
        }
      }
    }
    return node;
  }

  private void adoptParent(ProcessNode node, int ppid, long time, boolean late) {
    if (node.parent != null && node.ppid == ppid) {
      return;
    }
    if (late) {
      changed.add(node.root());
    }
    node.ppid = ppid;
    ProcessNode parent = table.get(ppid);
    if (parent == node || (parent != null && gone(parent, time))) {
      parent = null;
    }
    node.parent = parent;
    if (parent != null) {
      if (origin(node) != null) {
        table.relist(node);
      }
    } else if (ppid > 1 && orphanAge.size() < 2 * MAX_ORPHANS) {
      orphans.computeIfAbsent(ppid, _ -> new ArrayList<>(1)).add(node);
      orphanAge.add(node);
    }
  }

  private static boolean gone(ProcessNode parent, long time) {
    return parent.ended >= 0 && time > parent.ended + REORDER_WINDOW;
  }

  private void inheritImage(ProcessNode node) {
    ProcessNode parent = node.parent;
    if (parent == null || node.exe != null) {
      return;
    }
    node.exe = parent.exe;
    node.script = parent.script;
    node.commandLine = parent.commandLine;
    node.unit = parent.unit;
    node.uid = parent.uid;
    node.loginUid = parent.loginUid;
    node.user = parent.user;
    node.evaluated = parent.evaluated;
    if (parent.server && origin(node) != null) {
      node.server = true;
    }
  }

  private void takeImage(ProcessNode node, ProcessStart fact, long time) {
    identity(node, fact.identity());
    if (fact.unit() != null) {
      node.unit = table.share(fact.unit());
    }
    if (fact.image().path() == null) {
      return;
    }
    node.exe = table.share(fact.image().path());
    node.script = table.share(fact.image().script());
    if (!fact.argv().isEmpty()) {
      node.commandLine = table.commandLine(fact.argv());
    }
    recognise(node, fact.argv(), time);
  }

  private void identity(ProcessNode node, Identity identity) {
    if (identity.uid() >= 0) {
      node.uid = identity.uid();
    }
    if (identity.loginUid() >= 0) {
      boolean news = node.loginUid != identity.loginUid();
      node.loginUid = identity.loginUid();
      if (news && node.withoutLogin()) {
        if (node.origin == null) {
          recognise(node, List.of(), node.firstSeen);
        }
        withoutLogin(node.parent);
      }
    }
    if (identity.user() != null) {
      node.user = table.share(identity.user());
    }
  }

  /// A login uid is set once and inherited: a child without one tells that its ancestors have none.
  private void withoutLogin(@Nullable ProcessNode ancestor) {
    for (int depth = 0; ancestor != null && ancestor.loginUid == -1 && depth < MAX_DEPTH; depth++) {
      ancestor.loginUid = Identity.UNSET;
      if (ancestor.origin == null) {
        recognise(ancestor, List.of(), ancestor.firstSeen);
      }
      ancestor = ancestor.parent;
    }
  }

  private void recognise(ProcessNode node, List<String> given, long time) {
    List<String> argv =
        given.isEmpty() && !node.commandLine.isEmpty()
            ? List.of(node.commandLine.split(" ", -1))
            : given;
    boolean service = desktop ? isService(node) : node.listens || runsAsService(node);
    ServerInstance server = known(profiles.recognise(node.exe, node.commandLine, argv, service));
    ServerInstance inherited = inherited(node);
    if (server == null) {
      node.server = false;
      return;
    }
    if (inherited != null) {
      node.server = inherited.kind().equals(server.kind());
      node.origin = inherited;
      server = inherited;
    } else {
      node.server = true;
      if (node.origin != null && server.equals(node.origin)) {
        node.origin = server; // by another name it may be known better
      } else {
        node.origin = server;
        node.originSince =
            node.named || node.found ? 0 : node.start > 0 ? Math.min(node.start, time) : time;
        changed.add(node.root());
      }
    }
    table.relist(node);
    if (node.server) {
      register(server, node);
    }
  }

  /// The one object that stands for an instance.
  private @Nullable ServerInstance known(@Nullable ServerInstance server) {
    if (server == null) {
      return null;
    }
    ServerInstance known = instances.get(server);
    if (known != null && known.bare() && !server.bare()) {
      instances.remove(known);
      instances.put(server, server);
      return server;
    }
    return known == null ? server : known;
  }

  private void register(ServerInstance server, ProcessNode node) {
    if (instances.size() < MAX_INSTANCES) {
      instances.putIfAbsent(server, server);
    }
    if (node.unit != null && isServiceUnit(node.unit) && units.size() < MAX_INSTANCES) {
      units.putIfAbsent(node.unit, server);
    }
    if (node.uid > 0 && accounts.size() < MAX_INSTANCES) {
      SortedSet<ServerInstance> ofUser = accounts.computeIfAbsent(node.uid, _ -> new TreeSet<>());
      if (ofUser.size() < MAX_OF_USER) {
        ofUser.add(server);
      }
    }
  }

  private static boolean isServiceUnit(String unit) {
    return !unit.startsWith("session-") && !unit.startsWith("user@") && !unit.equals("init.scope");
  }

  /// Run in a service unit, by init, or without any login session: no developer's terminal.
  private static boolean runsAsService(ProcessNode node) {
    if (node.unit != null && node.unit.endsWith(".service") && isServiceUnit(node.unit)) {
      return true;
    }
    return node.withoutLogin() || (node.ppid == 1 && node.loginUid == -1);
  }

  /// Launched as a job of its own, or listening under a service's account.
  private static boolean isService(ProcessNode node) {
    return node.ppid == 1 || (node.listens && node.uid > 0 && node.uid < FIRST_PERSON);
  }

  /// The server that the process belongs to: its own or the nearest ancestor's.
  static @Nullable ServerInstance origin(ProcessNode node) {
    return node.origin != null ? node.origin : inherited(node);
  }

  private static @Nullable ServerInstance inherited(ProcessNode node) {
    ProcessNode holder = holder(node);
    return holder == null ? null : holder.origin;
  }

  /// The nearest ancestor with an origin of its own that the process inherits, or null.
  private static @Nullable ProcessNode holder(ProcessNode node) {
    ProcessNode child = node;
    ProcessNode parent = node.parent;
    for (int depth = 0; parent != null && depth < MAX_DEPTH; depth++) {
      if (parent.origin != null) {
        if (child.firstSeen < parent.originSince) {
          return null;
        }
        return parent;
      }
      child = parent;
      parent = parent.parent;
    }
    return null;
  }

  /// Several servers share an account: the one that starts programs on requests is likeliest.
  private static ServerInstance likeliest(SortedSet<ServerInstance> candidates) {
    for (String kind : List.of("php", "tomcat", "java", "apache")) {
      for (ServerInstance candidate : candidates) {
        if (candidate.kind().equals(kind)) {
          return candidate;
        }
      }
    }
    return candidates.first();
  }
}
