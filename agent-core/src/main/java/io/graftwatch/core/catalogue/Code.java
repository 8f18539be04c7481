package io.graftwatch.core.catalogue;

import java.util.List;
import java.util.Map;

/// One evidence code of the catalogue (detection-spec section 5).
///
/// @param code `P1` … `T3`, `L`
/// @param classId its class: P, A, X, N, D, T or L
/// @param p probability that this evidence alone means an implant, by platform family (`unix`,
///   `windows`, `esxi`) or, where a platform differs from its family, by platform
/// @param decisive no baseline lowers it, and p is at least [#DECISIVE_FLOOR]
/// @param matures gains [#MATURITY_BONUS] on a watched instance when unseen
/// @param robust level in MITRE's Summiting the Pyramid, 1 weak to 5 strong
/// @param loopback p when the other end is the loopback interface; 0 when that does not count
/// @param title a few words
/// @param meaning a clause for the explanation
/// @param advice what an analyst does about it; may be empty
/// @param techniques ATT&CK techniques beside T1505
public record Code(
    String code,
    String classId,
    Map<String, Double> p,
    boolean decisive,
    boolean matures,
    int robust,
    double loopback,
    String title,
    String meaning,
    String advice,
    List<String> techniques) {
  public static final double DECISIVE_FLOOR = 0.80;
  public static final double MATURITY_BONUS = 0.15;

  public double p(String family) {
    return p.getOrDefault(family, 0.0);
  }

  /// For a platform: its own where it has one, else its family's.
  public double p(String platform, String family) {
    return p.getOrDefault(platform, p(family));
  }
}
