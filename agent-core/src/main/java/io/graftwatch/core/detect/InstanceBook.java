package io.graftwatch.core.detect;

import io.graftwatch.core.lineage.ServerInstance;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All evidence about one server instance: its components, and what ran or connected there.
final class InstanceBook {
  private static final int MAX_COMPONENTS = 256;
  private static final int MAX_DESTINATIONS = 256;
  private static final int MAX_WRITTEN = 1024;
  private static final int MAX_DEATHS = 64;

  /// One death is told by several sources within this time. Microseconds.
  private static final long SAME_DEATH = 60_000_000;

  final ServerInstance instance;

  /// Evidence about the instance rather than a component: A1, A4, X*, N*, D*, T*.
  final Aggregate shared = new Aggregate();

  final TreeMap<String, Component> components = new TreeMap<>();

  /// Discovery command → when it ran.
  final Map<String, Times> discovery = new LinkedHashMap<>();

  /// The last evidence of a discovery command, from which X3b is told.
  @Nullable Evidence discovered;

  /// What is kept of an administered host; null for any other instance.
  @Nullable Timeline timeline;

  /// Remote end → how it was connected to.
  final Map<String, Destination> destinations = new LinkedHashMap<>();

  /// Files that the lineage wrote, for adoption and X5; the oldest are forgotten.
  private final Set<String> written = new LinkedHashSet<>();

  /// pid → time of a worker's death.
  private final Map<Integer, Long> deaths = new LinkedHashMap<>();

  final Times crashes = new Times();
  @Nullable Evidence crash;

  /// When the instance was first seen, event time.
  final long since;

  /// Since when it has been watched without a gap of more than a day, event time.
  long watched;

  /// The last state of the case without a component, null when there is none.
  @Nullable CaseView unknown;

  /// When the cases were last looked at, event time.
  long looked = Long.MIN_VALUE;

  /// A case of the instance is shown and active: nothing is learnt meanwhile.
  boolean active;

  InstanceBook(ServerInstance instance, long since) {
    this.instance = instance;
    this.since = since;
    this.watched = since;
  }

  /// The component of that name; null when there are too many to take another.
  @Nullable Component component(Sign.ComponentName name) {
    Component known = components.get(name.stem());
    if (known == null) {
      if (components.size() >= MAX_COMPONENTS) {
        return null;
      }
      known = new Component(name.stem());
      components.put(name.stem(), known);
    }
    known.named(name.path(), name.registration());
    return known;
  }

  /// @return whether that command was not known to have run
  boolean discovered(String command, Evidence evidence) {
    boolean news = !discovery.containsKey(command);
    discovery.computeIfAbsent(command, _ -> new Times()).add(evidence.time());
    if (discovered == null || Evidence.BY_TIME.compare(evidence, discovered) > 0) {
      discovered = evidence;
    }
    return news;
  }

  /// A connection of the server itself.
  ///
  /// @return whether there is a pattern that was not there, or was another
  boolean connected(Evidence evidence) {
    String remote = evidence.subject().address() + "|" + evidence.subject().port();
    Destination known = destinations.get(remote);
    if (known == null) {
      if (destinations.size() >= MAX_DESTINATIONS) {
        return false;
      }
      known = new Destination(evidence, new Times());
      destinations.put(remote, known);
    }
    return known.add(evidence);
  }

  /// @return the file that is forgotten for it, null for none
  @Nullable String wrote(String path) {
    if (!written.add(path) || written.size() <= MAX_WRITTEN) {
      return null;
    }
    String eldest = written.iterator().next();
    written.remove(eldest);
    return eldest;
  }

  /// Files that the lineage wrote, oldest first.
  Set<String> written() {
    return written;
  }

  Map<Integer, Long> deaths() {
    return deaths;
  }

  boolean isEmpty() {
    return shared.isEmpty() && components.isEmpty() && (timeline == null || timeline.isEmpty());
  }

  boolean hasWritten(String path) {
    return written.contains(path);
  }

  /// @return false when that death was told before
  boolean died(int pid, long time) {
    Long before = deaths.get(pid);
    if (before != null && Math.abs(time - before) <= SAME_DEATH) {
      return false;
    }
    deaths.put(pid, time);
    if (deaths.size() > MAX_DEATHS) {
      deaths.remove(deaths.keySet().iterator().next());
    }
    crashes.add(time);
    return true;
  }
}
