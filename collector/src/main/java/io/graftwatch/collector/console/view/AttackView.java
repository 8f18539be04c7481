package io.graftwatch.collector.console.view;

import java.util.List;

/// Coverage of DET0547 over the fleet, and what was found of T1505 in 30 days.
///
/// @param hosts that were read
/// @param more whether there are others that were not read
/// @param unheard hosts without any heartbeat
/// @param incidents that changed within 30 days and were read
/// @param cut whether there may be others
public record AttackView(
    int hosts,
    boolean more,
    int unheard,
    List<Analytic> analytics,
    List<Technique> techniques,
    int incidents,
    boolean cut) {
  public record Analytic(
      String uid, String platform, int full, int partial, int none, List<Reason> reasons) {
    public int hosts() {
      return full + partial + none;
    }
  }

  /// @param others hosts with the same reason that are not named
  public record Reason(String text, List<Link> hosts, int others) {}

  public record Technique(String uid, String name, int incidents, List<Link> latest) {}

  public record Link(String text, String href) {}
}
