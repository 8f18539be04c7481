package io.graftwatch.linux.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// Puts records that share time and serial together into events.
///
/// The records of an event usually come in one piece: that event is `current` and touches no map.
/// Interleaved, torn and shuffled events are parked until they are complete, until their patience
/// ends, or until too many are in flight. Loss therefore never grows memory.
final class Reassembler {
  private static final int POOL = 64;

  /// Takes events as they are decided.
  interface Output {
    /// Everything the event needs is there, or (`partial`) will not come.
    void event(AuditEvent event, boolean partial);
  }

  enum Verdict {
    /// Taken; it is counted when its event is.
    KEPT,
    FILTERED,
    MALFORMED,
    DUPLICATE,
    LATE
  }

  /// How many completed events may pass without a CWD record before none is expected any more.
  private static final int CWD_MEMORY = 256;

  /// The same at the beginning of a stream: its first records may come in any order.
  private static final int CWD_PATIENCE = 16;

  private final int maxEvents;
  private final long maxBytes;
  private final long patience;
  private final DoneSet done;
  private final Output output;
  private final LinkedHashMap<Long, AuditEvent> parked = new LinkedHashMap<>();
  private final List<AuditEvent> pool = new ArrayList<>();
  private final Fields fields = new Fields();
  private final Memo<Arguments.Single> argumentLists = Arguments.memo();
  private long parkedBytes;
  private AuditEvent current;
  private boolean open;
  private int sinceCwd = CWD_MEMORY - CWD_PATIENCE;

  /// @param maxEvents most events in flight
  /// @param maxBytes most bytes of records in flight
  /// @param patience ticks after its latest record when an incomplete event is given up
  /// @param remembered decided events that are remembered, a power of two
  Reassembler(int maxEvents, long maxBytes, long patience, int remembered, Output output) {
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.patience = patience;
    this.done = new DoneSet(remembered);
    this.output = output;
    this.current = new AuditEvent(argumentLists);
  }

  Verdict accept(AuditRecord record, long seen, long tick) {
    long key = DoneSet.key(record.time, record.serial);
    if (!open || current.key != key) {
      switch (done.verdict(key)) {
        case DoneSet.UNKNOWN -> select(key, record, seen);
        case DoneSet.FILTERED -> {
          return Verdict.FILTERED;
        }
        case DoneSet.REPORTED -> {
          return Verdict.DUPLICATE;
        }
        default -> {
          return Verdict.LATE;
        }
      }
    }
    if (record.type == RecordType.CWD) {
      sinceCwd = 0;
    }
    AuditEvent event = current;
    event.touched = tick;
    return switch (event.add(record, fields)) {
      case KEPT -> {
        if (event.complete(sinceCwd < CWD_MEMORY)) {
          sinceCwd++;
          finish(event.change.given() ? DoneSet.FILTERED : DoneSet.REPORTED);
          output.event(event, false);
        }
        yield Verdict.KEPT;
      }
      case UNWANTED -> {
        finish(DoneSet.FILTERED);
        event.called = false;
        output.event(event, false);
        yield Verdict.FILTERED;
      }
      case DUPLICATE -> Verdict.DUPLICATE;
      case MALFORMED -> Verdict.MALFORMED;
    };
  }

  /// The current event is decided. Its object stays until the next event begins.
  private void finish(int verdict) {
    done.add(current.key, verdict);
    open = false;
  }

  /// Makes the event of `key` the current one.
  private void select(long key, AuditRecord record, long seen) {
    AuditEvent next = parked.isEmpty() ? null : parked.remove(key);
    if (next != null) {
      parkedBytes -= next.size;
    }
    if (open) {
      parked.put(current.key, current);
      parkedBytes += current.size;
      if (next == null) {
        next = pool.isEmpty() ? new AuditEvent(argumentLists) : pool.removeLast();
      }
    } else if (next == null) {
      next = current;
      next.clear();
    } else {
      recycle(current);
    }
    if (next.records == 0) {
      next.key = key;
      next.time = record.time;
      next.serial = record.serial;
      next.seen = seen;
    }
    current = next;
    open = true;
  }

  private void recycle(AuditEvent event) {
    event.clear();
    if (pool.size() < POOL) {
      pool.add(event);
    }
  }

  /// Whether [#expire] would have something to do; cheap enough to ask for each record.
  boolean due(long tick) {
    return parked.size() > maxEvents
        || parkedBytes > maxBytes
        || (!parked.isEmpty() && tick - parked.firstEntry().getValue().touched >= patience);
  }

  /// Gives up events that have waited too long or are too many.
  void expire(long tick) {
    if (parked.isEmpty()) {
      return;
    }
    var oldest = parked.entrySet().iterator();
    while (oldest.hasNext()) {
      AuditEvent event = oldest.next().getValue();
      if (tick - event.touched < patience
          && parked.size() <= maxEvents
          && parkedBytes <= maxBytes) {
        return;
      }
      oldest.remove();
      giveUp(event);
    }
  }

  /// As [#expire], for the current event too: nothing came for a while.
  void expireIdle(long tick) {
    expire(tick);
    if (open && tick - current.touched >= patience) {
      finish(DoneSet.PARTIAL);
      output.event(current, true);
    }
  }

  /// Gives up everything in flight: the stream has ended.
  void flush() {
    if (open) {
      open = false;
      parked.put(current.key, current);
      parkedBytes += current.size;
      current = new AuditEvent(argumentLists);
    }
    var rest = new ArrayList<>(parked.values());
    rest.sort(Comparator.comparingLong((AuditEvent e) -> e.time).thenComparingLong(e -> e.serial));
    parked.clear();
    rest.forEach(this::giveUp);
  }

  private void giveUp(AuditEvent event) {
    parkedBytes -= event.size;
    sinceCwd = Math.min(sinceCwd + 1, CWD_MEMORY);
    done.add(event.key, DoneSet.PARTIAL);
    output.event(event, true);
    recycle(event);
  }

  int inFlight() {
    return parked.size() + (open ? 1 : 0);
  }
}
