package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// What happened to a finding (OCSF `activity_id` of class 2004).
public enum Activity {
  UNKNOWN(0, "Unknown"),
  CREATE(1, "Create"),
  UPDATE(2, "Update"),
  CLOSE(3, "Close");

  private final int id;
  private final String caption;

  Activity(int id, String caption) {
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
  public static Activity of(int id) {
    for (Activity value : values()) {
      if (value.id == id) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
