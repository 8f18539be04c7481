/// The form in which lineage and detection write themselves down and read themselves back: compact,
/// versioned, bounded. The journal keeps the bytes; nobody else looks into them.
@NullMarked
package io.graftwatch.core.state;

import org.jspecify.annotations.NullMarked;
