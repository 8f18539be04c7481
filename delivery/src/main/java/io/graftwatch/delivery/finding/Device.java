package io.graftwatch.delivery.finding;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The host that a finding is about (OCSF `device`).
///
/// @param uid machine id
/// @param ip its main address
/// @param bootUid id of the running boot
/// @param agentList the agent that watches it
public record Device(
    @Nullable String uid,
    String hostname,
    @Nullable String ip,
    @Nullable String bootUid,
    @Nullable Os os,
    List<Agent> agentList) {
  /// An operating system.
  ///
  /// @param name as it calls itself: `Debian GNU/Linux 12`
  /// @param typeId OCSF: 100 Windows, 200 Linux, 300 macOS, 99 other
  /// @param type `Linux`, `ESXi`, …
  public record Os(
      String name,
      int typeId,
      @Nullable String type,
      @Nullable String version,
      @Nullable String kernelRelease) {
    public static Os linux(String name, @Nullable String version, @Nullable String kernel) {
      return new Os(name, 200, "Linux", version, kernel);
    }
  }

  /// @param typeId OCSF: 1 endpoint detection and response
  /// @param uid agent id that enrolment gave
  public record Agent(String name, int typeId, @Nullable String uid, @Nullable String version) {
    public static Agent graftwatch(@Nullable String uid, String version) {
      return new Agent("Graftwatch", 1, uid, version);
    }
  }

  public Device {
    agentList = Lists.copy(agentList);
  }

  /// Server.
  @JsonProperty(access = Access.READ_ONLY)
  public int typeId() {
    return 1;
  }

  @JsonProperty(access = Access.READ_ONLY)
  public String type() {
    return "Server";
  }
}
