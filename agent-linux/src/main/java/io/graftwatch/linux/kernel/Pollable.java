package io.graftwatch.linux.kernel;

/// Something with a descriptor that a [Waiter] can wait for.
public sealed interface Pollable extends AutoCloseable permits NetlinkSocket, Inotify {
  int fd();

  @Override
  void close();
}
