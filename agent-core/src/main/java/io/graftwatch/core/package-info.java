/// The agent's core: everything that is the same on every platform.
@NullMarked
package io.graftwatch.core;

import org.jspecify.annotations.NullMarked;
