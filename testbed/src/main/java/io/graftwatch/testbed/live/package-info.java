/// The agent as a process of its own, watched from outside.
@NullMarked
package io.graftwatch.testbed.live;

import org.jspecify.annotations.NullMarked;
