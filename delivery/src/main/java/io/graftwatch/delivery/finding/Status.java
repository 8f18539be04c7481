package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// Where the work on a finding stands (OCSF `status_id`).
public enum Status {
  UNKNOWN(0, "Unknown"),
  NEW(1, "New"),
  IN_PROGRESS(2, "In Progress"),
  SUPPRESSED(3, "Suppressed"),
  RESOLVED(4, "Resolved");

  private final int id;
  private final String caption;

  Status(int id, String caption) {
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

  /// @return the constant with that number, [#UNKNOWN] for one that is not known
  @JsonCreator
  public static Status of(int id) {
    for (Status value : values()) {
      if (value.id == id) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
