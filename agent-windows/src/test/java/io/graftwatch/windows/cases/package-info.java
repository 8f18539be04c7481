/// Recorded cases replayed through the whole engine.
@NullMarked
package io.graftwatch.windows.cases;

import org.jspecify.annotations.NullMarked;
