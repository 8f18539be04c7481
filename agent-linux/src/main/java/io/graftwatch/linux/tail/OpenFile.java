package io.graftwatch.linux.tail;

import io.graftwatch.core.line.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A log file that is being read, and what is known of its identity.
final class OpenFile implements AutoCloseable {
  private static final int BLOCK = 64 * 1024;

  /// Below this offset a rewritten file may have grown past it between two looks.
  private static final long SMALL = 64 * 1024;

  private final @Nullable FileChannel channel;
  private final InputStream stream;
  private final LineReader lines;
  private final byte[] head = new byte[Identity.COVERED];
  private Identity identity;

  private OpenFile(
      @Nullable FileChannel channel, InputStream stream, Identity identity, long offset) {
    this.channel = channel;
    this.stream = stream;
    this.identity = identity;
    this.lines = new LineReader(this::read, BLOCK, LineReader.MAX_LINE);
    lines.restart(offset);
  }

  /// Opens `path` at `offset`; null when there is no regular file.
  static @Nullable OpenFile at(Path path, long offset) throws IOException {
    Identity before = Identity.of(path, 0);
    if (before == null) {
      return null;
    }
    if (Identity.compressed(path)) {
      InputStream stream = Identity.open(path);
      stream.skipNBytes(offset);
      Identity identity = Identity.of(path, Identity.COVERED);
      return new OpenFile(null, stream, identity == null ? before : identity, offset);
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    Identity after = Identity.of(path, 0);
    if (after == null || !after.sameInode(before)) {
      channel.close();
      return null;
    }
    channel.position(offset);
    var file = new OpenFile(channel, InputStream.nullInputStream(), before, offset);
    file.refresh();
    return file;
  }

  private int read(byte[] buffer, int offset, int length) throws IOException {
    if (channel == null) {
      return stream.read(buffer, offset, length);
    }
    // What a rewritten file holds at the old place is the middle of something else.
    return restarted(false) ? -1 : channel.read(ByteBuffer.wrap(buffer, offset, length));
  }

  LineReader lines() {
    return lines;
  }

  Identity identity() {
    return identity;
  }

  Place place() throws IOException {
    if (identity.length() < Identity.COVERED && lines.offset() > identity.length()) {
      refresh();
    }
    return new Place(identity, lines.offset());
  }

  /// Extends the fingerprint to what the file holds now.
  private void refresh() throws IOException {
    if (channel != null) {
      int length = head();
      identity =
          new Identity(
              identity.device(), identity.inode(), length, Identity.fingerprint(head, length));
    }
  }

  private int head() throws IOException {
    var buffer = ByteBuffer.wrap(head);
    while (buffer.hasRemaining()
        && channel != null
        && channel.read(buffer, buffer.position()) > 0) {
      // reads on
    }
    return buffer.position();
  }

  /// Whether the file was cut, or written anew from its beginning, since it was opened.
  ///
  /// @param thorough also compares its first bytes when it is large
  boolean restarted(boolean thorough) throws IOException {
    if (channel == null) {
      return false;
    }
    if (channel.size() < channel.position()) {
      return true;
    }
    if (!thorough && channel.position() > SMALL) {
      return false;
    }
    int length = head();
    return length < identity.length()
        || Identity.fingerprint(head, identity.length()) != identity.fingerprint();
  }

  @Override
  public void close() {
    try {
      stream.close();
      if (channel != null) {
        channel.close();
      }
    } catch (IOException _) {
      // A file that was only read has nothing left to lose.
    }
  }
}
