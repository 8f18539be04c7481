/// Findings to places beside the collector: the table of findings is the queue, each output has its
/// mark in it, and what is not wanted is set aside as a dead letter.
@NullMarked
package io.graftwatch.collector.forward;

import org.jspecify.annotations.NullMarked;
