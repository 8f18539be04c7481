package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import com.fasterxml.jackson.annotation.JsonValue;

/// Something in a finding that is worth searching for elsewhere (OCSF `observable`).
///
/// @param name where it stands: `evidences[0].file.hashes[0].value`
public record Observable(String name, Type typeId, String value) {
  /// The kinds that we name, with OCSF's numbers.
  public enum Type {
    UNKNOWN(0, "Unknown"),
    HOSTNAME(1, "Hostname"),
    IP_ADDRESS(2, "IP Address"),
    USER_NAME(4, "User Name"),
    FILE_NAME(7, "File Name"),
    HASH(8, "Hash"),
    PROCESS_NAME(9, "Process Name"),
    PORT(11, "Port"),
    COMMAND_LINE(13, "Command Line"),
    FILE_PATH(45, "File Path");

    private final int id;
    private final String caption;

    Type(int id, String caption) {
      this.id = id;
      this.caption = caption;
    }

    @JsonValue
    public int id() {
      return id;
    }

    @JsonCreator
    public static Type of(int id) {
      for (Type type : values()) {
        if (type.id == id) {
          return type;
        }
      }
      return UNKNOWN;
    }
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String type() {
    return typeId.caption;
  }
}
