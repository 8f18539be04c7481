/// Recorded audit text beside the facts that must come out of it, and properties that hold for any
/// order, repetition and damage of its lines.
@NullMarked
package io.graftwatch.linux.audit;

import org.jspecify.annotations.NullMarked;
