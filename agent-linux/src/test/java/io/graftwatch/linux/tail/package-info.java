/// Rotation, truncation and damage of followed files, with exact line counts.
@NullMarked
package io.graftwatch.linux.tail;

import org.jspecify.annotations.NullMarked;
