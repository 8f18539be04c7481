package io.graftwatch.linux.kernel;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The C library's functions that are used, by JNA direct mapping. The library is bound when the
/// first of them is called. Sizes are those of LP64 (`size_t` is a Java long).
final class Libc {
  static final int AF_UNIX = 1;
  static final int AF_NETLINK = 16;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int CLOEXEC = 0x8_0000;
  static final int NONBLOCK = 0x800;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_NOSIGNAL = 0x4000;

  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int ENOBUFS = 105;

  static {
    Native.register(Libc.class, NativeLibrary.getProcess());
  }

  private Libc() {}

  static native int socket(int domain, int type, int protocol);

  static native int bind(int fd, byte[] address, int length);

  static native int setsockopt(int fd, int level, int name, int[] value, int length);

  static native int getsockopt(int fd, int level, int name, int[] value, int[] length);

  static native long sendto(
      int fd, byte[] data, long length, int flags, byte @Nullable [] address, int addressLength);

  static native int recvmmsg(
      int fd, Pointer vector, int count, int flags, @Nullable Pointer timeout);

  static native int poll(int[] descriptors, long count, int timeoutMillis);

  static native int eventfd(int initial, int flags);

  static native long read(int fd, Pointer into, long length);

  static native long write(int fd, long[] value, long length);

  static native int inotify_init1(int flags);

  static native int inotify_add_watch(int fd, byte[] path, int mask);

  static native int inotify_rm_watch(int fd, int watch);

  static native int prctl(int option, long a1, long a2, long a3, long a4);

  static native int close(int fd);

  static native String strerror(int errno);

  /// The `errno` that this thread's last call left.
  static int errno() {
    return Native.getLastError();
  }

  /// The failure of the call just made, as one sentence.
  static IOException failure(String what) {
    int errno = errno();
    return new IOException(what + ": " + strerror(errno) + " (errno " + errno + ")");
  }

  /// Passes a call's result on, or throws what it failed with.
  static int checked(int result, String what) throws IOException {
    if (result < 0) {
      throw failure(what);
    }
    return result;
  }
}
