package io.graftwatch.delivery.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Makes sure that one process owns the folder, and that nobody else could have put anything there.
///
/// The mark file `owner` holds the owner's pid under a lock of the operating system, which ends
/// with the process however it ends; so there is no stale mark to judge.
final class Owner implements Closeable {
  static final String FILE = "owner";
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final FileChannel channel;

  private Owner(FileChannel channel) {
    this.channel = channel;
  }

  /// Creates the folder when it is missing, checks it, and takes it.
  ///
  /// @throws JournalException when somebody else owns it, or its owner, mode or type is not right
  static Owner claim(Path folder) throws IOException {
    try {
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        create(folder);
      }
      check(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      return take(folder, channel);
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw new JournalException(
          "the journal folder %s cannot be used: %s".formatted(folder, sentence(e)), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static void create(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    new RealDisk().makeFolder(folder);
  }

  private static void check(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new JournalException(folder + " is not a folder: move it away, or set agent.state_dir");
    }
    if (!POSIX) {
      return;
    }
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String mode = PosixFilePermissions.toString(attributes.permissions());
    if (!PRIVATE.containsAll(attributes.permissions())) {
      throw new JournalException(
          "%s has mode %s, and others must not enter it: chmod 700 %s"
              .formatted(folder, mode, folder));
    }
    String owner = attributes.owner().getName();
    Path probe = probe(folder, owner, mode);
    String self = Files.getOwner(probe).getName();
    Files.delete(probe);
    if (!owner.equals(self)) {
      throw new JournalException(
          "%s belongs to %s (mode %s), and this process runs as %s: chown %s %s"
              .formatted(folder, owner, mode, self, self, folder));
    }
  }

  /// A file made by us tells as whom we run, and whether we may write here.
  private static Path probe(Path folder, String owner, String mode) throws IOException {
    try {
      return Files.createTempFile(folder, ".probe", null);
    } catch (IOException e) {
      throw new JournalException(
          "%s (owner %s, mode %s) cannot be written: %s"
              .formatted(folder, owner, mode, sentence(e)),
          e);
    }
  }

  private static Owner take(Path folder, FileChannel channel) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Taken by this very process; the answer is the same.
    }
    if (lock == null) {
      String pid = read(channel);
      channel.close();
      throw new JournalException(
          "%s is in use by process %s: stop that one, or set another agent.state_dir"
              .formatted(folder, pid));
    }
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(US_ASCII);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid), 0);
    return new Owner(channel);
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    String text = US_ASCII.decode(bytes.flip()).toString().strip();
    return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? text : "(unknown)";
  }

  private static String sentence(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied for " + denied.getFile();
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      default -> String.valueOf(e.getMessage());
    };
  }
}
