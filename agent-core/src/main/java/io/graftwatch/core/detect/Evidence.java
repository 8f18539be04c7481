package io.graftwatch.core.detect;

import java.util.Comparator;

/// A fact that matched a catalogue code, weighed.
///
/// @param code name of the code
/// @param time event time, microseconds
/// @param source source kind of the fact
/// @param record native id of the fact's record, as a reader finds it
/// @param p effective probability: base × quality × baseline × trust, with the floor of decisive
///   codes
/// @param factor quality × baseline × trust
/// @param b what the baseline left: 1 = unseen
/// @param q attribution quality
/// @param preexisting it was there before the agent looked
/// @param subject what it is about
record Evidence(
    String code,
    long time,
    String source,
    String record,
    double p,
    double factor,
    double b,
    double q,
    boolean preexisting,
    Subject subject) {
  /// Evidence that the baseline lowered to this or less makes no state and takes no link.
  static final double WEAK = 0.25;

  /// By time, then record: the order in which a reader tells the story.
  static final Comparator<Evidence> BY_TIME = Evidence::compareByTime;

  /// The better first; ties go to a connection that came about, then to the earlier, so that order
  /// of arrival does not matter.
  static final Comparator<Evidence> BY_STRENGTH = Evidence::compareByStrength;

  private static int compareByTime(Evidence a, Evidence b) {
    if (a.time != b.time) {
      return a.time < b.time ? -1 : 1;
    }
    int byRecord = a.record.compareTo(b.record);
    return byRecord != 0 ? byRecord : a.code.compareTo(b.code);
  }

  private static int compareByStrength(Evidence a, Evidence b) {
    int byP = Double.compare(b.p, a.p);
    int better = byP != 0 ? byP : Boolean.compare(a.subject.unanswered(), b.subject.unanswered());
    return better != 0 ? better : compareByTime(a, b);
  }

  boolean solid() {
    return b > WEAK;
  }
}
