/// The collector under load: many small agents over mutual TLS, and a store with a million findings
/// in it.
@NullMarked
package io.graftwatch.testbed.collector;

import org.jspecify.annotations.NullMarked;
