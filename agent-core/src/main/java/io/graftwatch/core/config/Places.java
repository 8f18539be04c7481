package io.graftwatch.core.config;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where an operating system has the agent's things, unless the configuration says otherwise.
///
/// @param file the configuration
/// @param state journal, keys, mark file
/// @param runtime status file; null: with the state
record Places(Path file, Path state, @Nullable Path runtime) {
  static final Places HERE =
      of(System.getProperty("os.name", ""), System.getenv().getOrDefault("ProgramData", ""));

  /// @param os as Java names it
  /// @param programData Windows' folder for what programs keep
  static Places of(String os, String programData) {
    String name = os.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return beside(Path.of("/Library/Application Support/Graftwatch"));
    }
    return name.startsWith("windows")
        ? beside(Path.of(programData, "Graftwatch"))
        : new Places(
            Path.of("/etc/graftwatch/graftwatch.toml"),
            Path.of("/var/lib/graftwatch"),
            Path.of("/run/graftwatch"));
  }

  private static Places beside(Path folder) {
    return new Places(folder.resolve("graftwatch.toml"), folder.resolve("state"), null);
  }
}
