/// Recorded cases replayed through the whole engine.
@NullMarked
package io.graftwatch.esxi.cases;

import org.jspecify.annotations.NullMarked;
