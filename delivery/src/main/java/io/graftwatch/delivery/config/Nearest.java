package io.graftwatch.delivery.config;

import org.jspecify.annotations.Nullable;

/// Finds the name that somebody probably meant.
public final class Nearest {
  /// Longer names are not compared; nobody mistypes them by a letter.
  private static final int MAX = 64;

  private Nearest() {}

  /// The name with the smallest edit distance to `given`, or null when none is near: at most a
  /// third of its letters differ, case not counting.
  public static @Nullable String of(String given, Iterable<String> names) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String name : names) {
      int distance = distance(given, name);
      if (distance < bestDistance && distance <= Math.max(1, name.length() / 3)) {
        best = name;
        bestDistance = distance;
      }
    }
    return best;
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two names.
  private static int distance(String a, String b) {
    if (a.length() > MAX || b.length() > MAX) {
      return Integer.MAX_VALUE;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = cost[i - 1][j - 1] + (same(a, i - 1, b, j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }

  private static boolean same(String a, int i, String b, int j) {
    return Character.toLowerCase(a.charAt(i)) == Character.toLowerCase(b.charAt(j));
  }
}
