/// Input that was made to deceive: what a log, a name or a configuration may say, and what comes of
/// it.
@NullMarked
package io.graftwatch.testbed.hostile;

import org.jspecify.annotations.NullMarked;
