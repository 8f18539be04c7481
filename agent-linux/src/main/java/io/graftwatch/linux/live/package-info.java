/// Live kernel audit: status and rules over netlink, the multicast receiver, the watch over both.
/// Native calls are made through [io.graftwatch.linux.kernel]; records go to the parser as bytes.
@NullMarked
package io.graftwatch.linux.live;

import org.jspecify.annotations.NullMarked;
