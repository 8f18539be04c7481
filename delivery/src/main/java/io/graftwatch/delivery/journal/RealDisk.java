package io.graftwatch.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The disk of this machine. New files are 0600, new folders 0700 where the system knows modes.
final class RealDisk implements Disk {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  /// Less than this is full, whatever the error says in whatever language.
  private static final long FULL = 64 << 10;

  private final boolean writable;

  RealDisk() {
    this(true);
  }

  private RealDisk(boolean writable) {
    this.writable = writable;
  }

  /// Opens files for reading only and creates none.
  static RealDisk readOnly() {
    return new RealDisk(false);
  }

  @Override
  public DiskFile open(Path path, boolean create) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isRegular(path)) {
      throw new IOException(path + " is not a regular file");
    }
    Set<OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.READ);
    options.add(LinkOption.NOFOLLOW_LINKS);
    if (writable) {
      options.add(StandardOpenOption.WRITE);
    }
    if (writable && create) {
      options.add(StandardOpenOption.CREATE);
    }
    try {
      return new RealFile(path, FileChannel.open(path, options, mode("rw-------")));
    } catch (IOException e) {
      throw full(path, e);
    }
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    var names = new ArrayList<String>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public boolean isRegular(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, mode("rwx------"));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw full(to, e);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void sync(Path folder) throws IOException {
    if (POSIX) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public long usable(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  private static FileAttribute<?>[] mode(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static IOException full(Path path, IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full = message.contains("no space") || message.contains("quota");
    try {
      Path folder = path.getParent();
      full |= folder != null && Files.getFileStore(folder).getUsableSpace() < FULL;
    } catch (IOException unknown) {
      e.addSuppressed(unknown);
    }
    return full ? new FullException("no space left for " + path) : e;
  }

  private record RealFile(Path path, FileChannel channel) implements DiskFile {
    @Override
    public void read(ByteBuffer into, long position) throws IOException {
      long at = position;
      while (into.hasRemaining()) {
        int read = channel.read(into, at);
        if (read < 0) {
          return;
        }
        at += read;
      }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      long at = position;
      try {
        while (from.hasRemaining()) {
          at += channel.write(from, at);
        }
      } catch (IOException e) {
        throw full(path, e);
      }
    }

    @Override
    public void force() throws IOException {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw full(path, e);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
