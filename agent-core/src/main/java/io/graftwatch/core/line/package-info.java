/// Recordings that come as lines: splitting bytes into lines, naming and counting them, replaying
/// files of them. What a line means is its parser's business, in the platform modules.
@NullMarked
package io.graftwatch.core.line;

import org.jspecify.annotations.NullMarked;
