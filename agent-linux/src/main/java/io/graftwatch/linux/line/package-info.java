/// Logs that come as lines: telling their time, reading them while they grow. What a line means is
/// its parser's business, in the packages beside this one.
@NullMarked
package io.graftwatch.linux.line;

import org.jspecify.annotations.NullMarked;
