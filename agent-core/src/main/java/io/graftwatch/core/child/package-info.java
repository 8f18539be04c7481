/// Programs of the operating system that a source runs and reads. A child is started by absolute
/// path, without shell, environment or standard input, and never outlives its reader.
@NullMarked
package io.graftwatch.core.child;

import org.jspecify.annotations.NullMarked;
