package io.graftwatch.core.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.graftwatch.delivery.finding.Heartbeat;
import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/// `status.json` in the runtime folder: the last heartbeat's content and what concerns this host
/// alone. Others can read it if they are given its group; nobody's word is read from there.
public final class StatusFile {
  public static final String NAME = "status.json";

  private final Path folder;
  private boolean failed;

  StatusFile(Path folder) {
    this.folder = folder;
  }

  /// What only the status file says.
  ///
  /// @param state `running` or `stopped`
  /// @param config the file in effect, null for the defaults
  /// @param rejected why a newer configuration is not in effect
  /// @param collector where findings go; null for nowhere
  /// @param problems what keeps findings from leaving
  record Extra(
      String state,
      long pid,
      @Nullable String config,
      @Nullable String rejected,
      @Nullable String collector,
      List<String> problems) {}

  /// Writes the file in one step. A full or missing disk is said once and never stops the agent.
  void write(Heartbeat heartbeat, Extra extra) {
    ObjectNode status = Json.mapper().valueToTree(extra);
    status.setAll((ObjectNode) Json.mapper().valueToTree(heartbeat));
    try {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
      }
      Path fresh = folder.resolve(NAME + ".next");
      var mode = PosixFilePermissions.fromString("rw-r-----");
      Files.deleteIfExists(fresh);
      Files.createFile(fresh, PosixFilePermissions.asFileAttribute(mode));
      Files.setPosixFilePermissions(fresh, mode); // a service's umask leaves the group out
      Files.write(fresh, Json.bytes(status));
      Files.move(
          fresh,
          folder.resolve(NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      failed = false;
    } catch (IOException | UnsupportedOperationException e) {
      if (!failed) {
        Logger.warn("The status file in {} cannot be written: {}", folder, e.toString());
      }
      failed = true;
    }
  }
}
