/// The Event Log read live: one subscription a channel, pulled by one thread, resumed strictly from
/// the last committed record.
@NullMarked
package io.graftwatch.windows.live;

import org.jspecify.annotations.NullMarked;
