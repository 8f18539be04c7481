package io.graftwatch.delivery.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// The file operations that the journal needs, so that a test can let each of them fail, or stop
/// the world between two of them.
interface Disk {
  /// Opens a regular file for reading and writing, never through a symbolic link.
  ///
  /// @param create make it when it is not there
  DiskFile open(Path path, boolean create) throws IOException;

  /// Names in a folder, sorted.
  List<String> list(Path folder) throws IOException;

  /// Whether the path itself (not what it points to) is a regular file.
  boolean isRegular(Path path);

  /// Makes a folder that only its owner can enter, if it is not there.
  void makeFolder(Path folder) throws IOException;

  /// Renames, replacing a file at the target, in one step.
  void move(Path from, Path to) throws IOException;

  void delete(Path path) throws IOException;

  /// Makes creations, renames and deletions in the folder durable.
  void sync(Path folder) throws IOException;

  /// Bytes that this process may still write.
  long usable(Path folder) throws IOException;

  /// An open file. Positions are bytes from the start.
  interface DiskFile extends Closeable {
    /// Reads until the buffer is full or the file ends.
    void read(ByteBuffer into, long position) throws IOException;

    /// Writes all of the buffer.
    void write(ByteBuffer from, long position) throws IOException;

    /// Makes what was written durable.
    void force() throws IOException;

    void truncate(long size) throws IOException;

    long size() throws IOException;
  }

  /// The device or the quota is full.
  final class FullException extends IOException {
    private static final long serialVersionUID = 1;

    FullException(String message) {
      super(message);
    }
  }
}
