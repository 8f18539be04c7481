package io.graftwatch.core.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// One `[[outputs]]` table: a place beside the collector that findings go to.
///
/// @param type the encoder: `ndjson-file`
/// @param path the file
public record OutputConfig(String type, Path path) {
  /// Its name in the journal: another place is another output.
  public String name() {
    return name(type, path.toString());
  }

  /// A name of at most 32 characters for a place of some kind.
  static String name(String type, String place) {
    var crc = new CRC32C();
    crc.update(place.getBytes(StandardCharsets.UTF_8));
    return type + "-" + HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
