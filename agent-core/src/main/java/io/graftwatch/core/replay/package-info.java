/// Recorded logs through the same detection as live ones: inputs merged by event time, then the
/// engine, with the clock that the records carry.
@NullMarked
package io.graftwatch.core.replay;

import org.jspecify.annotations.NullMarked;
