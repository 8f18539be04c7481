/// Reading a Mac as it runs: `log` and `eslogger` as children, the switches that decide what they
/// can show, and look-ups of what their rows leave out.
@NullMarked
package io.graftwatch.macos.live;

import org.jspecify.annotations.NullMarked;
