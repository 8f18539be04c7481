package io.graftwatch.core.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.graftwatch.core.config.Config;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads what a running agent says of itself.
public final class StatusReader {
  private static final long MAX_BYTES = 1 << 20;

  private StatusReader() {}

  /// @throws IOException with a sentence when no agent has written one, or this user may not read
  ///   it
  public static JsonNode read(Config config) throws IOException {
    Path file = config.agent().runtimeDir().resolve(StatusFile.NAME);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(file + " is too large to be a status file");
      }
      return Json.mapper().readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new IOException(
          file + " does not exist: no agent has run here. Start one with `graftwatch run`.", e);
    } catch (java.nio.file.AccessDeniedException e) {
      throw new IOException(file + " may not be read by this user: try as root.", e);
    }
  }

  /// Whether the process that wrote it still runs.
  public static boolean running(JsonNode status) {
    return status.path("state").asText().equals("running")
        && ProcessHandle.of(status.path("pid").asLong(-1)).isPresent();
  }
}
