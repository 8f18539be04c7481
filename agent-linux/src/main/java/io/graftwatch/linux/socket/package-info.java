/// The kernel's socket table through `sock_diag` netlink: who listens, who is connected to whom,
/// and the rest of a connection of which audit told only the destination.
@NullMarked
package io.graftwatch.linux.socket;

import org.jspecify.annotations.NullMarked;
