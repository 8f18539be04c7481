package io.graftwatch.delivery.output;

import io.graftwatch.delivery.journal.Pending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Findings as lines of JSON in a file, for whoever tails it. The file is opened for each batch, so
/// others may rotate it; beyond a size we rotate it ourselves: `path`, `path.1`, …, `path.n`.
///
/// A crash between write and mark writes a batch again; `metadata.uid` tells.
public final class NdjsonFileOutput implements Output {
  private static final Verdict TAKEN = new Verdict.Taken();

  private final Path path;
  private final long maxBytes;
  private final int keep;

  /// @param maxBytes a file that has reached it is rotated
  /// @param keep older files, at least 1
  public NdjsonFileOutput(Path path, long maxBytes, int keep) {
    if (maxBytes < 1 || keep < 1) {
      throw new IllegalArgumentException("maxBytes %d, keep %d".formatted(maxBytes, keep));
    }
    this.path = path;
    this.maxBytes = maxBytes;
    this.keep = keep;
  }

  @Override
  public Answer send(String batch, List<Pending> records) {
    var lines = new ByteArrayOutputStream();
    List<Verdict> verdicts = new ArrayList<>();
    for (Pending record : records) {
      lines.writeBytes(record.payload());
      lines.write('\n');
      verdicts.add(TAKEN);
    }
    try {
      append(lines.toByteArray());
      return new Answer.Verdicts(verdicts);
    } catch (IOException e) {
      return new Answer.Failed("%s cannot be written: %s".formatted(path, e.getMessage()), null);
    }
  }

  @Override
  public void close() {}

  private void append(byte[] lines) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("it is not a regular file");
      }
      if (Files.size(path) >= maxBytes) {
        rotate();
      }
    }
    try (FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      long end = file.size();
      try {
        long at = endsTorn(file, end) ? write(file, new byte[] {'\n'}, end) : end;
        write(file, lines, at);
        file.force(false);
      } catch (IOException e) {
        file.truncate(end);
        throw e;
      }
    }
  }

  private static boolean endsTorn(FileChannel file, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return end > 0 && file.read(last, end - 1) == 1 && last.get(0) != '\n';
  }

  private static long write(FileChannel file, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long position = at;
    while (buffer.hasRemaining()) {
      position += file.write(buffer, position);
    }
    return position;
  }

  private void rotate() throws IOException {
    for (int i = keep - 1; i >= 0; i--) {
      Path from = i == 0 ? path : numbered(i);
      if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path numbered(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }
}
