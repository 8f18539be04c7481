package io.graftwatch.delivery.finding;

import org.jspecify.annotations.Nullable;

/// A row of MITRE ATT&CK (OCSF `attack`).
///
/// @param version of ATT&CK: [#VERSION]
/// @param tactic `TA0003` Persistence
/// @param technique `T1505` Server Software Component
/// @param subTechnique `T1505.004` IIS Components
public record Attack(
    String version, @Nullable Entry tactic, Entry technique, @Nullable Entry subTechnique) {
  public static final String VERSION = "18.1";

  public record Entry(String uid, String name) {}

  public Attack(@Nullable Entry tactic, Entry technique, @Nullable Entry subTechnique) {
    this(VERSION, tactic, technique, subTechnique);
  }
}
