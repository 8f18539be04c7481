package io.graftwatch.core.detect;

import io.graftwatch.core.fact.Fact;
import io.graftwatch.core.state.StateReader;
import io.graftwatch.core.state.StateWriter;

/// Remembers the last facts by a 64-bit hash of their identity, so that a repeated record is one
/// fact. Open addressing over a ring: no allocation per fact.
final class SeenFacts {
  private static final int RING = 1 << 14;
  private static final int SLOTS = RING * 4;
  private static final int KEPT = 1024;

  private final long[] ring = new long[RING];
  private final long[] slots = new long[SLOTS];
  private int next;

  /// @param detail kind of the fact, and what tells several facts of one record apart
  /// @return false when that fact is among the last 16,384
  boolean add(Fact fact, String detail) {
    long hash = hash(fact.provenance().source(), 0xcbf29ce484222325L);
    hash = hash(fact.provenance().record(), hash);
    hash = hash(detail, hash);
    return add(hash == 0 ? 1 : hash);
  }

  private boolean add(long hash) {
    int slot = find(hash);
    if (slots[slot] == hash) {
      return false;
    }
    long oldest = ring[next];
    if (oldest != 0) {
      remove(oldest);
      slot = find(hash);
    }
    slots[slot] = hash;
    ring[next] = hash;
    next = (next + 1) & (RING - 1);
    return true;
  }

  /// Writes down the latest: what a restart reads again lies right behind them.
  void write(StateWriter out) {
    int kept = 0;
    while (kept < KEPT && ring[(next - 1 - kept) & (RING - 1)] != 0) {
      kept++;
    }
    out.number(kept);
    for (int i = kept; i > 0; i--) {
      out.fixed(ring[(next - i) & (RING - 1)]);
    }
  }

  void read(StateReader in) {
    for (int i = in.count(); i > 0; i--) {
      add(in.fixed());
    }
  }

  private static long hash(String text, long seed) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return (hash ^ '|') * 0x100000001b3L;
  }

  private static int home(long hash) {
    return (int) ((hash ^ (hash >>> 29)) & (SLOTS - 1));
  }

  private int find(long hash) {
    int slot = home(hash);
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }

  private void remove(long hash) {
    int hole = find(hash);
    if (slots[hole] != hash) {
      return;
    }
    int mask = SLOTS - 1;
    for (int i = (hole + 1) & mask; slots[i] != 0; i = (i + 1) & mask) {
      int home = home(slots[i]);
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        slots[hole] = slots[i];
        hole = i;
      }
    }
    slots[hole] = 0;
  }
}
