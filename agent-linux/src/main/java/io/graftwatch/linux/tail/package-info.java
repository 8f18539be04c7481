/// Reading files that others write and rotate: the tail of a log with its place in it. It knows
/// nothing of what stands in a line.
@NullMarked
package io.graftwatch.linux.tail;

import org.jspecify.annotations.NullMarked;
