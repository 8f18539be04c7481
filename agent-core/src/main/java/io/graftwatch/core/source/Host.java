package io.graftwatch.core.source;

import java.nio.file.Path;
import java.util.List;

/// What a probe may know of the machine.
///
/// @param name host name as configured
/// @param os `linux`, `windows`, `macos`
/// @param runtimeDir folder for short-lived files (`/run/graftwatch`)
/// @param serverBinaries configured and built-in server executables that exist here
public record Host(String name, String os, Path runtimeDir, List<String> serverBinaries) {
  public Host {
    serverBinaries = List.copyOf(serverBinaries);
  }
}
