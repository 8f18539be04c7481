package io.graftwatch.linux.inventory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A file's state as `stat` gives it: equal stamps, equal content. The change time cannot be set by
/// its owner, so a file with its old modification time put back is still seen.
///
/// @param changed `st_ctime`, microseconds since the epoch
record Stamp(long inode, long size, long modified, long changed, int mode, int uid) {
  private static final int MAX_CONTENT = 64 << 20;

  /// Null when there is no regular file, or not for us.
  static @Nullable Stamp of(Path file) {
    try {
      Map<String, Object> stat =
          Files.readAttributes(
              file,
              "unix:ino,size,lastModifiedTime,ctime,mode,uid,isRegularFile",
              LinkOption.NOFOLLOW_LINKS);
      return !Boolean.TRUE.equals(stat.get("isRegularFile"))
          ? null
          : new Stamp(
              number(stat, "ino"),
              number(stat, "size"),
              micros(stat, "lastModifiedTime"),
              micros(stat, "ctime"),
              (int) number(stat, "mode"),
              (int) number(stat, "uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return null;
    }
  }

  private static long number(Map<String, Object> stat, String name) {
    return stat.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static long micros(Map<String, Object> stat, String name) {
    return stat.get(name) instanceof FileTime time ? time.to(TimeUnit.MICROSECONDS) : 0;
  }

  /// Digest of a file's content, lower-case hex; null when it is too big or cannot be read.
  ///
  /// @param algorithm `SHA-256`, or the package manager's own: `MD5`
  static @Nullable String digest(Path file, String algorithm) {
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > MAX_CONTENT) {
        return null;
      }
      var digested = new DigestInputStream(in, MessageDigest.getInstance(algorithm));
      byte[] chunk = new byte[64 * 1024];
      while (digested.read(chunk) >= 0) {
        // Reading is all: the stream digests.
      }
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (IOException | NoSuchAlgorithmException e) {
      return null;
    }
  }
}
