package io.graftwatch.core.config;

import java.nio.file.Path;

/// One `[[outputs]]` table: a place beside the collector that findings go to.
///
/// @param type the encoder: `ndjson-file`
/// @param path the file
public record OutputConfig(String type, Path path) {
  /// Its name in the journal: another place is another output.
  public String name() {
    return type + " " + path;
  }
}
