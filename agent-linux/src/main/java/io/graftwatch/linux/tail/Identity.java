package io.graftwatch.linux.tail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Which file a position belongs to: device and inode, and a fingerprint of the first bytes, since
/// inodes are used again and copies have others.
///
/// @param device as `stat` gives it
/// @param inode as `stat` gives it
/// @param length how many first bytes the fingerprint covers, at most [#COVERED]
/// @param fingerprint CRC-32C of them
record Identity(long device, long inode, int length, int fingerprint) {
  static final int COVERED = 256;

  /// The inode of a regular file; null when there is none at `path`.
  static @Nullable Identity of(Path path, int length) throws IOException {
    try {
      if (!Files.isRegularFile(path)) {
        return null;
      }
      long device = (Long) Files.getAttribute(path, "unix:dev");
      long inode = (Long) Files.getAttribute(path, "unix:ino");
      if (length == 0) {
        return new Identity(device, inode, 0, 0);
      }
      try (InputStream in = open(path)) {
        byte[] first = in.readNBytes(length);
        return new Identity(device, inode, first.length, fingerprint(first, first.length));
      }
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  /// Opens a file as its writer wrote it, also when it was compressed since.
  static InputStream open(Path path) throws IOException {
    InputStream in = Files.newInputStream(path);
    if (!compressed(path)) {
      return in;
    }
    try {
      return new GZIPInputStream(in, 64 * 1024);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  static boolean compressed(Path path) {
    return path.toString().endsWith(".gz");
  }

  static int fingerprint(byte[] first, int length) {
    var crc = new CRC32C();
    crc.update(first, 0, length);
    return (int) crc.getValue();
  }

  boolean sameInode(Identity that) {
    return device == that.device && inode == that.inode;
  }

  /// Both begin with the same bytes, and there are enough of them to tell.
  boolean sameHead(Identity that) {
    return length == that.length && fingerprint == that.fingerprint;
  }

  String text() {
    return device + "," + inode + "," + length + "," + Integer.toHexString(fingerprint);
  }

  static @Nullable Identity parse(String text) {
    String[] part = text.split(",", -1);
    try {
      return part.length != 4
          ? null
          : new Identity(
              Long.parseLong(part[0]),
              Long.parseLong(part[1]),
              Math.clamp(Integer.parseInt(part[2]), 0, COVERED),
              Integer.parseUnsignedInt(part[3], 16));
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
