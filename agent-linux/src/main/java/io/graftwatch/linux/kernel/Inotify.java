package io.graftwatch.linux.kernel;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// An inotify instance (`man 7 inotify`), never blocking; the one owner of its descriptor. All
/// calls from one thread, except that [#watch] and [#unwatch] may come from any.
public final class Inotify implements Pollable {
  public static final int MODIFY = 0x2;
  public static final int ATTRIB = 0x4;
  public static final int CLOSE_WRITE = 0x8;
  public static final int MOVED_FROM = 0x40;
  public static final int MOVED_TO = 0x80;
  public static final int CREATE = 0x100;
  public static final int DELETE = 0x200;
  public static final int DELETE_SELF = 0x400;
  public static final int MOVE_SELF = 0x800;
  public static final int OVERFLOW = 0x4000;
  public static final int IGNORED = 0x8000;
  public static final int ONLYDIR = 0x100_0000;
  public static final int IS_DIR = 0x4000_0000;

  private static final int BUFFER = 64 * 1024;

  private final int fd;
  private final Memory buffer = new Memory(BUFFER);
  private final ByteBuffer view = buffer.getByteBuffer(0, BUFFER).order(ByteOrder.nativeOrder());
  private boolean closed;

  /// Sees one event.
  @FunctionalInterface
  public interface Visitor {
    /// @param watch as [#watch] returned it; -1 for [#OVERFLOW]
    /// @param mask what happened
    /// @param cookie ties the two halves of a rename
    /// @param name entry of the watched folder; empty for the watched file itself
    void event(int watch, int mask, int cookie, String name);
  }

  public Inotify() throws IOException {
    fd = Libc.checked(Libc.inotify_init1(Libc.CLOEXEC | Libc.NONBLOCK), "inotify_init1");
  }

  @Override
  public int fd() {
    return fd;
  }

  /// Watches a file or folder.
  ///
  /// @return number of the watch; the same again for the same inode
  public int watch(Path path, int mask) throws IOException {
    byte[] text = path.toString().getBytes(StandardCharsets.UTF_8);
    return Libc.checked(
        Libc.inotify_add_watch(fd, Arrays.copyOf(text, text.length + 1), mask),
        "inotify watch of " + path);
  }

  public void unwatch(int watch) {
    Libc.inotify_rm_watch(fd, watch);
  }

  /// Takes what is there, without waiting.
  ///
  /// @return number of events
  public int read(Visitor visitor) throws IOException {
    long length = Libc.read(fd, buffer, BUFFER);
    if (length < 0) {
      int errno = Libc.errno();
      if (errno == Libc.EAGAIN || errno == Libc.EINTR) {
        return 0;
      }
      throw Libc.failure("read of inotify");
    }
    return each(view, (int) length, visitor);
  }

  /// Walks `struct inotify_event`s: wd, mask, cookie, len, name padded with NUL.
  static int each(ByteBuffer events, int length, Visitor visitor) {
    int count = 0;
    for (int at = 0; length - at >= 16; count++) {
      int size = events.getInt(at + 12);
      if (size < 0 || size > length - at - 16) {
        return count;
      }
      visitor.event(
          events.getInt(at), events.getInt(at + 4), events.getInt(at + 8), name(events, at, size));
      at += 16 + size;
    }
    return count;
  }

  private static String name(ByteBuffer events, int at, int size) {
    byte[] padded = new byte[size];
    events.get(at + 16, padded);
    int end = 0;
    while (end < size && padded[end] != 0) {
      end++;
    }
    return new String(padded, 0, end, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
