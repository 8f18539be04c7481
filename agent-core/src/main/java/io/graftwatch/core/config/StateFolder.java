package io.graftwatch.core.config;

import io.graftwatch.delivery.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/// Who may have touched what the agent trusts. A configuration that others can write, or a state
/// folder that others made, is refused before anything in it is read.
public final class StateFolder {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      PosixFilePermissions.fromString("----w--w-");

  private StateFolder() {}

  /// Makes the folder with mode 0700, or checks the one that is there.
  ///
  /// @throws ConfigException with path, owner and mode
  public static void prepare(Path folder) throws ConfigException {
    try {
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Path parent = folder.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
        return;
      }
      var attributes =
          Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isDirectory()) {
        throw new ConfigException(folder.toString(), "state_dir is not a folder");
      }
      owned(folder, attributes);
      if (!PRIVATE.containsAll(attributes.permissions())) {
        throw new ConfigException(
            folder.toString(),
            "state_dir has mode "
                + PosixFilePermissions.toString(attributes.permissions())
                + ", and others must not enter it: chmod 700 "
                + folder);
      }
      if (!Files.isWritable(folder)) {
        throw new ConfigException(
            folder.toString(),
            "state_dir has mode "
                + PosixFilePermissions.toString(attributes.permissions())
                + " and cannot be written: chmod 700 "
                + folder);
      }
    } catch (UnsupportedOperationException e) {
      return; // no POSIX modes on this file system: its access lists are the package's business
    } catch (IOException e) {
      throw new ConfigException(folder.toString(), "state_dir cannot be used: " + e);
    }
  }

  /// Refuses a configuration file that somebody else could have written.
  ///
  /// @throws ConfigException with path, owner and mode
  public static void check(Path file) throws ConfigException {
    try {
      var attributes =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isSymbolicLink()) {
        throw new ConfigException(file.toString(), "is a symbolic link; name the file itself");
      }
      owned(file, attributes);
      if (writable(attributes)) {
        throw new ConfigException(
            file.toString(),
            "has mode "
                + PosixFilePermissions.toString(attributes.permissions())
                + ", so others can write it: chmod go-w "
                + file);
      }
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        var around = Files.readAttributes(folder, PosixFileAttributes.class);
        if (writable(around) && !sticky(folder)) {
          throw new ConfigException(file.toString(), "others can replace it: chmod go-w " + folder);
        }
      }
    } catch (UnsupportedOperationException e) {
      return; // no POSIX modes on this file system
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e);
    }
  }

  private static void owned(Path path, PosixFileAttributes attributes) throws ConfigException {
    String owner = attributes.owner().getName();
    List<String> trusted = List.of("root", System.getProperty("user.name", ""));
    if (!trusted.contains(owner)) {
      throw new ConfigException(
          path.toString(),
          "belongs to " + owner + ", and this process runs as " + trusted.getLast());
    }
  }

  private static boolean writable(PosixFileAttributes attributes) {
    return attributes.permissions().stream().anyMatch(OTHERS_WRITE::contains);
  }

  /// In a sticky folder such as /tmp nobody can replace another's file.
  private static boolean sticky(Path folder) throws IOException {
    return Files.getAttribute(folder, "unix:mode") instanceof Integer mode && (mode & 01000) != 0;
  }
}
