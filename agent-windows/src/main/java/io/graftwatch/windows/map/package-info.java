/// What event records mean as facts: one class for each kind of provider, and the reading of
/// command lines, statements and task definitions that stand inside them.
@NullMarked
package io.graftwatch.windows.map;

import org.jspecify.annotations.NullMarked;
