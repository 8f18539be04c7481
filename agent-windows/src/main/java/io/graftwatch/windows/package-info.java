/// Windows: its event logs, live through the Event Log API, or recorded as event XML or EVTX.
/// Everything about the native format stands here, nothing about detection.
@NullMarked
package io.graftwatch.windows;

import org.jspecify.annotations.NullMarked;
