package io.graftwatch.core.source;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What a source did, in native records. The equation that must close: `read = parsed + malformed +
/// filtered + lost`, where read is what the source is known to have put out, so records lost on the
/// way are in it.
///
/// Writers are the source's threads; readers see a consistent-enough view: a record is counted in
/// one of the four terms, and `read` is their sum.
public final class SourceCounters {
  private final LongAdder parsed = new LongAdder();
  private final LongAdder malformed = new LongAdder();
  private final LongAdder filtered = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final Map<String, LongAdder> notes = new ConcurrentHashMap<>();

  /// Most different notes that are kept apart; later names are counted under `other`.
  private static final int MAX_NOTES = 64;

  public void parsed(long records) {
    parsed.add(records);
  }

  public void malformed(long records) {
    malformed.add(records);
  }

  public void filtered(long records) {
    filtered.add(records);
  }

  /// Records known to be lost between the source and us.
  public void lost(long records) {
    lost.add(records);
  }

  /// Counts a named observation that is no term of the equation: `partial`, `late`,
  /// `message_truncated`, `kernel_lost`, …
  public void note(String name, long count) {
    String key = notes.size() < MAX_NOTES || notes.containsKey(name) ? name : "other";
    notes.computeIfAbsent(key, _ -> new LongAdder()).add(count);
  }

  public Snapshot snapshot() {
    var named = new TreeMap<String, Long>();
    notes.forEach((name, count) -> named.put(name, count.sum()));
    return new Snapshot(parsed.sum(), malformed.sum(), filtered.sum(), lost.sum(), named);
  }

  /// The counters at one moment.
  public record Snapshot(
      long parsed, long malformed, long filtered, long lost, Map<String, Long> notes) {
    public Snapshot {
      notes = Map.copyOf(notes);
    }

    public long read() {
      return parsed + malformed + filtered + lost;
    }
  }
}
