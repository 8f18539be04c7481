package io.graftwatch.core.replay;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.fact.ProcessStart;
import io.graftwatch.core.source.Source;
import io.graftwatch.core.source.SourceCounters;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One input of a replay as a stream of facts in event-time order.
///
/// Sources hand facts out in the order of their file, which is not always that of time. Facts are
/// read ahead and sorted, so that a recording of ordinary size comes out in order whatever happened
/// to its lines; a large one is read by a thread of its own and sorted within less.
final class Feed implements AutoCloseable {
  /// A file of at least this many bytes is read by a thread of its own.
  static final long LARGE = 16L << 20;

  /// What one walk of /proc found: the older processes, among them all parents, come first.
  static final Comparator<ProcessStart> PARENTS_FIRST =
      Comparator.comparingLong((ProcessStart start) -> start.process().start())
          .thenComparingInt(start -> start.process().pid());

  private static final int LOOKAHEAD = 4096;
  private static final int LOOKAHEAD_LARGE = 512;
  private static final int BATCH = 512;

  /// @param order sort key: event time, for `warm` lines before everything
  private record Ahead(long order, Fact fact) {
    boolean before(Ahead other) {
      return order < other.order || (order == other.order && byRecord(fact, other.fact) < 0);
    }

    private static boolean isFound(Fact fact) {
      return fact instanceof ProcessStart start && start.kind() == ProcessStart.Kind.SNAPSHOT;
    }

    /// What one walk of /proc found goes first. Native ids of one time are serial numbers: the
    /// shorter, then the smaller comes first.
    private static int byRecord(Fact a, Fact b) {
      boolean found = isFound(a);
      if (found && isFound(b)) {
        return PARENTS_FIRST.compare((ProcessStart) a, (ProcessStart) b);
      }
      if (found || isFound(b)) {
        return found ? -1 : 1;
      }
      if (a.provenance().place() != null || b.provenance().place() != null) {
        return 0;
      }
      String left = a.provenance().record();
      String right = b.provenance().record();
      int byLength = Integer.compare(left.length(), right.length());
      return byLength != 0 ? byLength : left.compareTo(right);
    }
  }

  private final String kind;
  private final Source source;
  private final boolean skipWarm;
  private final int lookahead;
  private final @Nullable ReadAhead reader;
  private final ArrayDeque<Ahead> ahead = new ArrayDeque<>();
  private final ArrayDeque<Ahead> later = new ArrayDeque<>();
  private boolean ended;

  /// @param skipWarm `warm` lines were taken in before
  /// @param size bytes of the recording, 0 when unknown
  Feed(String kind, Source source, boolean skipWarm, long size) {
    this.kind = kind;
    this.source = source;
    this.skipWarm = skipWarm;
    this.lookahead = size < LARGE ? LOOKAHEAD : LOOKAHEAD_LARGE;
    this.reader = size < LARGE ? null : new ReadAhead(source);
  }

  String kind() {
    return kind;
  }

  SourceCounters counters() {
    return source.counters();
  }

  /// Event time of the next fact; MAX_VALUE when there is none.
  long order() throws IOException {
    fill();
    Ahead next = ahead.peek();
    return next == null ? Long.MAX_VALUE : next.order;
  }

  @Nullable Fact take() throws IOException {
    fill();
    Ahead next = ahead.poll();
    return next == null ? null : next.fact;
  }

  private void fill() throws IOException {
    while (!ended && ahead.size() < lookahead) {
      if (reader == null) {
        ended = source.pump(this::add, BATCH) < 0;
      } else {
        List<Fact> batch = reader.take();
        ended = batch.isEmpty();
        batch.forEach(this::add);
      }
    }
  }

  private void add(Fact fact) {
    boolean warm = isWarm(fact);
    if (!warm || !skipWarm) {
      insert(new Ahead(warm ? Long.MIN_VALUE : fact.time(), fact));
    }
  }

  /// Nearly always it goes last; equal ones stay in the source's order.
  private void insert(Ahead next) {
    while (!ahead.isEmpty() && next.before(ahead.getLast())) {
      later.addFirst(ahead.removeLast());
    }
    ahead.addLast(next);
    while (!later.isEmpty()) {
      ahead.addLast(later.removeFirst());
    }
  }

  static boolean isWarm(Fact fact) {
    return fact instanceof ProcessStart start && start.kind() == ProcessStart.Kind.WARM;
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
    source.close();
  }
}
