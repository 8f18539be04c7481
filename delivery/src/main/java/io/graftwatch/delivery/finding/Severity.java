package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// How bad it is (OCSF `severity_id`). From Medium on it is an alert, below it is a record.
public enum Severity {
  UNKNOWN(0, "Unknown"),
  INFORMATIONAL(1, "Informational"),
  LOW(2, "Low"),
  MEDIUM(3, "Medium"),
  HIGH(4, "High"),
  CRITICAL(5, "Critical");

  private final int id;
  private final String caption;

  Severity(int id, String caption) {
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

  public boolean isAlert() {
    return id >= MEDIUM.id;
  }

  /// @return the constant with that number, [#UNKNOWN] for one that is not known
  @JsonCreator
  public static Severity of(int id) {
    for (Severity value : values()) {
      if (value.id == id) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
