package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import org.jspecify.annotations.Nullable;

/// The MITRE analytic that found it (OCSF `analytic`, behavioural, active).
///
/// @param uid `AN1508`
/// @param category detection strategy: `DET0547`
public record Analytic(
    String uid, String name, @Nullable String category, @Nullable String version) {
  /// Behavioral.
  @JsonProperty(access = Access.READ_ONLY)
  public int typeId() {
    return 2;
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String type() {
    return "Behavioral";
  }

  /// Active.
  @JsonProperty(access = Access.READ_ONLY)
  public int stateId() {
    return 1;
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String state() {
    return "Active";
  }
}
