package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// How sure we are (OCSF `confidence_id`).
public enum Confidence {
  UNKNOWN(0, "Unknown"),
  LOW(1, "Low"),
  MEDIUM(2, "Medium"),
  HIGH(3, "High");

  private final int id;
  private final String caption;

  Confidence(int id, String caption) {
    this.id = id;
    this.caption = caption;
  }

  /// The number that OCSF gives it.
  @JsonValue
  public int id() {
    return id;
  }

  public String caption() {
    return caption;
  }

  /// The band of a score.
  ///
  /// @param perMille 0 to 1000
  public static Confidence ofScore(int perMille) {
    return perMille < 500 ? LOW : perMille < 800 ? MEDIUM : HIGH;
  }

  /// @return the constant with that number, [#UNKNOWN] for one that is not known
  @JsonCreator
  public static Confidence of(int id) {
    for (Confidence value : values()) {
      if (value.id == id) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
