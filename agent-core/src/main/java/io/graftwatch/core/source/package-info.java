/// What a platform module implements to bring facts in, and what supervises it. Sources read and
/// map; they persist nothing and decide nothing.
@NullMarked
package io.graftwatch.core.source;

import org.jspecify.annotations.NullMarked;
