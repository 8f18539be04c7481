package io.graftwatch.collector.store;

/// What an incident turned out to be, in the terms of OCSF's `verdict_id`.
public enum Verdict {
  UNKNOWN(0, "Unknown"),
  FALSE_POSITIVE(1, "False positive"),
  TRUE_POSITIVE(2, "True positive"),
  DISREGARD(3, "Disregard"),
  SUSPICIOUS(4, "Suspicious"),
  BENIGN(5, "Benign"),
  TEST(6, "Test"),
  INSUFFICIENT_DATA(7, "Insufficient data"),
  SECURITY_RISK(8, "Security risk"),
  MANAGED_EXTERNALLY(9, "Managed externally"),
  DUPLICATE(10, "Duplicate");

  private final int id;
  private final String word;

  Verdict(int id, String word) {
    this.id = id;
    this.word = word;
  }

  public int id() {
    return id;
  }

  public String word() {
    return word;
  }

  /// An id that is not known is [#UNKNOWN].
  public static Verdict of(int id) {
    for (Verdict verdict : values()) {
      if (verdict.id == id) {
        return verdict;
      }
    }
    return UNKNOWN;
  }
}
