/// Native calls through JNA: netlink sockets, waiting, inotify, the service manager's socket. These
/// classes hold descriptors and buffers and know nothing of what the bytes mean; nothing here is
/// loaded by `replay`.
@NullMarked
package io.graftwatch.linux.kernel;

import org.jspecify.annotations.NullMarked;
