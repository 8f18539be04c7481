/// What the collector forwards, received by the products themselves.
@NullMarked
package io.graftwatch.peers;

import org.jspecify.annotations.NullMarked;
