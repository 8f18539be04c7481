/// Recorded cases replayed through the whole engine: what must be found, what must not, and that
/// neither order nor repetition nor a restart changes it.
@NullMarked
package io.graftwatch.testbed.cases;

import org.jspecify.annotations.NullMarked;
