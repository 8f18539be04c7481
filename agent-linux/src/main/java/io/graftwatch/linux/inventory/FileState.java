package io.graftwatch.linux.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What `stat` says of a regular file; two equal states are the same content as far as a user of
/// this host without the clock can arrange.
///
/// @param changed change time (`ctime`), microseconds since the epoch: nobody can set it back
/// @param mode type and permission bits
/// @param uid owner
record FileState(long inode, long changed, long size, int mode, int uid) {
  /// Links are followed; null for what is no regular file or cannot be read.
  static @Nullable FileState of(Path path) {
    try {
      Map<String, Object> read =
          Files.readAttributes(path, "unix:ino,ctime,size,mode,uid,isRegularFile", NO_OPTIONS);
      if (!(Boolean) value(read, "isRegularFile")) {
        return null;
      }
      return new FileState(
          (Long) value(read, "ino"),
          ((FileTime) value(read, "ctime")).to(TimeUnit.MICROSECONDS),
          (Long) value(read, "size"),
          (Integer) value(read, "mode"),
          (Integer) value(read, "uid"));
    } catch (IOException e) {
      return null;
    }
  }

  private static final LinkOption[] NO_OPTIONS = {};

  private static Object value(Map<String, Object> read, String name) throws IOException {
    Object value = read.get(name);
    if (value == null) {
      throw new IOException("stat without " + name);
    }
    return value;
  }
}
