package io.graftwatch.core.detect;

import io.graftwatch.core.catalogue.Catalogue;
import io.graftwatch.core.config.Analytics;
import io.graftwatch.core.config.Site;
import io.graftwatch.delivery.finding.Device;
import java.util.List;

/// What the engine is told once.
///
/// @param catalogue what is known as data
/// @param platform `linux`, `windows`, `macos`, `esxi`
/// @param host `[agent] host`
/// @param version of the product
/// @param device the host as findings name it
/// @param site the owner's knowledge
/// @param analytics mutable elements
/// @param configSha256 hash of the configuration, in every finding
/// @param maxProcesses hard cap of the process table
/// @param ownAddresses the host's addresses; empty = not known (replay): then the engine waits a
///   second for a source that tells before it takes an address for a foreign one
public record EngineConfig(
    Catalogue catalogue,
    String platform,
    String host,
    String version,
    Device device,
    Site site,
    Analytics analytics,
    String configSha256,
    int maxProcesses,
    List<String> ownAddresses) {
  public EngineConfig {
    ownAddresses = List.copyOf(ownAddresses);
  }

  /// The family that probabilities are given for.
  String family() {
    return switch (platform) {
      case "windows" -> "windows";
      case "esxi" -> "esxi";
      default -> "unix";
    };
  }

  /// Nothing of the host is seen but what its administration logs.
  boolean administered() {
    return platform.equals("esxi");
  }

  /// The analytic of DET0547 for the platform.
  String analytic() {
    return switch (platform) {
      case "windows" -> "AN1507";
      case "macos" -> "AN1509";
      case "esxi" -> "AN1510";
      default -> "AN1508";
    };
  }
}
