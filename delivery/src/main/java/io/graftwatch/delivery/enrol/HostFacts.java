package io.graftwatch.delivery.enrol;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/// What a host says of itself when it enrols. The collector shows it and never trusts it: the
/// certificate holds the agent's id alone.
///
/// @param hostname as the agent's findings name it
/// @param machineId survives reboots and tells clones apart; empty when the system has none
/// @param bootId of the running boot; empty when the system has none
/// @param os such as `Debian GNU/Linux 12`
/// @param agentVersion such as `0.1.0`
@JsonNaming(SnakeCaseStrategy.class)
public record HostFacts(
    String hostname, String machineId, String bootId, String os, String agentVersion) {
  private static final int MAX_LENGTH = 255;

  public HostFacts {
    hostname = bounded("hostname", hostname);
    machineId = bounded("machine_id", machineId);
    bootId = bounded("boot_id", bootId);
    os = bounded("os", os);
    agentVersion = bounded("agent_version", agentVersion);
    if (hostname.isEmpty()) {
      throw new IllegalArgumentException("hostname is missing");
    }
  }

  private static String bounded(String name, @Nullable String value) {
    if (value == null) {
      return "";
    }
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(name + " is longer than " + MAX_LENGTH + " characters");
    }
    return value;
  }
}
