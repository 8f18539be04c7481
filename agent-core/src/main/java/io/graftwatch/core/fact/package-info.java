/// The sealed family of normalised events that sources produce and detection consumes. Facts are
/// immutable values; they know nothing of sources, detection or the network.
@NullMarked
package io.graftwatch.core.fact;

import org.jspecify.annotations.NullMarked;
