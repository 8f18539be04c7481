package io.graftwatch.linux.inventory;

import java.util.Arrays;

/// A map from paths to small numbers that keeps hashes only: open addressing, ten bytes an entry at
/// most twice. A false hit is possible; who needs to be sure looks the path up where it came from.
final class PathTable {
  private static final int EMPTY = -1;

  private long[] hashes = new long[1 << 12];
  private short[] numbers = filled(1 << 12);
  private int size;

  private static short[] filled(int length) {
    short[] numbers = new short[length];
    Arrays.fill(numbers, (short) EMPTY);
    return numbers;
  }

  /// The first number given for a path stays.
  ///
  /// @param number 0 to 32767; larger ones are not kept
  void put(String path, int number) {
    if (number > Short.MAX_VALUE) {
      return;
    }
    if (2 * size > hashes.length) {
      grow();
    }
    put(hash(path), (short) number);
  }

  private void put(long hash, short number) {
    int slot = slot(hash);
    if (numbers[slot] == EMPTY) {
      hashes[slot] = hash;
      numbers[slot] = number;
      size++;
    }
  }

  private void grow() {
    long[] oldHashes = hashes;
    short[] oldNumbers = numbers;
    hashes = new long[2 * oldHashes.length];
    numbers = filled(hashes.length);
    size = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldNumbers[i] != EMPTY) {
        put(oldHashes[i], oldNumbers[i]);
      }
    }
  }

  /// The number of a path; -1 when it has none.
  int get(String path) {
    return numbers[slot(hash(path))];
  }

  int size() {
    return size;
  }

  /// The slot that holds a hash, or the empty one where it would go.
  private int slot(long hash) {
    int mask = hashes.length - 1;
    int slot = (int) (hash >>> 20) & mask;
    while (numbers[slot] != EMPTY && hashes[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long hash(String path) {
    long hash = 0xcbf2_9ce4_8422_2325L;
    for (int i = 0; i < path.length(); i++) {
      hash = (hash ^ path.charAt(i)) * 0x9e37_79b9_7f4a_7c15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
