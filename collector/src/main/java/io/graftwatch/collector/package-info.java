/// The collector: where agents deliver their findings and defenders read them. Here stand its main
/// and the assembly of its rooms; no endpoint carries it.
@NullMarked
package io.graftwatch.collector;

import org.jspecify.annotations.NullMarked;
