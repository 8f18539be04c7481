/// Logs that come as lines: splitting bytes into lines, telling their time, counting them,
/// replaying files of them. What a line means is its parser's business, in the packages beside this
/// one.
@NullMarked
package io.graftwatch.linux.line;

import org.jspecify.annotations.NullMarked;
