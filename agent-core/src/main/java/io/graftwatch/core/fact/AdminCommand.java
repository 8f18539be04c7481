package io.graftwatch.core.fact;

import org.jspecify.annotations.Nullable;

/// A command that an administrator's channel logged.
///
/// @param user account
/// @param commandLine as logged
/// @param channel how it came
/// @param address source address, where known
public record AdminCommand(
    Provenance provenance,
    @Nullable String user,
    String commandLine,
    Channel channel,
    @Nullable String address)
    implements Fact {

  public enum Channel {
    SHELL,
    SSH,
    API,
    CONSOLE
  }
}
